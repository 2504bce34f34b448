"""Parquet segments: sorted by datastream and time, written beside and moved into place."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chengan.city.sense.lake.as_sent import told_each
from chengan.city.sense.lake.rows import Rows
from chengan.core.stream.order import by_stream

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
"""`value` is in SI; `given` in `unit` is what was sent, empty where `as_sent.told` gives it."""
SPLIT = {"time": "DELTA_BINARY_PACKED", "arrival": "DELTA_BINARY_PACKED"}
FIGURES = ("value", "given")
LEVEL_TAIL, LEVEL_HOUR = 0, 1
QUICK, SMALL = 1, 6
"""Levels of compression: for what is soon merged, and for what stays."""
ROW_GROUP = 128 * 1024
LEAST_GROUP = 16 * 1024
STREAMS_A_GROUP = 4
"""So many datastreams' readings stand together where one sends that many in an hour."""
GROUPS_A_FILE = 256
"""An hour's file is cut here, so that whoever asks for one datastream opens a short footer."""
FEW_FIGURES = 0.25
"""Where fewer than this share of a column's figures differ, a list of them is shorter."""


@dataclass(frozen=True)
class Written:
    """A segment on disk; times in µs since 1970."""

    path: str
    time_min: int
    time_max: int
    rows: int
    bytes: int
    stream_min: int
    stream_max: int


def write(folder: Path, name: str, rows: Rows) -> Written:
    """Write readings (one or more) as a segment of the lake, sorted."""
    order = by_stream(rows.stream, rows.time)
    steps = range(0, len(order), ROW_GROUP)
    pieces = (table_of(rows.chosen(order[step : step + ROW_GROUP])) for step in steps)
    return write_sorted(folder, name, pieces, level=QUICK)


def table_of(rows: Rows) -> pa.Table:
    """Bring readings into `SCHEMA`."""
    told = told_each(rows.value, rows.unit, rows.units)
    is_told = np.ascontiguousarray(rows.given).view(np.int64) == told.view(np.int64)
    units = pa.DictionaryArray.from_arrays(
        pa.array(rows.unit.astype(np.int32)), pa.array(list(rows.units), pa.string())
    )
    columns = {
        "datastream": rows.stream,
        "time": pa.array(np.ascontiguousarray(rows.time)).cast(MOMENT),
        "value": rows.value,
        "given": pa.array(rows.given, mask=is_told, from_pandas=True),
        "unit": units,
        "arrival": pa.array(np.ascontiguousarray(rows.arrival)).cast(MOMENT),
        "late": rows.late,
    }
    return pa.table(columns, schema=SCHEMA)


def write_sorted(
    folder: Path,
    name: str,
    tables: Iterable[pa.Table],
    *,
    level: int = SMALL,
    group: int = ROW_GROUP,
) -> Written:
    """Write tables of `SCHEMA`, in order, as one segment; durable and whole, or not there."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    spans: list[tuple[int, int, int, int, int]] = []
    rest = iter(tables)
    first = next(rest)
    with _writer(beside, first, level) as writer:
        for table in chain([first], rest):
            writer.write_table(table, row_group_size=group)
            spans.append(_span(table))
    _durable(beside)
    beside.rename(file)
    _durable(file.parent)
    begin, end, rows, low, high = zip(*spans, strict=True)
    size = file.stat().st_size
    return Written(name, min(begin), max(end), sum(rows), size, min(low), max(high))


def write_hour(folder: Path, stem: str, tables: Iterable[pa.Table]) -> list[Written]:
    """Write tables of `SCHEMA`, in order, as the segments `stem`-0.parquet, -1, … of an hour."""
    rest = iter(tables)
    first = next(rest)
    group = _group(first)
    cut = groupby(_cut(chain([first], rest), group * GROUPS_A_FILE), key=itemgetter(0))
    return [
        write_sorted(folder, f"{stem}-{number}.parquet", map(itemgetter(1), pieces), group=group)
        for number, pieces in cut
    ]


def _group(sample: pa.Table) -> int:
    """Rows of a row group, by how many readings of one datastream stand together in a sample."""
    streams = int(pc.count_distinct(sample["datastream"]).as_py())
    each = len(sample) // max(streams, 1)
    return min(max(STREAMS_A_GROUP * each, LEAST_GROUP), ROW_GROUP)


def _cut(tables: Iterable[pa.Table], rows: int) -> Iterator[tuple[int, pa.Table]]:
    """Give the tables in pieces that do not reach over `rows`, each with its file's number."""
    done = 0
    for table in tables:
        rest = table
        while len(rest):
            piece = rest.slice(0, rows - done % rows)
            yield done // rows, piece
            done, rest = done + len(piece), rest.slice(len(piece))


def _writer(path: Path, sample: pa.Table, level: int) -> pq.ParquetWriter:
    """Open a file; whether its figures are listed or split into bytes is told by a sample."""
    listed = [name for name in FIGURES if _is_listed(sample[name])]
    split = {name: "BYTE_STREAM_SPLIT" for name in FIGURES if name not in listed}
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=level,
        use_dictionary=["datastream", "unit", *listed],
        column_encoding=SPLIT | split,
        data_page_size=64 * 1024,
        write_page_index=True,
    )


def _is_listed(column: pa.ChunkedArray) -> bool:
    """Say whether the figures of a row group are few enough to be listed."""
    figures = column.slice(0, ROW_GROUP).drop_null()
    if not len(figures):
        return False
    return bool(pc.count_distinct(figures).as_py() < FEW_FIGURES * len(figures))


def _span(table: pa.Table) -> tuple[int, int, int, int, int]:
    span = pc.min_max(table["time"].cast(pa.int64())).as_py()
    stream = table["datastream"]
    return span["min"], span["max"], table.num_rows, stream[0].as_py(), stream[-1].as_py()


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
