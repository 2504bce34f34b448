"""Laws of switches: what a level never did while its pump was on, found and broken by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core.joint import grain
from chengan.core.joint.bounds import Case
from chengan.core.joint.keeping import packed, unpacked
from chengan.core.joint.laws import Laws, following
from chengan.core.joint.scatter import Scatter
from chengan.core.joint.watch import LAW, Watch

HOUR = 3_600_000_000


def tank(rows, seed=0):
    """A pump that is switched on below a level of 1 and off above 3, and a column of its own mind."""
    rng = np.random.default_rng(seed)
    out, level, pump = np.zeros((rows, 3)), 2.0, 0.0
    for n in range(rows):
        level += (0.55 if pump else -0.3) + 0.05 * rng.normal()
        pump = 1.0 if level < 1.0 else 0.0 if level > 3.0 else pump
        out[n] = pump, level, rng.normal()
    return out


def hours(rows, start=0):
    return HOUR * np.arange(start, start + rows)


def one(laws, before, now):
    seen = laws.broken(np.array([now]), np.array([before]), np.zeros((1, len(now))))
    told = laws.told(seen[1][0], now[seen[1][0, 2] % len(now)], before[seen[1][0, 2] % len(now)])
    return float(seen[0][0]), told


def test_the_thresholds_of_a_pump_are_found_and_a_column_of_its_own_mind_has_no_law():
    laws = Laws.learned(tank(3000), hours(3000))
    assert laws.switches.tolist() == [0]
    on, off = laws.high[0, Case.TURNS_ON, 1], laws.low[0, Case.TURNS_OFF, 1]
    assert (on, off) == (pytest.approx(1.0, abs=0.01), pytest.approx(3.0, abs=0.01))
    assert laws.high[0, Case.STAYS_OFF, 4] < 0 < laws.low[0, Case.STAYS_ON, 4]  # falls, and rises
    assert not np.isfinite(laws.low[0][:, [2, 5]]).any()
    assert not np.isfinite(laws.high[0][:, [2, 5]]).any()


def test_a_pump_switched_on_though_the_tank_is_full_breaks_the_law_of_its_level():
    laws = Laws.learned(tank(3000), hours(3000))
    margin, told = one(laws, [0.0, 2.4, 0.0], [1.0, 2.2, 0.0])
    on = laws.high[0, Case.TURNS_ON, 1]
    assert margin == pytest.approx((2.2 - on) / laws.above[0, Case.TURNS_ON, 1])
    assert margin > 1
    assert (told.column, told.switch, told.case) == (1, 0, Case.TURNS_ON)
    assert (told.edge, told.is_least, told.is_change) == (pytest.approx(on), False, False)
    assert one(laws, [0.0, 1.2, 0.0], [1.0, 0.9, 0.0])[0] < 1


def test_a_level_that_rises_while_the_pump_is_off_breaks_the_law_of_its_change():
    laws = Laws.learned(tank(3000), hours(3000))
    margin, told = one(laws, [0.0, 2.0, 0.0], [0.0, 2.5, 0.0])
    assert margin > 1
    assert (told.column, told.case, told.is_change) == (1, Case.STAYS_OFF, True)
    assert told.edge == pytest.approx(2.0 + laws.high[0, Case.STAYS_OFF, 4])


def test_a_value_beyond_all_of_the_year_is_told_without_a_switch():
    laws = Laws.learned(tank(6000)[:, 1:], hours(6000))
    margin, told = one(laws, [2.9, 0.0], [4.2, 0.0])
    assert margin > 1
    assert (told.column, told.switch) == (0, None)


@given(st.integers(0, 50))
@settings(max_examples=8, deadline=None)
def test_rows_like_those_learned_from_break_next_to_nothing(seed):
    values = tank(1000, 100 + seed)
    laws = Laws.learned(tank(3000, seed), hours(3000))
    margin, _which = laws.broken(values[1:], values[:-1], np.zeros((999, 3)))
    assert (margin > 1).mean() < 0.005


def test_after_a_pause_no_change_and_no_turning_is_claimed():
    laws = Laws.learned(tank(3000), hours(3000))
    values, times = np.array([[1.0, 2.2, 0.0]]), np.array([5 * HOUR])
    before = following(np.array([0.0, 2.4, 0.0]), 0, values, times, laws.step)
    assert np.isnan(before).all()
    assert laws.broken(values, before, np.zeros((1, 3)))[0][0] < 1


def test_what_is_rounded_to_hundredths_is_known_after_the_first_of_them():
    found = np.zeros((3, 2), np.int64)
    values = np.array([[2.0, 0.0], [2.37, np.nan], [0.5, 1 / 3]])
    grain.refine(values, np.full(2, grain.UNKNOWN), found)
    assert found.tolist() == [[0, grain.UNKNOWN], [2, grain.UNKNOWN], [2, grain.FINEST]]
    step = grain.coarser(found, np.array([7, 7]))
    np.testing.assert_allclose(step, [[1.0, 0.0], [0.01, 0.0], [0.01, 0.0]])


def test_a_residual_that_is_wide_where_a_pump_turns_is_given_that_width():
    values = tank(4000)
    before = np.vstack([values[:1], values[:-1]])
    turned = values[:, 0] != before[:, 0]
    rng = np.random.default_rng(1)
    residuals = np.where(turned, 3.0, 1.0)[:, None] * rng.normal(size=(4000, 1))
    scatter = Scatter.learned(residuals, values, before, np.array([0]), np.zeros(1))
    factor = scatter.factor(values, before)[:, 0]
    plain = np.sqrt(np.mean(residuals**2))
    share = [(np.mean(factor[each]) * plain) ** 2 for each in (turned, ~turned)]
    floor = 0.2 * plain**2
    assert share[0] == pytest.approx(9.0 + floor, rel=0.15)
    assert share[1] == pytest.approx(1.0 + floor, rel=0.15)
    np.testing.assert_array_equal(Scatter.even(2).factor(values, before), 1.0)


def attacked():
    values = tank(400, 7)
    values[200:230, 0] = 1.0  # the pump is held on: the tank overflows
    values[200:230, 1] = np.minimum(values[199, 1] + 0.5 * np.arange(1, 31), 5.0)
    return values


def test_a_broken_law_alarms_at_once_is_told_and_is_over_soon_after():
    watch = Watch(3)
    watch.learn(tank(5000), hours(5000))
    seen = watch.judge(attacked(), hours(400, 5000))
    assert seen.alarm[:200].mean() < 0.05
    assert seen.alarm[206:230].all()
    assert seen.alarm[250:].mean() < 0.05
    row = max(k for k in seen.laws if k < 230)
    assert seen.cause[row, 1] == LAW
    assert seen.laws[row].column == seen.cause[row, 2] == 1
    assert np.isfinite(-np.log2(1 - seen.score)).all()


@pytest.mark.parametrize("cut", [1, 201, 210, 399])
def test_laws_are_kept_however_the_rows_are_cut_and_wherever_it_is_taken_over(cut):
    values, watch = attacked(), Watch(3)
    watch.learn(tank(5000), hours(5000))
    whole = unpacked(packed(watch)).judge(values, hours(400, 5000))
    first = watch.judge(values[:cut], hours(cut, 5000))
    then = unpacked(packed(watch)).judge(values[cut:], hours(400 - cut, 5000 + cut))
    np.testing.assert_allclose(np.r_[first.score, then.score], whole.score, rtol=1e-9)
    assert first.laws | {k + cut: law for k, law in then.laws.items()} == whole.laws


def test_a_watch_saved_before_there_were_laws_goes_on_without_any():
    watch = Watch(3)
    watch.learn(tank(600), hours(600))
    old = {k: v for k, v in packed(watch).items() if k.split(".")[0] not in {"laws", "scatter"}}
    del old["_decimals"], old["learned.decimals"]
    again = unpacked(old)
    again.judge(tank(50, 3), hours(50, 600))
    assert again.learned is not None
    assert len(again.learned.laws.switches) == 0


def test_a_table_too_short_or_without_a_switch_or_a_value_has_no_law():
    assert not np.isfinite(Laws.learned(tank(15), hours(15)).low).any()
    values = np.column_stack([np.full(1200, np.nan), np.random.default_rng(0).normal(size=1200)])
    laws = Laws.learned(values, hours(1200))
    assert len(laws.switches) == 0
    assert laws.broken(values, values, np.zeros((1200, 2)))[0].max() < 1
