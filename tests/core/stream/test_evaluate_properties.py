"""The compiled rules against the plain ones, and against themselves cut differently."""

import math
from dataclasses import asdict
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core.arrays import NEVER
from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.events import Cause
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState
from tests.core.stream.reference import Ask, Stream

STREAMS = 3
LONG = settings(max_examples=200, deadline=None, derandomize=True)

small = st.integers(-12, 12).map(float)
values = st.one_of(small, small, small, st.sampled_from([math.nan, math.inf, 60.0, -60.0, 0.05]))


def thresholds(sign, base):
    """Ordered thresholds with gaps: each severity set or not."""

    def build(parts):
        level, made = base, []
        for rise, is_set in parts:
            level += sign * rise
            made.append(float(level) if is_set else math.nan)
        return made

    part = st.tuples(st.integers(1, 4), st.booleans())
    return st.lists(part, min_size=5, max_size=5).map(build)


asks = st.builds(
    Ask,
    plausible_low=st.sampled_from([math.nan, -30.0]),
    plausible_high=st.sampled_from([math.nan, 30.0]),
    high=thresholds(1, 1),
    low=thresholds(-1, -1),
    hysteresis=st.sampled_from([0.0, 0.5, 2.0]),
    hold_us=st.sampled_from([0, 0, 2, 5]),
    clear_hold_us=st.sampled_from([0, 0, 2, 5]),
    rate_limit=st.sampled_from([3e6, 1e6]),
    rate_severity=st.integers(1, 5),
    stuck_us=st.sampled_from([0, 3, 6]),
    stuck_epsilon=st.sampled_from([0.0, 1.0]),
    expected_interval_us=st.sampled_from([0, 2]),
    silent_after_us=st.sampled_from([0, 4, 8]),
)
# (stream, time after the newest of all, value): 0 or less is late or a duplicate.
readings = st.lists(
    st.tuples(st.integers(0, STREAMS - 1), st.integers(-1, 4), values), min_size=1, max_size=80
)
tables = st.lists(asks, min_size=STREAMS, max_size=STREAMS)


def limits_of(table):
    limits = Limits.none(STREAMS)
    for index, ask in enumerate(table):
        limits.put(index, **asdict(ask))
    return limits


def columns_of(batch, start=1000):
    times, newest = [], start
    for _, after, _ in batch:
        times.append(newest + after)
        newest = max(newest, times[-1])
    return {
        "stream": np.array([row[0] for row in batch], dtype=np.int32),
        "time": np.array(times, dtype=np.int64),
        "value": np.array([row[2] for row in batch]),
        "arrival": np.array(np.maximum.accumulate(times) + 1, dtype=np.int64),
    }


def assert_same_figures(state, streams):
    for index, plain in enumerate(streams):
        for cause, severity in plain.severity.items():
            assert state.severity[index, cause] == severity
        for cause in list(Cause)[: state.onset.shape[1]]:
            assert state.onset[index, cause] == plain.onset.get(cause, NEVER)
        assert state.readings[index] == plain.count
        assert state.last_arrival[index] == plain.arrived
        for name, pair in (("last", plain.last), ("good", plain.good), ("changed", plain.still)):
            time, value = pair or (NEVER, math.nan)
            assert getattr(state, f"{name}_time")[index] == time
            np.testing.assert_equal(getattr(state, f"{name}_value")[index], value)


@LONG
@given(table=tables, batches=st.lists(readings, min_size=1, max_size=3), pause=st.integers(0, 12))
def test_compiled_and_plain_rules_agree(table, batches, pause):
    limits, state = limits_of(table), StreamState.empty(STREAMS, enrolled=990)
    plain = [Stream(index, ask, enrolled=990) for index, ask in enumerate(table)]
    now = 1000
    for batch in batches:
        columns = columns_of(batch, now)
        result = step(state, limits, **columns)
        expected = []
        for index, time, value, arrival, quality in zip(
            *(columns[name].tolist() for name in ("stream", "time", "value", "arrival")),
            result.quality.tolist(),
            strict=True,
        ):
            stream = plain[index]
            assert stream.read(time, value, arrival) == quality
            expected += stream.events
            stream.events = []
        np.testing.assert_equal(result.events.rows(), expected)
        now = int(columns["arrival"][-1]) + pause
        mask = [True, True, pause % 2 == 0]
        events = advance(state, limits, now, mask).events.rows()
        expected = []
        for stream, is_active in zip(plain, mask, strict=True):
            stream.advance(now, is_active)
            expected += stream.events
            stream.events = []
        np.testing.assert_equal(events, expected)
        assert_same_figures(state, plain)


@LONG
@given(table=tables, batch=readings, cuts=st.sets(st.integers(0, 80)))
def test_however_readings_are_cut_into_batches_state_and_events_are_the_same(table, batch, cuts):
    limits, columns = limits_of(table), columns_of(batch)
    whole, parts = StreamState.empty(STREAMS), StreamState.empty(STREAMS)
    at_once = step(whole, limits, **columns)
    rows, quality = [], []
    edges = [0, *sorted(cut for cut in cuts if 0 < cut < len(batch)), len(batch)]
    for left, right in pairwise(edges):
        piece = step(parts, limits, **{name: col[left:right] for name, col in columns.items()})
        rows += piece.events.rows()
        quality += piece.quality.tolist()
    np.testing.assert_equal(rows, at_once.events.rows())
    assert quality == at_once.quality.tolist()
    assert parts.same_as(whole)


@LONG
@given(table=tables, batch=readings)
def test_a_breach_or_fault_begins_changes_and_ends_in_order_and_its_name_is_never_given_twice(
    table, batch
):
    events = step(StreamState.empty(STREAMS), limits_of(table), **columns_of(batch)).events.rows()
    severity, ended = {}, set()
    for event in events:
        name = (event.stream, event.cause, event.onset)
        place = name[:2]
        if event.kind.name.endswith("BEGAN"):
            assert place not in severity
            assert name not in ended
            severity[place] = event.severity
        elif event.kind.name.endswith("CHANGED"):
            assert severity[place] != event.severity > 0
            severity[place] = event.severity
        else:
            del severity[place]
            ended.add(name)
        assert event.onset <= event.time
