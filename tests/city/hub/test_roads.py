"""The same bad data gets the same verdict and reason on every road."""

import asyncio
import csv
import io
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db.models import Sum

from chengan.city.hub import bridge, log
from chengan.city.hub.models import Counter, Quarantined
from chengan.city.sense.runner.partition import Partition
from chengan.city.site.readings import errors, files, sender
from tests.city.sense.runner.conftest import lake, stream  # noqa: F401
from tests.city.sense.runner.test_partition import SECOND, START

NAMES = ("datastream", "time", "value", "unit")
NOW = START + 3600 * SECOND
GOOD = ("ch4", START // SECOND, 1.0, "mm")


def text(rows):
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(NAMES)
    for key, time, value, unit in rows:
        writer.writerow([key, datetime.fromtimestamp(time, UTC).isoformat(), value, unit])
    return sheet.getvalue().encode()


def table(rows):
    numbers = [value if isinstance(value, float) else float("nan") for _k, _t, value, _u in rows]
    return pa.table(
        {
            "datastream": [row[0] for row in rows],
            "time": pa.array([row[1] * SECOND for row in rows], pa.timestamp("us", tz="UTC")),
            "value": numbers,
            "unit": [row[3] for row in rows],
        }
    )


def senml(rows):
    return json.dumps([{"n": k, "t": t, "v": v, "u": u} for k, t, v, u in rows]).encode()


def ipc(rows):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table(rows).schema) as writer:
        writer.write_table(table(rows))
    return bytes(sink.getvalue())


def parquet(rows):
    sink = pa.BufferOutputStream()
    pq.write_table(table(rows), sink)
    return bytes(sink.getvalue())


def single(rows):
    [(_key, time, value, unit)] = rows
    return json.dumps({"t": time, "v": value, "u": unit}).encode()


@dataclass(frozen=True)
class Way:
    """A road with a format: how a sender writes, and how the bytes come to the log."""

    road: str
    write: object
    form: str

    def messages(self, payload, key, folder):
        if self.road == "mqtt":
            last = key if self.form == "single" else "senml"
            heard = bridge.Heard("gas", f"chengan/gas/{last}", payload, NOW)
            return bridge.packs([heard])
        if self.road == "http":
            return [log.Message("gas", "http", self.form, payload, NOW)]
        return imported(folder / f"readings.{self.form}", payload)


class Door:
    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return len(self.sent)


def imported(file, payload):
    file.write_bytes(payload)
    way = sender.Sender()
    way.door = Door()
    for piece in files.batches(file):
        way.send("gas", piece, road="file", evaluate=True)
    return way.door.sent


WAYS = {
    "mqtt-single": Way("mqtt", single, "single"),
    "mqtt-senml": Way("mqtt", senml, "senml"),
    "http-arrow": Way("http", ipc, "arrow"),
    "http-csv": Way("http", text, "csv"),
    "http-senml": Way("http", senml, "senml"),
    "file-csv": Way("file", text, "csv"),
    "file-parquet": Way("file", parquet, "parquet"),
}
BAD = {
    "unknown_datastream": ("ch5", *GOOD[1:]),
    "wrong_unit": (*GOOD[:3], "kPa"),
    "not_a_number": (*GOOD[:2], "open", "mm"),
    "far_future": (GOOD[0], 4_000_000_000, *GOOD[2:]),
    "conflict": (*GOOD[:2], 2.0, "mm"),
}


@pytest.fixture
def taken(stream, lake, tmp_path):  # noqa: F811
    """Give a function that lets the runner take payloads that came by a way."""
    work = Partition(lake)
    numbers = iter(range(1, 99))

    def take(way, payload, key="ch4"):
        for message in way.messages(payload, key, tmp_path):
            work.take([message], next(numbers))

    yield take
    work.close()


def sums():
    names = ("received", "stored", "duplicate", "rejected", "late")
    found = Counter.objects.aggregate(**{f"sum_{name}": Sum(name) for name in names})
    return {name: found[f"sum_{name}"] for name in names}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("reason", BAD)
def test_a_bad_reading_is_refused_for_the_same_reason_on_every_road(taken, name, reason):
    way = WAYS[name]
    taken(way, way.write([GOOD]))
    taken(way, way.write([BAD[reason]]), key=BAD[reason][0])
    kept = Quarantined.objects.get()
    assert (kept.reason, kept.road, kept.count) == (reason, way.road, 1)
    assert kept.readings[0]["datastream"] == BAD[reason][0]
    assert kept.readings[0]["unit"] == BAD[reason][3]
    assert sums() == {"received": 2, "stored": 1, "duplicate": 0, "rejected": 1, "late": 0}


@pytest.mark.parametrize("name", WAYS)
def test_what_comes_twice_is_counted_once_and_what_comes_late_is_stored(taken, name):
    way = WAYS[name]
    for time in (GOOD[1], GOOD[1], GOOD[1] - 60):
        taken(way, way.write([(GOOD[0], time, *GOOD[2:])]))
    assert sums() == {"received": 3, "stored": 2, "duplicate": 1, "rejected": 0, "late": 1}
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize("name", [name for name in WAYS if not name.startswith("file")])
def test_a_torn_payload_is_kept_as_it_came(taken, name):
    way = WAYS[name]
    torn = way.write([GOOD])[:-9]
    taken(way, torn)
    kept = Quarantined.objects.get()
    assert (kept.reason, kept.road) == ("torn_payload", way.road)
    assert bytes(kept.payload) == torn
    assert sums()["rejected"] == 1


@pytest.mark.parametrize("name", ["file-csv", "file-parquet"])
def test_whoever_imports_a_torn_file_is_told_at_once(taken, name):
    way = WAYS[name]
    with pytest.raises(errors.UnreadableFile):
        taken(way, way.write([GOOD, GOOD])[:-9])


@pytest.mark.parametrize("name", ["mqtt-single", "mqtt-senml"])
def test_what_is_too_large_by_mqtt_is_counted_and_its_head_kept(stream, settings, name):  # noqa: F811
    settings.MAX_BODY_BYTES = 10
    payload = WAYS[name].write([GOOD])
    large = [bridge.Heard("gas", "chengan/gas/x", payload, NOW)]
    asyncio.run(bridge._put(large, None, threading.Event()))
    kept = Quarantined.objects.get()
    assert (kept.reason, kept.road, bytes(kept.payload)) == ("too_large", "mqtt", payload)
    assert sums()["rejected"] == 1
