"""Readings that came late are held against the limits by themselves."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.stream.evaluate import step
from chengan.core.stream.late import late_breaches
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState
from tests.core.stream.streams import SECOND, brief, feed, watched

NAN = math.nan
STEPS_UP = [NAN, 10.0, 20.0, 30.0, 40.0]
STEPS_DOWN = [NAN, -10.0, -20.0, NAN, NAN]


def late(state, limits, *readings, stream=0):
    """Hold (second, value) readings of one stream against its limits."""
    times = np.array([second * SECOND for second, _ in readings], dtype=np.int64)
    values = [value for _, value in readings]
    streams = np.full(len(times), stream)
    return late_breaches(state, limits, stream=streams, time=times, value=values).rows()


def test_the_worst_of_the_late_readings_is_said_once():  # by hand: 25 reaches 20, 12 reaches 10
    state, limits = watched(high=STEPS_UP)
    events = late(state, limits, (1, 12), (2, 25), (3, 21), (4, 5))
    assert brief(events) == [("LATE_BREACH", "HIGH", 3, 2, 2)]
    assert (events[0].value, events[0].measure, events[0].limit) == (25.0, 25.0, 20.0)


def test_a_low_side_and_another_stream_have_their_own():
    limits = Limits.none(2)
    limits.put([0, 1], low=STEPS_DOWN, high=STEPS_UP)
    events = late_breaches(
        StreamState.empty(2), limits, stream=[1, 0, 1], time=[3, 2, 1], value=[-20.0, 10.0, 50.0]
    ).rows()
    assert [(e.stream, e.cause.name, e.severity, e.limit) for e in events] == [
        (0, "HIGH", 2, 10.0),
        (1, "HIGH", 5, 40.0),
        (1, "LOW", 3, -20.0),
    ]


def test_a_hold_is_not_asked_for():
    state, limits = watched(high=STEPS_UP, hold_us=60 * SECOND)
    assert brief(late(state, limits, (1, 10))) == [("LATE_BREACH", "HIGH", 2, 1, 1)]


def test_an_implausible_late_reading_is_no_danger():
    state, limits = watched(high=STEPS_UP, plausible_high=100.0)
    assert late(state, limits, (1, 101), (2, NAN), (3, math.inf), (4, 9.9)) == []


def test_what_the_breach_in_force_says_already_is_not_said_again():
    state, limits = watched(high=STEPS_UP)
    feed(state, limits, (10, 15), (20, 16))
    assert late(state, limits, (15, 15)) == []
    assert brief(late(state, limits, (15, 25))) == [("LATE_BREACH", "HIGH", 3, 15, 15)]
    assert brief(late(state, limits, (5, 12))) == [("LATE_BREACH", "HIGH", 2, 5, 5)]


def test_where_nothing_is_asked_nothing_is_late():
    state, limits = watched()
    assert late(state, limits, (1, 1e9)) == late(state, limits) == []


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=8))
def test_it_is_what_a_fresh_stream_without_a_hold_would_have_reached(values):
    limits = Limits.none(1)
    limits.put(0, high=STEPS_UP, low=STEPS_DOWN)
    times = np.arange(len(values), dtype=np.int64) + 1
    worst = {"HIGH": 0, "LOW": 0}
    for value in values:
        events = step(
            StreamState.empty(1), limits, stream=[0], time=[1], value=[value], arrival=[1]
        ).events.rows()
        for event in events:
            worst[event.cause.name] = max(worst[event.cause.name], event.severity)
    state = StreamState.empty(1)
    streams = np.zeros(len(values), np.int32)
    found = late_breaches(state, limits, stream=streams, time=times, value=values).rows()
    assert {e.cause.name: e.severity for e in found} == {k: v for k, v in worst.items() if v}
    assert state.same_as(StreamState.empty(1))
