"""Parquet segments: sorted by datastream and time, written beside and moved into place."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [("datastream", pa.int32()), ("time", pa.timestamp("us", tz="UTC")), ("value", pa.float64())]
)
LEVEL_TAIL, LEVEL_HOUR = 0, 1


@dataclass(frozen=True)
class Written:
    """A segment on disk; times in µs since 1970."""

    path: str
    time_min: int
    time_max: int
    rows: int
    bytes: int


def write(
    folder: Path, name: str, stream: np.ndarray, time: np.ndarray, value: np.ndarray
) -> Written:
    """Write readings (one or more) as a segment of the lake.

    Parameters
    ----------
    stream, time, value : arrays, shape (readings,); int32, int64 µs, float64 SI
    """
    order = np.lexsort((time, stream))
    table = pa.table(
        {
            "datastream": pa.array(stream[order], pa.int32()),
            "time": pa.array(time[order], pa.int64()).cast(SCHEMA.field("time").type),
            "value": pa.array(value[order], pa.float64()),
        }
    )
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    pq.write_table(
        table,
        beside,
        compression="zstd",
        use_dictionary=["datastream"],
        column_encoding={"time": "DELTA_BINARY_PACKED", "value": "BYTE_STREAM_SPLIT"},
    )
    _durable(beside)
    beside.rename(file)
    _durable(file.parent)
    return Written(name, int(time.min()), int(time.max()), len(time), file.stat().st_size)


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
