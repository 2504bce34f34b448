"""Questions to the lake: DuckDB over the segments, the tail included."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from django.conf import settings

from chengan.city.sense.lake import tail
from chengan.city.sense.models import Checkpoint, Segment

BETWEEN = """
select time_us, value from ({parts}) where datastream = ? and time_us between ? and ?
order by time_us
"""
SEGMENTS = """
select datastream, epoch_us("time") as time_us, value from read_parquet(?)
"""
STORED = """
select n, value from asked join (
    select datastream, epoch_us("time") as time_us, value from read_parquet(?)
) on datastream = s and time_us = t
"""
TAIL = "select stream as datastream, time as time_us, value from tail_rows"


def readings(datastream: int, start_us: int, end_us: int) -> tuple[np.ndarray, np.ndarray]:
    """Times (int64 µs) and SI values (float64) of a datastream in [start, end], in order."""
    # The tail first: what a roll moves in between is then met twice, and `union` keeps it once.
    tail_rows = tail_table()
    paths = files(start_us, end_us)
    parts = " union ".join(([SEGMENTS] if paths else []) + [TAIL])
    given = ([paths] if paths else []) + [datastream, start_us, end_us]
    with duckdb.connect() as connection:
        connection.register("tail_rows", tail_rows)
        found = connection.execute(BETWEEN.format(parts=parts), given).fetchnumpy()
    return np.asarray(found["time_us"], np.int64), np.asarray(found["value"], np.float64)


def files(start_us: int, end_us: int) -> list[str]:
    """Paths of the segments whose span meets [start, end]."""
    found = Segment.objects.filter(time_max__gte=start_us, time_min__lte=end_us)
    return [str(Path(settings.LAKE_FOLDER) / path) for path in found.values_list("path", flat=True)]


def tail_table() -> pa.Table:
    """The committed readings that are in no segment yet."""
    parts = [
        tail.rows(Path(settings.LAKE_FOLDER) / point.tail_file, point.tail_offset)
        for point in Checkpoint.objects.exclude(tail_file="")
    ]
    found = np.concatenate(parts) if parts else np.zeros(0, dtype=tail.ROW)
    return pa.table({name: found[name].copy() for name in ("stream", "time", "value")})


def stored(paths: list[str], stream: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Value already stored in the segments for each (stream, time); NaN where there is none."""
    asked = pa.table({"n": np.arange(len(stream)), "s": stream, "t": time})
    value = np.full(len(stream), np.nan)
    if not paths or not len(stream):
        return value
    with duckdb.connect() as connection:
        connection.register("asked", asked)
        found = connection.execute(
            STORED,
            [paths],
        ).fetchnumpy()
    value[np.asarray(found["n"], np.int64)] = found["value"]
    return value


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
