"""Compaction moves readings, and loses and doubles none, wherever it is stopped."""

import threading

import numpy as np
import pyarrow.parquet as pq
import pytest
from django.db import connection

from chengan.city.sense import jobs
from chengan.city.sense.lake import compaction, history, segments
from chengan.city.sense.models import Segment
from tests.city.sense.lake.rows import rows_of

HOUR = compaction.HOUR_US
SECOND = 1_000_000
NOW = 10 * HOUR
LOCKS = (
    "select count(*) from pg_locks where locktype = 'advisory'"
    " and database = (select oid from pg_database where datname = current_database())"
)


class StoppedError(Exception):
    """What a crash looks like from within."""


@pytest.fixture
def lake(tmp_path, settings, transactional_db):
    settings.LAKE_FOLDER = tmp_path
    return tmp_path


def put(lake, number, hour=1, readings=10):
    """A small segment of two datastreams, each second from `number` * 10 on."""
    rows = rows_of(*[
        (stream, hour * HOUR + (number * readings + n) * SECOND, stream + n / 10)
        for n in range(readings) for stream in (2, 1)
    ])  # fmt: skip
    made = segments.write(lake, f"segments/0-{hour}{number}.parquet", rows)
    return Segment.objects.create(level=segments.LEVEL_TAIL, **vars(made))


def held(stream=1):
    return history.readings(stream, 0, 100 * HOUR).time.tolist()


def test_a_past_hour_becomes_one_file_sorted_by_datastream(lake):
    for number in range(5):
        put(lake, number)
    before = held()
    assert compaction.compact(lake, NOW) == 5
    row = Segment.objects.get()
    assert (row.level, row.rows) == (segments.LEVEL_HOUR, 100)
    table = pq.read_table(lake / row.path)
    assert table["datastream"].to_pylist() == [1] * 50 + [2] * 50
    assert held() == before
    assert len(before) == 50
    assert [each.name for each in (lake / "segments").iterdir()] == []
    assert compaction.compact(lake, NOW) == 0


@pytest.mark.parametrize("place", ["written", "committed"])
def test_stopped_anywhere_the_same_readings_are_there(lake, place):
    for number in range(3):
        put(lake, number)
    before = held()

    def hook(reached):
        if reached == place:
            raise StoppedError

    with pytest.raises(StoppedError):
        compaction.compact(lake, NOW, hook)
    assert held() == before
    compaction.compact(lake, NOW)
    assert held() == before
    assert Segment.objects.count() == 1
    assert len(list((lake / "hours").iterdir())) == 1


def test_the_present_hour_and_a_single_segment_wait(lake):
    put(lake, 0, hour=1)
    put(lake, 0, hour=9)
    put(lake, 1, hour=9)
    assert compaction.compact(lake, NOW + compaction.GRACE_US - 1) == 0
    assert compaction.compact(lake, NOW + compaction.GRACE_US) == 2


def test_a_few_late_segments_do_not_rewrite_an_hour_many_do(lake):
    for number in range(2):
        put(lake, number)
    compaction.compact(lake, NOW)
    for number in range(2, 2 + compaction.FEW):
        put(lake, number)
    assert compaction.compact(lake, NOW) == 0
    put(lake, 99)
    assert compaction.compact(lake, NOW) == compaction.FEW + 2
    assert len(held()) == 10 * (compaction.FEW + 3)


def test_who_asks_meanwhile_always_sees_each_reading_once(lake):
    for number in range(40):
        put(lake, number, hour=1 + number % 8, readings=5)
    whole, over, seen = len(held()), threading.Event(), []

    def ask():
        while not over.is_set():
            seen.append(len(held()))
        connection.close()

    asker = threading.Thread(target=ask)
    asker.start()
    for _ in range(3):
        compaction.compact(lake, NOW)
    over.set()
    asker.join()
    assert seen
    assert set(seen) == {whole}


def test_an_hour_file_that_no_row_names_is_removed(lake):
    orphan = lake / "hours" / "0-1-1.parquet"
    orphan.parent.mkdir()
    orphan.write_bytes(b"never committed")
    compaction.compact(lake, NOW)
    assert not orphan.exists()


@pytest.mark.parametrize("damage", ["missing", "torn", "rows"])
def test_an_hour_that_cannot_be_merged_stops_no_other(lake, damage, caplog):
    bad = put(lake, 0, hour=1)
    for number, hour in ((1, 1), (0, 2), (1, 2)):
        put(lake, number, hour=hour)
    if damage == "missing":
        (lake / bad.path).unlink()
    elif damage == "torn":
        (lake / bad.path).write_bytes((lake / bad.path).read_bytes()[:50])
    else:
        Segment.objects.filter(pk=bad.pk).update(rows=bad.rows + 1)
    assert compaction.compact(lake, NOW) == 2
    assert "hour 1 of partition 0 can't be merged" in caplog.text
    levels = Segment.objects.filter(time_max__lt=2 * HOUR).values_list("level", flat=True)
    assert list(levels) == [segments.LEVEL_TAIL] * 2


def test_what_is_old_is_dropped_though_nothing_can_be_merged(lake, settings, monkeypatch):
    settings.RETENTION_DAYS = 30
    put(lake, 0)

    def full(*_asked):
        raise OSError("no space left")

    monkeypatch.setattr(jobs.compaction, "compact", full)
    with pytest.raises(OSError, match="no space"):
        jobs.keep_lake(timestamp=0)
    assert not Segment.objects.exists()
    assert not list((lake / "segments").iterdir())


def test_the_job_leaves_no_lock_behind(lake):
    for _ in range(2):
        jobs.keep_lake(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(LOCKS)
        assert cursor.fetchone()[0] == 0


def test_what_was_sent_survives_the_merge(lake):
    rows = rows_of((1, HOUR, 0.002), unit="mm", late=[0])
    rows.given[:] = 2.0
    for number in range(2):
        rows.time[:] += number
        made = segments.write(lake, f"segments/0-{number}.parquet", rows)
        Segment.objects.create(level=segments.LEVEL_TAIL, **vars(made))
    compaction.compact(lake, NOW)
    found = history.readings(1, 0, NOW)
    assert found.given.tolist() == [2.0, 2.0]
    assert found.unit.tolist() == ["mm", "mm"]
    assert np.all(found.late)
