"""Parquet segments: sorted by datastream and time, written beside and moved into place."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MOMENT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("datastream", pa.int32()),
        ("time", MOMENT),
        ("value", pa.float64()),
        ("given", pa.float64()),
        ("unit", pa.dictionary(pa.int32(), pa.string())),
        ("arrival", MOMENT),
        ("late", pa.bool_()),
    ]
)
"""`value` is in SI; `given` in `unit` is what was sent, empty where it is the SI value itself."""
ENCODING = {
    "time": "DELTA_BINARY_PACKED",
    "arrival": "DELTA_BINARY_PACKED",
    "value": "BYTE_STREAM_SPLIT",
    "given": "BYTE_STREAM_SPLIT",
}
LEVEL_TAIL, LEVEL_HOUR = 0, 1
ROW_GROUP = 256 * 1024


@dataclass(frozen=True)
class Written:
    """A segment on disk; times in µs since 1970."""

    path: str
    time_min: int
    time_max: int
    rows: int
    bytes: int


def write(folder: Path, name: str, rows: np.ndarray) -> Written:
    """Write readings (one or more, an array of `tail.ROW`) as a segment of the lake, sorted."""
    order = np.lexsort((rows["time"], rows["stream"]))
    return write_sorted(folder, name, [table_of(rows[order])])


def table_of(rows: np.ndarray) -> pa.Table:
    """Bring an array of `tail.ROW` into `SCHEMA`."""
    is_as_sent = rows["given"] == rows["value"]
    columns = {
        "datastream": rows["stream"],
        "time": pa.array(rows["time"].astype(np.int64)).cast(MOMENT),
        "value": rows["value"],
        "given": pa.array(rows["given"].astype(np.float64), mask=is_as_sent, from_pandas=True),
        "unit": _units(rows["unit"]),
        "arrival": pa.array(rows["arrival"].astype(np.int64)).cast(MOMENT),
        "late": rows["late"].astype(np.bool_),
    }
    return pa.table({name: _plain(column) for name, column in columns.items()}, schema=SCHEMA)


def _plain(column: "np.ndarray | pa.Array") -> "np.ndarray | pa.Array":
    return np.ascontiguousarray(column) if isinstance(column, np.ndarray) else column


def _units(column: np.ndarray) -> pa.DictionaryArray:
    """Units by run: sorted by datastream, they hardly ever change."""
    begins = np.flatnonzero(np.append(True, column[1:] != column[:-1])[: len(column)])
    known, place = np.unique(column[begins], return_inverse=True)
    each = np.repeat(place, np.diff(np.append(begins, len(column))))
    names = pa.array([name.decode() for name in known], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(each, pa.int32()), names)


def write_sorted(folder: Path, name: str, tables: Iterable[pa.Table]) -> Written:
    """Write tables of `SCHEMA`, in order, as one segment; durable and whole, or not there."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    spans: list[tuple[int, int, int]] = []
    with pq.ParquetWriter(
        beside, SCHEMA, compression="zstd", use_dictionary=["datastream", "unit"],
        column_encoding=ENCODING,
    ) as writer:  # fmt: skip
        for table in tables:
            writer.write_table(table, row_group_size=ROW_GROUP)
            spans.append(_span(table))
    _durable(beside)
    beside.rename(file)
    _durable(file.parent)
    first, last, rows = zip(*spans, strict=True)
    return Written(name, min(first), max(last), sum(rows), file.stat().st_size)


def _span(table: pa.Table) -> tuple[int, int, int]:
    span = pc.min_max(table["time"].cast(pa.int64())).as_py()
    return span["min"], span["max"], table.num_rows


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
