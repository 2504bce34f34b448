"""Streams out of service end what went on in them."""

import numpy as np

from chengan.core.arrays import NEVER
from chengan.core.stream.evaluate import step
from chengan.core.stream.events import Cause, Kind
from chengan.core.stream.limits import Limits
from chengan.core.stream.retiring import retire
from chengan.core.stream.state import StreamState


def two_above_one_stuck():
    limits, state = Limits.none(3), StreamState.empty(3)
    for stream in (0, 1):
        limits.put(stream, high=[np.nan, np.nan, 10.0, 20.0, np.nan])
    limits.put(2, stuck_us=50)
    stream = np.array([0, 1, 2, 2], dtype=np.int32)
    time = np.array([100, 110, 0, 120])
    step(state, limits, stream=stream, time=time, value=[15.0, 25.0, 1.0, 1.0], arrival=time)
    return state, limits


def test_what_goes_on_ends_in_the_streams_named_and_in_no_others():
    state, limits = two_above_one_stuck()
    assert state.severity[:, Cause.HIGH].tolist() == [3, 4, 0]
    first, second = retire(state, np.array([1, 2]), 500).rows()
    assert first[:6] == (1, Kind.BREACH_ENDED, Cause.HIGH, 0, 500, 110)
    assert second[:6] == (2, Kind.FAULT_ENDED, Cause.STUCK, 0, 500, 0)
    assert (first.value, second.value) == (25.0, 1.0)
    assert state.severity[:, Cause.HIGH].tolist() == [3, 0, 0]
    assert len(retire(state, np.array([1, 2]), 600)) == 0
    # Back in service it begins like any other.
    again = step(state, limits, stream=[1], time=[700], value=[25.0], arrival=[700]).events
    assert [(each.kind, each.onset) for each in again.rows()] == [(Kind.BREACH_BEGAN, 700)]


def test_a_stream_in_which_nothing_goes_on_is_left_as_it_is():
    state = StreamState.empty(2)
    before = state.copied()
    assert len(retire(state, np.array([0, 1]), 10)) == 0
    assert state.same_as(before)
    assert (state.onset == NEVER).all()
