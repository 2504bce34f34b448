"""One datastream's readings out of many files: each gives up the few row groups that hold them."""

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chengan.city.sense.lake.segments import SCHEMA

KEY: Final = "datastream"
FEW: Final = 3
"""So many files are read one after the other."""


def read(paths: Sequence[str], stream: int, start_us: int, end_us: int) -> pa.Table:
    """Give the readings of `stream` in [start, end] of every file, in the columns of `SCHEMA`.

    The order is that of the files, and within each by time.

    Raises
    ------
    FileNotFoundError
        If a file is gone.
    """

    def of(path: str) -> pa.Table:
        return _of_file(path, stream, start_us, end_us)

    if len(paths) <= FEW:
        return _joined([of(path) for path in paths])
    with ThreadPoolExecutor(min(len(paths), os.cpu_count() or 1)) as readers:
        return _joined(list(readers.map(of, paths)))


def _joined(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables([SCHEMA.empty_table(), *tables]).unify_dictionaries()


def _of_file(path: str, stream: int, start_us: int, end_us: int) -> pa.Table:
    with pq.ParquetFile(path, memory_map=True) as file:
        groups = list(_groups(file.metadata, stream))
        if not groups:
            return SCHEMA.empty_table()
        found = file.read_row_groups(groups, use_threads=False)
        mine = _stretch(found[KEY].to_numpy(), stream, stream)
        found = found.slice(mine.start, mine.stop - mine.start)
        time = found["time"].cast(pa.int64()).to_numpy()
        mine = _stretch(time, start_us, end_us)
        return _as_today(found.slice(mine.start, mine.stop - mine.start))


def _groups(about: pq.FileMetaData, stream: int) -> Iterator[int]:
    """Row groups that may hold `stream`; they are in order of the datastreams."""
    place = about.schema.to_arrow_schema().get_field_index(KEY)

    def span(group: int) -> tuple[int, int]:
        known = about.row_group(group).column(place).statistics
        return known.min, known.max

    every = range(about.num_row_groups)
    first = bisect_left(every, stream, key=lambda group: span(group)[1])
    for group in every[first:]:
        if span(group)[0] > stream:
            return
        yield group


def _stretch(ordered: np.ndarray, low: int, high: int) -> slice:
    return slice(*np.searchsorted(ordered, [low, high + 1]).tolist())


def _as_today(found: pa.Table) -> pa.Table:
    """Bring a file's columns into `SCHEMA`; what an earlier edition did not keep is empty."""
    columns = [
        found[field.name] if field.name in found.column_names else pa.nulls(len(found), field.type)
        for field in SCHEMA
    ]
    return pa.table(columns, names=SCHEMA.names).cast(SCHEMA)
