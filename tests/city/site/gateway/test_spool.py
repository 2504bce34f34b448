"""What the gateway took is on disk, in order, once, whenever it is killed."""

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from chengan.city.site.gateway import lines
from chengan.city.site.gateway.spool import HEADER, OPEN, Full, Spool

MUCH = 1 << 20


def row(number):
    return lines.row("ch4", number, number / 2, "ppm")


def body(spool):
    batch = spool.oldest()
    return batch.path.read_bytes().removeprefix(HEADER)


def test_rows_come_out_as_they_went_in_and_a_batch_keeps_its_name(tmp_path):
    spool = Spool(tmp_path, MUCH)
    assert spool.oldest() is None
    spool.put([row(1), row(2)])
    spool.close_batch()
    spool.put([row(3)])
    spool.close_batch()
    first = spool.oldest()
    assert body(spool) == row(1) + row(2)
    assert Spool(tmp_path, MUCH).oldest() == first
    spool.forget(first)
    assert spool.oldest().name != first.name
    assert body(spool) == row(3)
    spool.forget(spool.oldest())
    again = Spool(tmp_path, MUCH)
    again.put([row(4)])
    again.close_batch()
    assert again.oldest().number == 3


@trying(max_examples=30)
@given(st.data())
def test_a_kill_at_any_byte_keeps_all_whole_rows_and_no_torn_one(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder, MUCH)
    rows = [row(number) for number in range(4)]
    spool.put(rows)
    spool.close()
    whole = (folder / OPEN).read_bytes()
    torn = data.draw(st.integers(len(HEADER), len(whole)))
    (folder / OPEN).write_bytes(whole[:torn])
    again = Spool(folder, MUCH)
    kept = body(again) if again.oldest() else b""
    assert b"".join(rows).startswith(kept)
    assert kept.count(b"\n") == whole[:torn].count(b"\n") - 1


def test_when_full_the_oldest_go_and_are_counted(tmp_path):
    spool = Spool(tmp_path, 4 * (len(HEADER) + len(row(1))))
    for number in range(9):
        spool.put([row(number)])
        spool.close_batch()
    assert spool.dropped == 9 - spool.waiting() > 0
    assert sum(path.stat().st_size for path in tmp_path.glob("*.csv")) <= spool.most_bytes
    assert body(spool) == row(spool.dropped)


def test_when_full_nothing_more_is_taken_if_nothing_may_be_dropped(tmp_path):
    spool = Spool(tmp_path, 3 * (len(HEADER) + len(row(1))), drops_oldest=False)
    spool.put([row(1)])
    spool.close_batch()
    with pytest.raises(Full, match="wait to be sent"):
        spool.put([row(2)] * 9)
    assert (spool.dropped, spool.waiting()) == (0, 1)


def test_a_batch_that_is_refused_for_good_is_kept_aside(tmp_path):
    spool = Spool(tmp_path, MUCH)
    spool.put([row(1)])
    spool.close_batch()
    spool.set_aside(spool.oldest())
    assert spool.oldest() is None
    assert len(list((tmp_path / "refused").iterdir())) == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ch4,1700000000,1.5,ppm", b"ch4,1700000000,1.5,ppm\r\n"),
        ("ch4,,1.5", b"ch4,9.000000,1.5,\r\n"),
        ("ch4,1.5", b"ch4,9.000000,1.5,\r\n"),
        ('{"n": "ch4", "v": 1.5, "t": 7, "u": "ppm"}', b"ch4,7,1.5,ppm\r\n"),
        ('"a, b",7,nonsense', b'"a, b",7,nonsense,\r\n'),
        ("  ", None),
    ],
)
def test_lines_become_rows_and_nonsense_travels_on_to_the_quarantine(line, expected):
    assert lines.of_line(line, 9.0) == expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"1.5", b"w/1,9.000000,1.5,\r\n"),
        (b'{"v": 1.5, "t": "2026-03-02T04:00:00Z"}', b"w/1,2026-03-02T04:00:00Z,1.5,\r\n"),
        (b"\xff broken\n", "w/1,9.000000,\ufffd broken,\r\n".encode()),
    ],
)
def test_mqtt_messages_become_rows(payload, expected):
    assert lines.of_message("w/1", payload, 9.0) == expected
