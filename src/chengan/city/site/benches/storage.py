"""How many bytes a stored reading takes after compaction, and how long one day of one stream takes.

A lake of `rows` (100,000,000; the goal is stated for 1,000,000,000) readings is written in a folder
that goes afterwards, an hour's files as compaction leaves them: a day of as many datastreams as
that needs at one reading a second. Their values are those of the sample recordings, each from a
moment of its own on, in the decimals in which the devices wrote them. Then the last day of `times`
(20) datastreams is asked for by the question that pages ask.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection

from chengan.city.site.sample import load

ROWS = 100_000_000
HOURS, HOUR_S = 24, 3600
SECOND = 1_000_000
BEGIN_US = 1_767_225_600 * SECOND
TOGETHER = 72
"""So many datastreams' hours are written at once."""
TABLES = ("sense_segment", "sense_sealedtail", "sense_checkpoint")
Recording = tuple[np.ndarray, str]


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Write the lake, then ask; the tables that name its files live in this session only."""
    streams = max(1, int(options.get("rows", ROWS)) // (HOURS * HOUR_S))
    times, kept = int(options.get("times", 20)), settings.LAKE_FOLDER
    with tempfile.TemporaryDirectory(prefix="chengan-bench-lake-") as name:
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"create temporary table {table} (like public.{table})")
        try:
            settings.LAKE_FOLDER = Path(name)
            size, begun = _lay(Path(name), streams, progress), time.perf_counter()
            took = [_ask(number, streams) for number in range(times)]
            progress(1.0, f"asked in {time.perf_counter() - begun:.1f} s")
        finally:
            settings.LAKE_FOLDER = kept
            with connection.cursor() as cursor:
                for table in TABLES:
                    cursor.execute(f"drop table pg_temp.{table}")
    rows = streams * HOURS * HOUR_S
    return {
        "bytes_per_reading": round(size / rows, 2),
        "day_query_ms": round(1000 * statistics.median(took), 1),
        "worst_ms": round(1000 * max(took), 1),
        "rows": rows,
        "streams": streams,
        "mib": round(size / 2**20),
    }


def _recordings() -> list[Recording]:
    """Values and unit of each datastream that was recorded, in order of time."""
    found = []
    for path in sorted((Path(load.__file__).parent / "recordings").glob("*.parquet")):
        table = pq.read_table(path).sort_by([("datastream", "ascending"), ("time", "ascending")])
        for key in pc.unique(table["datastream"]).to_pylist():
            mine = table.filter(pc.equal(table["datastream"], key))
            values = mine["value"].drop_null().to_numpy()
            found.append((values[np.isfinite(values)], str(mine["unit"][0])))
    return [(values, unit) for values, unit in found if len(values)]


def _lay(lake: Path, streams: int, progress: Callable[..., None]) -> int:
    """Write all hours; the bytes they take."""
    from chengan.city.sense import api as sense

    recorded, size = _recordings(), 0
    for hour in range(HOURS):
        progress(0.95 * hour / HOURS, f"hour {hour}")
        pieces = _pieces(recorded, streams, hour)
        size += sense.store_hour(lake, f"hours/bench-{hour}", pieces)
    return size


def _pieces(recorded: list[Recording], streams: int, hour: int) -> Iterator[pa.Table]:
    chance = np.random.default_rng(hour)
    for first in range(0, streams, TOGETHER):
        last = min(first + TOGETHER, streams)
        yield _piece(recorded, np.arange(first, last), hour, chance)


def _piece(
    recorded: list[Recording], stream: np.ndarray, hour: int, chance: np.random.Generator
) -> pa.Table:
    """One hour of some datastreams; what is sent arrives within two seconds, a body a second."""
    from chengan.city.sense import api as sense

    units = sorted({unit for _values, unit in recorded})
    offset = BEGIN_US + hour * HOUR_S * SECOND
    time_us = np.tile(offset + np.arange(HOUR_S, dtype=np.int64) * SECOND, len(stream))
    delay = np.tile(chance.integers(200_000, 2_000_000, HOUR_S), len(stream))
    given, code = np.empty(len(stream) * HOUR_S), np.empty(len(stream) * HOUR_S, np.uint16)
    for place, number in enumerate(stream.tolist()):
        values, unit = recorded[number % len(recorded)]
        start = (number * 7919 + hour * HOUR_S) % len(values)
        mine = slice(place * HOUR_S, (place + 1) * HOUR_S)
        given[mine] = np.take(values, np.arange(start, start + HOUR_S), mode="wrap")
        code[mine] = units.index(unit)
    return sense.stored_table(
        np.repeat(stream, HOUR_S), time_us, given, code, tuple(units), time_us + delay
    )


def _ask(number: int, streams: int) -> float:
    from chengan.city.sense import api as sense

    stream = number * 104_729 % streams
    begin = time.perf_counter()
    found = sense.readings(stream, BEGIN_US, BEGIN_US + HOURS * HOUR_S * SECOND)
    took = time.perf_counter() - begin
    if len(found.time) != HOURS * HOUR_S:
        raise AssertionError(f"{len(found.time)} of {HOURS * HOUR_S} readings came back")
    return took
