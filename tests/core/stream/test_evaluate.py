"""Hand-calculated cases of every rule of the stream."""

import math

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.arrays import NEVER
from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.events import Cause, Kind, Quality
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState
from tests.core.stream.streams import SECOND, brief, feed, tick, watched

NAN = math.nan
STEPS_UP = [NAN, 10.0, 20.0, 30.0, 40.0]


# thresholds


def test_a_value_that_reaches_its_threshold_breaches_at_once_without_a_hold():
    state, limits = watched(high=STEPS_UP)
    events, _ = feed(state, limits, (1, 9.9), (2, 10.0))
    assert brief(events) == [("BREACH_BEGAN", "HIGH", 2, 2, 2)]
    assert (events[0].value, events[0].measure, events[0].limit) == (10.0, 10.0, 10.0)
    assert math.isnan(events[0].expected)


def test_severity_rises_and_falls_within_one_episode():
    state, limits = watched(high=STEPS_UP)
    events, _ = feed(state, limits, (1, 15), (2, 45), (3, 25), (4, 5), (5, 15))
    assert brief(events) == [
        ("BREACH_BEGAN", "HIGH", 2, 1, 1),
        ("BREACH_CHANGED", "HIGH", 5, 2, 1),
        ("BREACH_CHANGED", "HIGH", 3, 3, 1),
        ("BREACH_ENDED", "HIGH", 0, 4, 1),
        ("BREACH_BEGAN", "HIGH", 2, 5, 5),
    ]
    assert [event.limit for event in events] == [10, 40, 20, 20, 10]


def test_low_thresholds_mirror_high_ones():
    state, limits = watched(low=[NAN, 0.2, 0.14, NAN, 0.1], hysteresis=0.01)
    events, _ = feed(state, limits, (1, 0.3), (2, 0.2), (3, 0.05), (4, 0.205), (5, 0.22))
    assert brief(events) == [
        ("BREACH_BEGAN", "LOW", 2, 2, 2),
        ("BREACH_CHANGED", "LOW", 5, 3, 2),
        ("BREACH_CHANGED", "LOW", 2, 4, 2),
        ("BREACH_ENDED", "LOW", 0, 5, 2),
    ]


def test_within_the_hysteresis_a_severity_stays():
    state, limits = watched(high=STEPS_UP, hysteresis=2.0)
    events, _ = feed(state, limits, (1, 21), (2, 18.5), (3, 18.0), (4, 17.9), (5, 8), (6, 7.9))
    assert brief(events) == [
        ("BREACH_BEGAN", "HIGH", 3, 1, 1),
        ("BREACH_CHANGED", "HIGH", 2, 4, 1),
        ("BREACH_ENDED", "HIGH", 0, 6, 1),
    ]


def test_a_hold_delays_the_beginning_and_the_onset_is_the_first_offending_reading():
    state, limits = watched(high=STEPS_UP, hold_us=60 * SECOND)
    events, _ = feed(state, limits, (0, 12), (30, 12), (59, 12), (60, 12))
    assert brief(events) == [("BREACH_BEGAN", "HIGH", 2, 60, 0)]


def test_a_spike_shorter_than_the_hold_never_breaches():
    state, limits = watched(high=STEPS_UP, hold_us=60 * SECOND)
    events, _ = feed(state, limits, (0, 12), (30, 9), (60, 12), (119, 12))
    assert events == []


def test_severities_held_together_begin_as_one_with_the_onset_of_the_mildest():
    state, limits = watched(high=STEPS_UP, hold_us=60 * SECOND)
    events, _ = feed(state, limits, (0, 12), (30, 25), (100, 25))
    assert brief(events) == [("BREACH_BEGAN", "HIGH", 3, 100, 0)]


def test_each_severity_has_its_own_hold():
    state, limits = watched(high=STEPS_UP, hold_us=60 * SECOND)
    events, _ = feed(state, limits, (0, 12), (30, 25), (60, 25), (89, 25), (90, 25))
    assert brief(events) == [
        ("BREACH_BEGAN", "HIGH", 2, 60, 0),
        ("BREACH_CHANGED", "HIGH", 3, 90, 0),
    ]


def test_a_clear_hold_delays_the_end():
    state, limits = watched(high=STEPS_UP, clear_hold_us=10 * SECOND)
    events, _ = feed(state, limits, (0, 12), (1, 5), (5, 12), (6, 5), (15, 5), (16, 5))
    assert brief(events) == [
        ("BREACH_BEGAN", "HIGH", 2, 0, 0),
        ("BREACH_ENDED", "HIGH", 0, 16, 0),
    ]


def test_after_a_clear_hold_it_falls_to_the_severity_that_has_not_cleared_yet():
    state, limits = watched(high=STEPS_UP, clear_hold_us=10 * SECOND)
    # Below 40 from second 1, below 10 only from second 8: at 11 only red has been clear for 10 s.
    events, _ = feed(state, limits, (0, 45), (1, 35), (8, 5), (11, 5), (18, 5))
    assert brief(events) == [
        ("BREACH_BEGAN", "HIGH", 5, 0, 0),
        ("BREACH_CHANGED", "HIGH", 4, 11, 0),
        ("BREACH_ENDED", "HIGH", 0, 18, 0),
    ]


def test_high_and_low_are_episodes_of_their_own():
    state, limits = watched(high=[NAN, 10, NAN, NAN, NAN], low=[NAN, -10, NAN, NAN, NAN])
    events, _ = feed(state, limits, (1, 11), (2, -11))
    assert brief(events) == [
        ("BREACH_BEGAN", "HIGH", 2, 1, 1),
        ("BREACH_ENDED", "HIGH", 0, 2, 1),
        ("BREACH_BEGAN", "LOW", 2, 2, 2),
    ]


def test_a_limit_taken_away_ends_its_breach_at_the_next_reading():
    state, limits = watched(high=STEPS_UP)
    feed(state, limits, (1, 45))
    limits.clear(0)
    events, _ = feed(state, limits, (2, 45))
    assert brief(events) == [("BREACH_ENDED", "HIGH", 0, 2, 1)]
    assert math.isnan(events[0].limit)


def test_a_threshold_moved_under_a_breach_counts_at_the_next_reading():
    state, limits = watched(high=STEPS_UP)
    feed(state, limits, (1, 25))
    limits.put(0, high=[NAN, 5, 10, 15, 20])
    events, _ = feed(state, limits, (2, 25))
    assert brief(events) == [("BREACH_CHANGED", "HIGH", 5, 2, 1)]


# rate


def test_the_rate_is_the_change_divided_by_the_time_between():
    state, limits = watched(rate_limit=2.0, rate_severity=3)
    events, _ = feed(state, limits, (0, 10), (10, 29), (20, 9), (30, 9))
    # 1.9/s, -2.0/s, 0/s
    assert brief(events) == [
        ("BREACH_BEGAN", "RATE", 3, 20, 20),
        ("BREACH_ENDED", "RATE", 0, 30, 20),
    ]
    assert (events[0].value, events[0].measure, events[0].limit, events[0].expected) == (
        9,
        -2,
        2,
        29,
    )


def test_the_first_reading_has_no_rate():
    state, limits = watched(rate_limit=1e-9, rate_severity=3)
    events, _ = feed(state, limits, (0, 1e9))
    assert events == []


def test_two_readings_of_one_moment_give_no_rate_because_the_second_is_late():
    state, limits = watched(rate_limit=1.0, rate_severity=3)
    events, quality = feed(state, limits, (1, 0), (1, 1e9))
    assert (events, quality) == ([], [Quality.GOOD, Quality.LATE])


def test_the_rate_skips_implausible_readings():
    state, limits = watched(rate_limit=1.0, rate_severity=3, plausible_high=100.0)
    events, _ = feed(state, limits, (0, 10), (1, 5000), (20, 20))  # 10 in 20 s
    assert {event.cause for event in events} == {Cause.IMPLAUSIBLE}


def test_a_rate_waits_for_its_clear_hold():
    state, limits = watched(rate_limit=1.0, rate_severity=2, clear_hold_us=5 * SECOND)
    events, _ = feed(state, limits, (0, 0), (1, 9), (2, 9), (3, 18), (4, 18), (8, 18), (9, 18))
    assert brief(events) == [
        ("BREACH_BEGAN", "RATE", 2, 1, 1),
        ("BREACH_ENDED", "RATE", 0, 9, 1),
    ]


# implausible


@pytest.mark.parametrize(("value", "bound"), [(-51, -50), (101, 100), (NAN, NAN), (math.inf, NAN)])
def test_an_implausible_value_is_a_fault_and_no_breach(value, bound):
    state, limits = watched(plausible_low=-50, plausible_high=100, high=[NAN, NAN, NAN, NAN, 60])
    events, quality = feed(state, limits, (1, 20), (2, value), (3, value), (4, 20))
    assert brief(events) == [
        ("FAULT_BEGAN", "IMPLAUSIBLE", 0, 2, 2),
        ("FAULT_ENDED", "IMPLAUSIBLE", 0, 4, 2),
    ]
    np.testing.assert_equal((events[0].value, events[0].limit), (value, bound))
    assert quality == [Quality.GOOD, Quality.IMPLAUSIBLE, Quality.IMPLAUSIBLE, Quality.GOOD]
    assert state.good_value[0] == 20


def test_the_bounds_of_the_plausible_range_are_plausible():
    state, limits = watched(plausible_low=0, plausible_high=1)
    assert feed(state, limits, (1, 0), (2, 1))[0] == []


def test_an_implausible_value_leaves_an_active_breach_as_it_is():
    state, limits = watched(plausible_high=100, high=STEPS_UP)
    events, _ = feed(state, limits, (1, 15), (2, 500), (3, 15))
    assert [event.cause for event in events] == [Cause.HIGH, Cause.IMPLAUSIBLE, Cause.IMPLAUSIBLE]
    assert state.severity[0, Cause.HIGH] == 2


# stuck


def test_a_value_that_stands_still_too_long_is_stuck_until_it_moves():
    state, limits = watched(stuck_us=60 * SECOND, stuck_epsilon=0.1)
    events, _ = feed(state, limits, (0, 5), (30, 5.1), (59, 5), (60, 5), (90, 5), (100, 5.2))
    assert brief(events) == [
        ("FAULT_BEGAN", "STUCK", 0, 60, 0),
        ("FAULT_ENDED", "STUCK", 0, 100, 0),
    ]
    assert (events[0].measure, events[0].limit) == (60.0, 60.0)
    assert state.changed_time[0] == 100 * SECOND


def test_a_slow_drift_is_not_stuck():
    state, limits = watched(stuck_us=10 * SECOND, stuck_epsilon=0.1)
    assert feed(state, limits, *((second, second * 0.05) for second in range(60)))[0] == []


def test_a_pause_longer_than_silence_does_not_count_as_standing_still():
    state, limits = watched(stuck_us=60 * SECOND, silent_after_us=20 * SECOND)
    events, _ = feed(state, limits, (0, 5), (10, 5), (3600, 5), (3610, 5))
    assert events == []


# late


def test_a_late_reading_changes_nothing():
    state, limits = watched(high=STEPS_UP, rate_limit=1.0, rate_severity=1)
    feed(state, limits, (10, 5))
    before = state.copied()
    events, quality = feed(state, limits, (10, 99), (9, 99), arrival=[50, 60])
    assert (events, quality) == ([], [Quality.LATE, Quality.LATE])
    assert state.same_as(before)


# silent


def test_a_stream_unheard_for_too_long_is_silent_until_its_next_reading():
    state, limits = watched(silent_after_us=30 * SECOND, expected_interval_us=10 * SECOND)
    feed(state, limits, (100, 7), arrival=[105])
    assert tick(state, limits, 135) == []
    began = tick(state, limits, 136)
    assert brief(began) == [("FAULT_BEGAN", "SILENT", 0, 136, 105)]
    assert (began[0].value, began[0].measure, began[0].limit, began[0].expected) == (7, 31, 30, 10)
    assert tick(state, limits, 200) == []
    ended, _ = feed(state, limits, (210, 8), arrival=[215])
    assert brief(ended) == [("FAULT_ENDED", "SILENT", 0, 215, 105)]
    assert ended[0].measure == 110


def test_a_stream_never_heard_is_silent_from_its_enrolment():
    state, limits = watched(silent_after_us=30 * SECOND)
    assert tick(state, limits, 10**6) == []
    state.enrolled[0] = 10**6 * SECOND
    assert tick(state, limits, 10**6 + 30) == []
    events = tick(state, limits, 10**6 + 31)
    assert brief(events) == [("FAULT_BEGAN", "SILENT", 0, 10**6 + 31, 10**6)]
    assert math.isnan(events[0].value)
    assert math.isnan(events[0].expected)


def test_late_readings_do_not_end_a_silence():
    state, limits = watched(silent_after_us=30 * SECOND)
    feed(state, limits, (100, 7))
    tick(state, limits, 200)
    assert feed(state, limits, (99, 7), arrival=[201])[0] == []
    assert state.faults()[0] == 2


def test_a_stream_taken_out_of_service_is_not_silent():
    state, limits = watched(silent_after_us=30 * SECOND)
    feed(state, limits, (100, 7))
    assert tick(state, limits, 200, [False]) == []
    tick(state, limits, 201)
    assert brief(tick(state, limits, 202, [False])) == [("FAULT_ENDED", "SILENT", 0, 202, 100)]


def test_time_alone_ends_no_hold():
    state, limits = watched(high=STEPS_UP, hold_us=60 * SECOND)
    feed(state, limits, (0, 12))
    assert tick(state, limits, 3600) == []
    assert brief(feed(state, limits, (3601, 12))[0]) == [("BREACH_BEGAN", "HIGH", 2, 3601, 0)]


# doors


def test_one_reading_may_report_by_every_rule():
    state, limits = watched(
        high=[10, 20, NAN, NAN, NAN], low=[0, -10, NAN, NAN, NAN],
        rate_limit=1.0, rate_severity=1, silent_after_us=30 * SECOND, plausible_high=99.0,
        stuck_us=SECOND,
    )  # fmt: skip
    feed(state, limits, (0, -5), (1, -5))
    feed(state, limits, (2, 500))
    tick(state, limits, 100)
    events, _ = feed(state, limits, (101, 250_000_000_000_000), (102, 25), arrival=[101, 102])
    assert [event.cause.name for event in events] == [
        "SILENT",
        "IMPLAUSIBLE",
        "HIGH",
        "LOW",
        "STUCK",
    ]


def test_a_batch_of_nothing_is_nothing():
    state, limits = watched(high=STEPS_UP)
    result = step(state, limits, stream=[], time=[], value=[], arrival=[])
    assert len(result.events) == 0
    assert result.quality.shape == (0,)


def test_more_events_than_the_first_table_holds_are_all_reported():
    state, limits = watched(high=STEPS_UP)
    events, _ = feed(state, limits, *((k, 50.0 * (k % 2)) for k in range(2000)))
    assert len(events) == 1999
    assert [event.kind for event in events[:2]] == [Kind.BREACH_BEGAN, Kind.BREACH_ENDED]


def test_read_only_columns_such_as_arrow_gives_are_taken():
    state, limits = watched(high=STEPS_UP)
    columns = {"stream": np.array([0], np.int32), "time": np.array([1]), "arrival": np.array([1])}
    columns["value"] = np.array([11.0])
    for column in columns.values():
        column.flags.writeable = False
    assert len(step(state, limits, **columns).events) == 1


def test_columns_of_different_length_are_refused():
    state, limits = watched()
    with pytest.raises(errors.ShapeMismatch, match="differ"):
        step(state, limits, stream=[0, 0], time=[1], value=[1.0], arrival=[1])


@pytest.mark.parametrize("index", [-1, 1])
def test_a_stream_that_the_state_does_not_have_is_refused_and_nothing_changes(index):
    state, limits = watched()
    with pytest.raises(errors.ShapeMismatch, match=r"has 0\.\.0"):
        step(state, limits, stream=[0, index], time=[1, 1], value=[1.0, 1.0], arrival=[1, 1])
    assert state.last_time[0] == NEVER


def test_limits_for_another_number_of_streams_are_refused():
    with pytest.raises(errors.ShapeMismatch, match="grow both"):
        advance(StreamState.empty(2), Limits.none(3), 0)


def test_a_mask_for_another_number_of_streams_is_refused():
    with pytest.raises(errors.ShapeMismatch, match="active_mask"):
        advance(StreamState.empty(2), Limits.none(2), 0, [True])
