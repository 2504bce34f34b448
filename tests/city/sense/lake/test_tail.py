"""The tail keeps what was appended, whatever is torn off its end."""

import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.city.sense.lake import old_frames, tail
from tests.city.sense.lake.rows import rows_of

READING = st.tuples(st.integers(0, 50), st.integers(0, 2**50), st.floats(-1e9, 1e9))
BATCHES = st.lists(st.lists(READING, min_size=1, max_size=5), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(BATCHES, st.data())
def test_a_torn_end_is_told_from_an_end(tmp_path_factory, batches, data):
    path = tmp_path_factory.mktemp("tail") / "0-0.tail"
    writer = tail.Tail(path)
    ends = [writer.append(tail.Frame(rows_of(*batch))) for batch in batches]
    writer.close()
    whole = data.draw(st.integers(0, len(ends)))
    until = [0, *ends][whole]
    read = list(tail.frames(path, until))
    assert len(read) == whole
    for frame, batch in zip(read, batches, strict=False):
        assert frame.rows.same_as(rows_of(*batch))
    torn = data.draw(st.integers(0, ends[-1] - 1))
    path.write_bytes(path.read_bytes()[:torn])
    with pytest.raises(tail.Damaged):
        list(tail.frames(path, ends[-1]))


def test_a_flipped_byte_before_the_committed_end_stops_the_reading(tmp_path: Path):
    path = tmp_path / "0-7.tail"
    writer = tail.Tail(path)
    first = writer.append(tail.Frame(rows_of((1, 10, 2.5))))
    until = writer.append(tail.Frame(rows_of((1, 20, 3.5))))
    writer.close()
    spoiled = bytearray(path.read_bytes())
    spoiled[first + tail.HEADER.size] ^= 1
    path.write_bytes(spoiled)
    with pytest.raises(tail.Damaged, match=rf"0-7\.tail: the frame at byte {first}"):
        tail.rows(path, until)
    assert tail.rows(path, first).value.tolist() == [2.5]


@pytest.mark.parametrize(
    ("magic", "kind", "row"),
    [
        (b"CGT1", old_frames.FIRST_ROW, (3, 1, 10, 2.5, 11)),
        (b"CGT2", old_frames.SECOND_ROW, (3, 1, 1, 0, b"mm", 10, 2.5, 2500.0, 11)),
    ],
)
def test_tails_of_earlier_versions_can_still_be_read(tmp_path: Path, magic, kind, row):
    body = np.array([row], dtype=kind).tobytes()
    head = tail.HEADER.pack(magic, tail.READINGS, len(body), zlib.crc32(body))
    path = tmp_path / "0-1.tail"
    path.write_bytes(head + body)
    rows = tail.rows(path, len(head + body))
    assert (rows.stream[0], rows.evaluate[0], rows.time[0], rows.value[0]) == (3, True, 10, 2.5)
    assert rows.arrival.tolist() == [11]
    if magic == b"CGT1":
        assert np.isnan(rows.given[0])
    else:
        assert (rows.given[0], rows.unit_names()[0], rows.late[0]) == (2500.0, "mm", True)


def test_what_lies_behind_the_committed_offset_never_happened(tmp_path: Path):
    path = tmp_path / "t"
    writer = tail.Tail(path)
    first = writer.append(tail.Frame(None, 77))
    writer.append(tail.Frame(rows_of((1, 20, 3.5))))
    writer.close()
    assert [frame.tick_us for frame in tail.frames(path, first)] == [77]


def test_no_two_writers_share_a_tail(tmp_path: Path):
    tail.Tail(tmp_path / "t").close()
    with pytest.raises(FileExistsError):
        tail.Tail(tmp_path / "t")


def test_a_frame_is_found_by_its_span_and_readings_by_their_stream(tmp_path: Path):
    writer = tail.Tail(tmp_path / "t")
    writer.append(tail.Frame(rows_of((1, 10, 1.0), (2, 30, 2.0))))
    until = writer.append(tail.Frame(rows_of((2, 40, 3.0), unit="mm", late=[0])))
    writer.close()
    assert [(span.time_min, span.time_max) for span in writer.spans] == [(10, 30), (40, 40)]
    found = tail.at_span(writer.path, writer.spans[1])
    assert found.same_as(rows_of((2, 40, 3.0), unit="mm", late=[0]))
    both = tail.rows(writer.path, until, stream=2)
    assert both.value.tolist() == [2.0, 3.0]
    assert both.unit_names().tolist() == ["", "mm"]


def test_a_missing_tail_holds_nothing_unless_something_was_committed(tmp_path: Path):
    assert len(tail.rows(tmp_path / "none", 0)) == 0
    with pytest.raises(tail.Damaged, match="missing"):
        tail.rows(tmp_path / "none", 64)
