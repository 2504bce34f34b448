"""Several series together: a column that leaves the others, and the state that becomes normal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core.joint import calibration, chart
from chengan.core.joint.relations import Relations
from chengan.core.joint.watch import Watch

SECOND = 1_000_000


def rig(rows, seed=0):
    """Three columns that follow one load, each with a little noise of its own."""
    rng = np.random.default_rng(seed)
    load = np.sin(np.arange(rows) / 15.0) + 0.3 * rng.normal(size=rows)
    return load[:, None] * [1.0, 2.0, -1.0] + 0.1 * rng.normal(size=(rows, 3))


def times(rows, start=0):
    return SECOND * np.arange(start, start + rows)


def test_the_residual_of_a_column_is_what_the_regression_on_the_others_leaves():
    values = rig(500)
    learned = Relations.learned(values, times(500))
    z = (values - learned.centre) / learned.scale
    others = z[:, 1:]
    by_hand = z[:, 0] - others @ np.linalg.lstsq(others, z[:, 0], rcond=None)[0]
    np.testing.assert_allclose(learned.residuals(values, times(500))[:, 3], by_hand, atol=0.02)


def test_a_column_that_leaves_the_others_alarms_though_it_stays_within_its_own_range():
    values = rig(900)
    values[600:700, 0] = values[600:700, 0] * -1.0
    found = Watch(3).judge(values, times(900))
    assert not found.alarm[400:600].any()
    assert found.alarm[610:700].mean() > 0.9
    assert not found.alarm[760:].any()
    assert found.score[600:700].max() > 0.5


def test_a_state_that_lasts_becomes_the_norm():
    values = rig(400 + chart.ABSORB + 600)
    values[450:, 1] += 1.5
    found = Watch(3).judge(values, times(len(values)))
    assert found.alarm[500:1400].mean() > 0.9
    assert not found.alarm[-200:].any()
    watch = Watch(3)
    again = [watch.judge(values[k : k + 77], times(77, k)).alarm for k in range(0, 2002, 77)]
    np.testing.assert_array_equal(np.concatenate(again)[:2000], found.alarm)


def test_a_column_that_always_wandered_is_followed_and_one_that_stood_still_is_held():
    rng = np.random.default_rng(3)
    rows = 1600
    wandering = 0.05 * rng.normal(size=rows).cumsum() + 0.1 * rng.normal(size=rows)
    values = np.column_stack([rig(rows, 5), wandering])
    found = Watch(4).judge(values, times(rows))
    assert found.alarm[400:].mean() < 0.05
    values[1000:1300, 1] += 0.6
    assert Watch(4).judge(values, times(rows)).alarm[1000:1300].mean() > 0.8


def test_what_comes_and_goes_is_one_event():
    values = rig(1400, 6)
    values[:, 0] += np.where((np.arange(1400) > 600) & (np.arange(1400) % 60 < 20), 2.0, 0.0)
    found = Watch(3).judge(values, times(1400))
    begun = np.flatnonzero(np.diff(found.alarm[600:].astype(int)) == 1)
    assert 1 <= len(begun) <= 4
    assert found.alarm[900:1400].mean() > 0.9


def test_the_local_level_of_a_random_walk_is_found_by_hand():
    # A walk of variance 1e-4 a row seen through noise of variance 1, and that noise alone: drift
    # must come out as 1e-4 and as next to none, noise as 1 in both.
    rng = np.random.default_rng(0)
    walk, white = 0.01 * rng.normal(size=40_000).cumsum(), rng.normal(size=(40_000, 2))
    drift, noise = calibration.wandering(white + np.column_stack([walk, np.zeros(40_000)]))
    assert drift[0] == pytest.approx(1e-4, rel=0.5)
    assert drift[1] < 1e-5
    np.testing.assert_allclose(noise, 1.0, rtol=0.1)


@given(st.integers(1, 1199))
@settings(max_examples=10, deadline=None)
def test_however_the_rows_are_cut_the_same_comes_out(cut):
    values = rig(1200, 4)
    values[700:, 2] += 0.8
    whole = Watch(3).judge(values, times(1200))
    watch = Watch(3)
    first, then = (
        watch.judge(values[:cut], times(cut)),
        watch.judge(values[cut:], times(1200 - cut, cut)),
    )
    np.testing.assert_allclose(np.r_[first.score, then.score], whole.score, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(np.r_[first.alarm, then.alarm], whole.alarm)


def test_missing_values_and_a_column_that_never_moved_are_survived():
    values = np.hstack([rig(800), np.full((800, 1), 7.0)])
    values[::7, 0] = np.nan
    values[500:520] = np.nan
    values[700, 3] = 9.0
    found = Watch(4).judge(values, times(800))
    assert np.all(np.isfinite(found.score))
    assert found.alarm[700]


def test_an_alarm_that_a_slow_average_began_ends_soon_after_a_jump_that_all_saw():
    values = rig(1000, 2)
    values[500:660, 0] += 0.2
    values[655:660, 0] += 5.0
    found = Watch(3).judge(values, times(1000))
    assert found.alarm[530:660].all()
    assert not found.alarm[670:].any()


def test_one_column_of_wild_tails_does_not_widen_the_limits_of_the_others():
    rng = np.random.default_rng(8)
    wild = np.where(rng.random(3000) < 0.01, 30.0, 0.3)[:, None] * rng.normal(size=(3000, 1))
    watch = Watch(4)
    watch.learn(np.hstack([rig(3000, 9), wild]), times(3000))
    values = np.hstack([rig(400, 2), 0.3 * rng.normal(size=(400, 1))])
    values[200:220, 0] += 0.6
    found = watch.judge(values, times(400, 3000))
    assert not found.alarm[:200].any()
    assert found.alarm[201:220].all()


def test_before_anything_was_learned_nothing_is_claimed():
    found = Watch(3).judge(rig(399), times(399))
    assert found.score.max() == 0
    assert not found.alarm.any()


def test_taught_by_a_normal_file_it_judges_from_the_first_row():
    watch = Watch(3)
    watch.learn(rig(2000, 9), times(2000))
    values = rig(50, 2)
    values[20:, 0] += 2.0
    found = watch.judge(values, times(50))
    assert not found.alarm[:20].any()
    assert found.alarm[22]


@pytest.mark.parametrize("rows", [0, 1])
def test_no_row_or_one_is_fine(rows):
    assert len(Watch(3).judge(rig(rows), times(rows)).score) == rows
