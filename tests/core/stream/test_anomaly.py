"""The one-series detector: what it learns, when it speaks, and that it never looks ahead."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.stream import anomaly

MINUTE = 60_000_000


def judged(values, profiles=None, start=0):
    profiles = anomaly.empty(1) if profiles is None else profiles
    n = len(values)
    times = MINUTE * np.arange(start + 1, start + n + 1)
    return anomaly.judge(profiles, stream=np.zeros(n), time=times, value=values)


def noise(n, seed=1):
    return np.random.default_rng(seed).normal(size=n)


def test_a_profile_is_small_enough_for_a_hundred_thousand_streams():
    assert anomaly.PROFILE.itemsize <= 1200


def test_a_step_never_seen_among_even_readings_scores_by_the_count_of_the_past():
    # 200 equal readings: every question has one full bin. The step fills a far bin in all five
    # questions; each has 0.5/201 as its share at least, so log10(402) = 2.60 decades, and 2 (the
    # most) for the empty bins on the way. Less 0.75 that is 3.85; five of them together
    # 5^(1/3) times as much: 6.59. Noise passes 3.5 + (log10(6 * 200) - 3.85) / 2 = 3.115 once in
    # 1200 readings, and 1 - 2^(-6.59 / 3.115) = 0.769.
    found = judged([10.0] * 200 + [20.0])
    assert found.score[:150].max() == 0
    assert found.score[-1] == pytest.approx(0.769, abs=0.001)
    assert found.expected[-1] == pytest.approx(10.0)


def test_a_spike_among_noise_alarms_once_and_the_alarm_ends():
    values = noise(1000)
    values[800] = 25.0
    found = judged(values)
    assert found.alarm[800]
    assert found.score[800] > 0.5
    assert found.score[801:830].max() < found.score[800]
    assert not found.alarm[900]


def test_a_daily_peak_that_stays_away_is_found_by_its_hour():
    # The peak begins five minutes late and ends five minutes late, as real ones do not keep the hour.
    n = 12 * 24 * 12
    is_peak = np.isin((np.arange(n) // 12) % 24, (10, 11))
    values = noise(n) * 0.1 + np.where(is_peak, 8.0, 0.0)
    day = slice(11 * 288 + 120, 11 * 288 + 144)
    values[day] = noise(24, 3) * 0.1
    times = 5 * MINUTE * np.arange(1, n + 1) + 4 * 86_400_000_000  # from a Monday
    found = anomaly.judge(anomaly.empty(1), stream=np.zeros(n), time=times, value=values)
    assert found.score[day].max() > 0.6


def test_what_lies_far_beyond_all_that_was_seen_says_more_than_what_is_merely_new():
    # A bin of asinh(x), 2.5 to the unit, is half as wide again as the one before: 1.5 to the seventh
    # is 17 times as far. Each empty bin on the way is half a decade, four of them the most.
    values = noise(2000)
    near, far, further = (judged(np.append(values, each)).score[-1] for each in (6.0, 15.0, 1e3))
    assert 0.4 < near < far - 0.1
    assert far <= further


def test_many_small_surprises_close_together_say_more_than_one():
    # Two readings of three are 2.5 off, up and down in turn, so that no mean moves.
    alone, together = noise(3000), noise(3000)
    alone[2900] = 2.5
    turn = np.arange(24)
    together[2900:2924] = np.where(turn % 3 < 2, 2.5 - 5.0 * (turn % 3), together[2900:2924])
    one, many = judged(alone), judged(together)
    assert one.score[2900:2924].max() < 0.3
    assert many.score[2900:2924].max() > 0.4
    assert {anomaly.Reason.UNREST, anomaly.Reason.LONG_UNREST} & set(many.reason[2900:2924])


def test_a_long_history_is_halved_and_forgets_nothing_it_has_seen():
    # 20,000 readings fill the histories of a reading's figures; the next one halves them.
    values, profiles = noise(20_001), anomaly.empty(1)
    judged(values[:20_000], profiles)
    full = profiles["counts"][0, 0].copy()
    judged(values[20_000:], profiles, 20_000)
    assert (full.sum(), profiles["total"][0]) == (20_000, 10_001)
    halved = profiles["counts"][0, 0] - (full + 1) // 2
    assert (full > 0).sum() > 12
    assert sorted(halved)[-2:] == [0, 1]


@given(st.integers(0, 2**32 - 1), st.integers(1, 399))
@settings(max_examples=15, deadline=None)
def test_however_the_readings_are_cut_the_figures_are_the_same(seed, cut):
    values = noise(400, seed).cumsum()
    whole = judged(values)
    profiles = anomaly.empty(1)
    first, then = judged(values[:cut], profiles), judged(values[cut:], profiles, cut)
    for name in ("score", "alarm", "expected", "reason"):
        parts = np.concatenate([getattr(first, name), getattr(then, name)])
        np.testing.assert_array_equal(getattr(whole, name), parts)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=300))
@settings(max_examples=30, deadline=None)
def test_any_values_give_scores_between_0_and_1(values):
    found = judged(values)
    assert np.all((found.score >= 0) & (found.score < 1))


def test_a_late_reading_and_no_number_teach_nothing():
    profiles = anomaly.empty(1)
    judged(noise(300), profiles)
    before = profiles.copy()
    anomaly.judge(profiles, stream=[0, 0], time=[5, 10**12], value=[99.0, np.nan])
    np.testing.assert_array_equal(before, profiles)


def test_noise_alarms_hardly_more_often_the_longer_it_lasts():
    # A quarter of ln(n / 150): 1.5 in 50,000 readings.
    found = judged(noise(50_000))
    assert np.count_nonzero(np.diff(found.alarm.astype(int)) == 1) <= 4


def test_a_stream_without_profile_is_refused():
    with pytest.raises(errors.ShapeMismatch, match="there are 1"):
        anomaly.judge(anomaly.empty(1), stream=[1], time=[1], value=[1.0])
    with pytest.raises(errors.ShapeMismatch, match="shrink"):
        anomaly.grown(anomaly.empty(2), 1)
