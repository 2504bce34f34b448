import numpy as np
import pytest

from chengan.core import errors
from chengan.core.arrays import NEVER
from chengan.core.stream.events import Cause
from chengan.core.stream.state import StreamState
from tests.core.stream.streams import SECOND, feed, tick, watched


def test_an_empty_state_has_heard_nothing():
    state = StreamState.empty(2, enrolled=7)
    assert state.streams == 2
    assert state.enrolled.tolist() == [7, 7]
    assert state.last_time.tolist() == [NEVER, NEVER]
    assert np.isnan(state.last_value).all()
    assert state.worst().tolist() == [-1, -1]


def test_a_column_is_a_view_so_that_writing_into_it_writes_the_state():
    state = StreamState.empty(2)
    state.enrolled[1] = 5
    assert state.table["enrolled"].tolist() == [NEVER, 5]


def test_growing_keeps_what_is_known_and_adds_streams_that_never_spoke():
    state, limits = watched(high=[1, 2, 3, 4, 5])
    feed(state, limits, (1, 3.5))
    grown = state.grown(3, enrolled=9)
    assert grown.streams == 3
    assert grown.severity[:, Cause.HIGH].tolist() == [3, 0, 0]
    assert grown.enrolled.tolist() == [NEVER, 9, 9]
    assert grown.run.flags.writeable


def test_a_state_does_not_shrink():
    with pytest.raises(errors.ShapeMismatch, match="3 streams cannot shrink to 2"):
        StreamState.empty(3).grown(2)


def test_what_is_saved_is_read_again_figure_for_figure(tmp_path):
    state, limits = watched(high=[1, 2, 3, 4, 5], silent_after_us=SECOND)
    feed(state, limits, (1, 3.5))
    tick(state, limits, 10)
    state.save(tmp_path / "state")
    read = StreamState.load(tmp_path / "state")
    assert read.same_as(state)
    events, _ = feed(read, limits, (11, 0.0))
    assert [event.onset for event in events] == [SECOND, SECOND]


def test_same_as_sees_one_changed_figure():
    state = StreamState.empty(2)
    other = state.copied()
    assert state.same_as(other)
    other.run[1, 0, 4] = 3
    assert not state.same_as(other)
    assert not state.same_as(StreamState.empty(3))


def test_a_torn_file_is_refused(tmp_path):
    path = tmp_path / "state"
    StreamState.empty(100).save(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(errors.StateUnreadable, match="state holds no readable state"):
        StreamState.load(path)


@pytest.mark.parametrize("content", [b"", b"not a state"])
def test_something_else_is_refused(tmp_path, content):
    path = tmp_path / "state"
    path.write_bytes(content)
    with pytest.raises(errors.StateUnreadable):
        StreamState.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(errors.StateUnreadable):
        StreamState.load(tmp_path / "none")


def test_another_version_is_refused(tmp_path):
    path = tmp_path / "state.npz"
    np.savez(path, version=np.int64(99), table=StreamState.empty(1).table)
    with pytest.raises(errors.StateUnreadable, match="version 99"):
        StreamState.load(path)


def test_other_fields_are_refused(tmp_path):
    path = tmp_path / "state.npz"
    np.savez(path, version=np.int64(1), table=np.zeros(3))
    with pytest.raises(errors.StateUnreadable):
        StreamState.load(path)


def test_worst_is_the_highest_severity_in_force():
    state, limits = watched(high=[1, 2, 3, 4, 5], rate_limit=1.0, rate_severity=5)
    feed(state, limits, (1, 0.5))
    assert state.worst()[0] == 0
    feed(state, limits, (2, 2.5))
    assert state.worst()[0] == 5


def test_a_faulty_sensor_is_no_data_but_never_hides_a_breach():
    state, limits = watched(high=[1, 2, 3, 4, 5], silent_after_us=SECOND, plausible_high=50)
    feed(state, limits, (1, 0.5))
    tick(state, limits, 10)
    assert (state.worst()[0], state.faults()[0]) == (-1, 2)
    feed(state, limits, (11, 2.5), (12, 99))
    assert (state.worst()[0], state.faults()[0]) == (2, 4)
