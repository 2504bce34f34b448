"""The tail keeps what was appended, whatever is torn off its end."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.city.sense.lake import tail

READING = st.tuples(
    st.integers(0, 50),
    st.integers(0, 1),
    st.integers(0, 2**50),
    st.floats(-1e9, 1e9),
    st.integers(0, 2**50),
)
BATCHES = st.lists(st.lists(READING, min_size=1, max_size=5), min_size=1, max_size=6)


def rows_of(readings: list[tuple]) -> np.ndarray:
    return np.array(readings, dtype=tail.ROW)


@settings(max_examples=40, deadline=None)
@given(BATCHES, st.data())
def test_whole_frames_before_a_torn_end_are_read_back(tmp_path_factory, batches, data):
    path = tmp_path_factory.mktemp("tail") / "0-0.tail"
    writer = tail.Tail(path, 0)
    ends = [writer.append(tail.Frame(rows_of(batch))) for batch in batches]
    writer.close()
    torn = data.draw(st.integers(0, ends[-1]))
    path.write_bytes(path.read_bytes()[:torn])
    whole = sum(end <= torn for end in ends)
    read = list(tail.frames(path, torn))
    assert len(read) == whole
    for frame, batch in zip(read, batches, strict=False):
        assert (frame.rows == rows_of(batch)).all()


def test_a_flipped_byte_ends_the_reading(tmp_path: Path):
    path = tmp_path / "t"
    writer = tail.Tail(path, 0)
    first = writer.append(tail.Frame(rows_of([(1, 1, 10, 2.5, 11)])))
    until = writer.append(tail.Frame(rows_of([(1, 1, 20, 3.5, 21)])))
    writer.close()
    spoiled = bytearray(path.read_bytes())
    spoiled[first + tail.HEADER.size] ^= 1
    path.write_bytes(spoiled)
    assert tail.rows(path, until)["value"].tolist() == [2.5]


def test_what_lies_behind_the_committed_offset_is_cut_off(tmp_path: Path):
    path = tmp_path / "t"
    writer = tail.Tail(path, 0)
    first = writer.append(tail.Frame(None, 77))
    writer.append(tail.Frame(rows_of([(1, 1, 20, 3.5, 21)])))
    writer.close()
    again = tail.Tail(path, first)
    again.close()
    assert path.stat().st_size == first
    assert [frame.tick_us for frame in tail.frames(path, first)] == [77]


def test_a_missing_tail_holds_nothing(tmp_path: Path):
    assert len(tail.rows(tmp_path / "none", 0)) == 0
