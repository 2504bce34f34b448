"""Questions to the lake: DuckDB over the segments, the tail included.

What is asked is one moment's truth: segments and tails are named by one statement. A file that was
rolled or compacted away before it was opened makes the question begin again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import connection

from chengan.city.sense.lake import of_stream, segments, tail
from chengan.city.sense.lake.as_sent import told
from chengan.city.sense.lake.rows import Rows, joined

Answer = TypeVar("Answer")
PATIENCE_S: Final = 5.0
PAUSE_S: Final = 0.02
MOVED = (FileNotFoundError, tail.Damaged, duckdb.IOException)
NAMED = """
select 0, path, 0 from sense_segment where time_max >= %(start)s and time_min <= %(end)s
    and (%(stream)s::int is null or stream_min is null
         or %(stream)s::int between stream_min and stream_max)
union all
select 1, path, bytes from sense_sealedtail
union all
select 1, tail_file, tail_offset from sense_checkpoint where tail_file <> ''
"""
PARQUET = "read_parquet(?, union_by_name = true)"
NEWEST = """
select datastream, max(epoch_us("time")) as time from ({parts})
where "time" between make_timestamptz(?) and make_timestamptz(?) group by datastream
"""
STORED = """
select n, value from asked join read_parquet(?, union_by_name = true)
on datastream = s and "time" = make_timestamptz(t)
"""


@dataclass(frozen=True)
class Readings:
    """A datastream's readings in order of time; all arrays have the shape (readings,).

    time, arrival : int64, µs since 1970 UTC; arrival is 0 where it was not kept.
    value : float64, SI; given : float64, in `unit` as sent; unit : str, empty where not kept.
    late : bool, whether a newer reading was there before it.
    """

    time: np.ndarray
    value: np.ndarray
    given: np.ndarray
    unit: np.ndarray
    arrival: np.ndarray
    late: np.ndarray


@dataclass(frozen=True)
class Snapshot:
    """Paths of the segments that meet a span, and committed readings of all tails."""

    paths: list[str]
    tails: Rows


def snapshot(start_us: int, end_us: int, stream: int | None = None) -> Snapshot:
    """Name what holds the readings of [start, end] at this moment, and read the tails.

    Of the tails only the readings of `stream` are given, where one is named.

    Raises
    ------
    tail.Damaged
        If a tail does not hold what was committed; also when it was rolled away meanwhile.
    """
    lake = Path(settings.LAKE_FOLDER)
    with connection.cursor() as cursor:
        cursor.execute(NAMED, {"start": start_us, "end": end_us, "stream": stream})
        named = cursor.fetchall()
    paths = [str(lake / path) for is_tail, path, _ in named if not is_tail]
    parts = [tail.rows(lake / path, until, stream) for is_tail, path, until in named if is_tail]
    return Snapshot(paths, joined(parts))


def _at_one_moment(question: Callable[[], Answer]) -> Answer:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return question()
        except MOVED:
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE_S)


def readings(datastream: int, start_us: int, end_us: int) -> Readings:
    """Give the readings of a datastream in [start, end], each once.

    Raises
    ------
    tail.Damaged
        If the tail does not hold what was committed.
    """
    return _at_one_moment(lambda: _readings(datastream, start_us, end_us))


def _readings(datastream: int, start_us: int, end_us: int) -> Readings:
    found = snapshot(start_us, end_us, datastream)
    kept = of_stream.read(found.paths, datastream, start_us, end_us)
    tails = found.tails
    fresh = tails.chosen((tails.time >= start_us) & (tails.time <= end_us))
    return _arrays(pa.concat_tables([kept, segments.table_of(fresh)]).unify_dictionaries())


def newest(start_us: int, end_us: int) -> dict[int, int]:
    """Give, for each datastream with a reading in [start, end], the time of its last one, µs.

    Raises
    ------
    tail.Damaged
        If the tail does not hold what was committed.
    """
    return _at_one_moment(lambda: _newest(start_us, end_us))


def _newest(start_us: int, end_us: int) -> dict[int, int]:
    found = snapshot(start_us, end_us)
    parts = ["from tail_rows", f"from {PARQUET}"] if found.paths else ["from tail_rows"]
    given = ([found.paths] if found.paths else []) + [start_us, end_us]
    with duckdb.connect() as lake:
        lake.register("tail_rows", segments.table_of(found.tails))
        question = NEWEST.format(parts=" union all by name ".join(parts))
        return dict(lake.execute(question, given).fetchall())


def _arrays(table: pa.Table) -> Readings:
    time = _microseconds(table["time"])
    order = np.argsort(time, kind="stable")
    value = table["value"].to_numpy()[order]
    place, names = _units(table["unit"])
    place, given = place[order], table["given"].to_numpy()[order]
    is_told = np.isnan(given)
    for number, name in enumerate(names):
        if name:
            given = np.where(is_told & (place == number), told(value, name), given)
    return Readings(
        time=time[order],
        value=value,
        given=given,
        unit=np.array([*names, ""], dtype=object)[place],
        arrival=_microseconds(table["arrival"])[order],
        late=table["late"].fill_null(False).to_numpy()[order],
    )


def _units(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Give each reading's place among the names of units, -1 where none was kept, and the names."""
    found = column.combine_chunks()
    place = found.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    return place, found.dictionary.to_pylist()


def _microseconds(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.cast(pa.int64()).fill_null(0).to_numpy())


def stored(stream: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """Value already in the segments for each (stream, moment µs); NaN where there is none."""
    if not len(stream):
        return np.zeros(0)
    return _at_one_moment(lambda: _stored(stream, moment))


def _stored(stream: np.ndarray, moment: np.ndarray) -> np.ndarray:
    value = np.full(len(stream), np.nan)
    paths = files(int(moment.min()), int(moment.max()))
    if not paths:
        return value
    asked = pa.table({"n": np.arange(len(stream)), "s": stream, "t": moment})
    with duckdb.connect() as lake:
        lake.register("asked", asked)
        found = lake.execute(STORED, [paths]).fetchnumpy()
    value[np.asarray(found["n"], np.int64)] = found["value"]
    return value


def files(start_us: int, end_us: int) -> list[str]:
    """Paths of the segments whose span meets [start, end]."""
    lake = Path(settings.LAKE_FOLDER)
    with connection.cursor() as cursor:
        cursor.execute(
            "select path from sense_segment where time_max >= %s and time_min <= %s",
            [start_us, end_us],
        )
        return [str(lake / path) for (path,) in cursor.fetchall()]


def thinned(time: np.ndarray, value: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Keep the lowest and highest reading of each of `most`/2 buckets, so that no peak is lost."""
    if len(time) <= most:
        return time, value
    bucket = np.arange(len(time)) * (most // 2) // len(time)
    order = np.lexsort((value, bucket))
    edge = np.flatnonzero(np.diff(bucket[order], prepend=-1))
    last = np.append(edge[1:], len(order)) - 1
    keep = np.unique(np.concatenate([order[edge], order[last]]))
    return time[keep], value[keep]
