"""What the core is measured against says the same: same rules, same events."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from chengan.city.site.benches import core
from chengan.city.site.measuring import flow_rules
from chengan.city.site.measuring.array_rules import Streams
from chengan.city.site.measuring.plain_rules import Stream
from chengan.core.stream.evaluate import step
from chengan.core.stream.state import StreamState

VALUE = st.sampled_from([20.0, 20.0, 20.0, 58.0, 59.5, 65.0, 95.0, 3.5, 0.5, 200.0, float("nan")])


def by_core(values):
    turns, streams = values.shape
    time = np.repeat(np.arange(turns) * core.SECOND, streams)
    events = step(
        StreamState.empty(streams), core.limits_of(core.ASKED, streams),
        stream=np.tile(np.arange(streams, dtype=np.int32), turns),
        time=time, value=values.ravel(), arrival=time,
    ).events  # fmt: skip
    return sorted(
        (e.stream, int(e.kind), int(e.cause), e.severity, e.time, e.onset) for e in events.rows()
    )


def by_arrays(values):
    streams = Streams(values.shape[1])
    for turn, value in enumerate(values):
        streams.take(core.ASKED, turn * core.SECOND, value)
    return sorted(streams.found)


def readings(values):
    return [
        (number, turn * core.SECOND, value)
        for turn, row in enumerate(values)
        for number, value in enumerate(row.tolist())
    ]


def by_objects(values):
    streams = [Stream(number) for number in range(values.shape[1])]
    found = []
    for number, time, value in readings(values):
        found += streams[number].take(core.ASKED, time, value)
    return sorted(found)


@trying(max_examples=150)
@given(st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=40))
def test_plain_python_and_numpy_find_the_events_of_the_core(rows):
    values = np.array(rows)
    expected = by_core(values)
    assert by_objects(values) == expected
    assert by_arrays(values) == expected


def stuck_and_danger():
    values = np.random.default_rng(3).normal(30.0, 1.0, (700, 3))
    values[:, 0] = 30.0
    values[100:200, 1] = 95.0
    return values


def test_a_stuck_sensor_and_a_danger_are_found_by_all_alike():
    values = stuck_and_danger()
    expected = by_core(values)
    assert {cause for _s, _k, cause, _v, _t, _o in expected} == {0, 2, 3}
    assert by_objects(values) == by_arrays(values) == expected


@pytest.mark.filterwarnings("ignore")
def test_bytewax_finds_the_events_of_the_core():
    pytest.importorskip("bytewax")
    values = stuck_and_danger()
    assert sorted(flow_rules.run(core.ASKED, readings(values))) == by_core(values)


@pytest.mark.filterwarnings("ignore")
def test_the_bench_gives_its_figures():
    pytest.importorskip("bytewax")
    figures = core.run({"streams": "50", "readings": "20000"}, lambda *_: None)
    assert all(value > 0 for value in figures.values())
