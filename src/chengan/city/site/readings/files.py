"""Opens a CSV or Parquet file of readings as Arrow batches with the log's columns."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from chengan.city.site.readings.errors import UnreadableFile

NEEDED = ("datastream", "time", "value")
BATCH_ROWS = 20_000
TEXT = pa.string()


def batches(path: Path, rows: int = BATCH_ROWS) -> Iterator[pa.Table]:
    """Give the file in pieces of at most `rows` rows.

    CSV columns are passed on as text, so that a bad number or time reaches the quarantine with
    its own words instead of ending the import; Parquet columns keep their types.

    Yields
    ------
    pyarrow.Table
        Columns `datastream`, `time`, `value` and, where the file has it, `unit`.

    Raises
    ------
    UnreadableFile
        If the file is of another format, torn, or lacks a column.
    """
    opener = {".csv": _csv, ".parquet": _parquet}.get(path.suffix.lower())
    if opener is None:
        raise UnreadableFile(f"{path.name}: use a .csv or .parquet file")
    try:
        for table in opener(path, rows):
            yield chosen(table, path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFile(f"{path.name}: {error}") from error


def chosen(table: pa.Table, path: Path) -> pa.Table:
    """Keep the log's columns; say which one is missing."""
    missing = [name for name in NEEDED if name not in table.column_names]
    if missing:
        raise UnreadableFile(
            f"{path.name}: no column {', '.join(missing)}; "
            f"needed: {', '.join(NEEDED)}; found: {', '.join(table.column_names)}"
        )
    keep = [*NEEDED, *(["unit"] if "unit" in table.column_names else [])]
    return table.select(keep)


def total_rows(path: Path) -> int:
    """Rows of the file: exact for Parquet, lines for CSV."""
    if path.suffix.lower() == ".parquet":
        return int(pq.ParquetFile(path).metadata.num_rows)
    with path.open("rb") as lines:
        return max(sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b"")), 1)


def _csv(path: Path, rows: int) -> Iterator[pa.Table]:
    with pa.csv.open_csv(
        path, convert_options=pa.csv.ConvertOptions(strings_can_be_null=True)
    ) as peek:
        types = dict.fromkeys(peek.schema.names, TEXT)
    options = pa.csv.ConvertOptions(column_types=types)
    with pa.csv.open_csv(path, convert_options=options) as reader:
        for batch in reader:
            table = pa.Table.from_batches([batch])
            for start in range(0, table.num_rows, rows):
                yield table.slice(start, rows)


def _parquet(path: Path, rows: int) -> Iterator[pa.Table]:
    for batch in pq.ParquetFile(path).iter_batches(batch_size=rows):
        yield pa.Table.from_batches([batch])


def as_csv(table: pa.Table) -> bytes:
    """Write text columns as CSV, the form in which they go to the log."""
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(table, sink)
    return bytes(sink.getvalue())


def as_arrow(table: pa.Table) -> bytes:
    """Write a table as an Arrow IPC stream, times as UTC microseconds."""
    place = table.column_names.index("time")
    time = table.column("time")
    if pa.types.is_timestamp(time.type):
        stamp = pa.timestamp("us", tz="UTC")
        naive = time.type.tz is None
        time = pc.cast(pc.assume_timezone(time, "UTC") if naive else time, stamp, safe=False)
        table = table.set_column(place, "time", time)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
