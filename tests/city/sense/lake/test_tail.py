"""The tail keeps what was appended, whatever is torn off its end."""

import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.city.sense.lake import tail
from tests.city.sense.lake.rows import rows_of

READING = st.tuples(st.integers(0, 50), st.integers(0, 2**50), st.floats(-1e9, 1e9))
BATCHES = st.lists(st.lists(READING, min_size=1, max_size=5), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(BATCHES, st.data())
def test_a_torn_end_is_told_from_an_end(tmp_path_factory, batches, data):
    path = tmp_path_factory.mktemp("tail") / "0-0.tail"
    writer = tail.Tail(path, 0)
    ends = [writer.append(tail.Frame(rows_of(*batch))) for batch in batches]
    writer.close()
    whole = data.draw(st.integers(0, len(ends)))
    until = [0, *ends][whole]
    read = list(tail.frames(path, until))
    assert len(read) == whole
    for frame, batch in zip(read, batches, strict=False):
        assert (frame.rows == rows_of(*batch)).all()
    torn = data.draw(st.integers(0, ends[-1] - 1))
    path.write_bytes(path.read_bytes()[:torn])
    with pytest.raises(tail.Damaged):
        list(tail.frames(path, ends[-1]))


def test_a_flipped_byte_before_the_committed_end_stops_the_reading(tmp_path: Path):
    path = tmp_path / "0-7.tail"
    writer = tail.Tail(path, 0)
    first = writer.append(tail.Frame(rows_of((1, 10, 2.5))))
    until = writer.append(tail.Frame(rows_of((1, 20, 3.5))))
    writer.close()
    spoiled = bytearray(path.read_bytes())
    spoiled[first + tail.HEADER.size] ^= 1
    path.write_bytes(spoiled)
    with pytest.raises(tail.Damaged, match=rf"0-7\.tail: the frame at byte {first}"):
        tail.rows(path, until)
    assert tail.rows(path, first)["value"].tolist() == [2.5]


def test_a_tail_of_the_first_kind_can_still_be_read(tmp_path: Path):
    body = np.array([(3, 1, 10, 2.5, 11)], dtype=tail.FIRST_ROW).tobytes()
    head = tail.HEADER.pack(tail.FIRST_MAGIC, tail.READINGS, len(body), zlib.crc32(body))
    path = tmp_path / "0-1.tail"
    path.write_bytes(head + body)
    (row,) = tail.rows(path, len(head + body))
    assert (row["stream"], row["evaluate"], row["time"], row["value"]) == (3, 1, 10, 2.5)
    assert np.isnan(row["given"])


def test_what_lies_behind_the_committed_offset_is_cut_off(tmp_path: Path):
    path = tmp_path / "t"
    writer = tail.Tail(path, 0)
    first = writer.append(tail.Frame(None, 77))
    writer.append(tail.Frame(rows_of((1, 20, 3.5))))
    writer.close()
    again = tail.Tail(path, first)
    again.close()
    assert path.stat().st_size == first
    assert [frame.tick_us for frame in tail.frames(path, first)] == [77]


def test_a_missing_tail_holds_nothing_unless_something_was_committed(tmp_path: Path):
    assert len(tail.rows(tmp_path / "none", 0)) == 0
    with pytest.raises(tail.Damaged, match="missing"):
        tail.rows(tmp_path / "none", 64)
