"""How readings lie in a frame: a count of each, then one column after the other, little-endian.

Receipt and judgement come by message, so they are kept by run: how many readings, when received,
judged or not. `late` is one bit a reading, and left out where no reading is late.
"""

import struct
from typing import Final

import numpy as np

from chengan.city.sense.lake.rows import TYPES, Rows

COUNTS: Final = struct.Struct("<IIIII")
"""Readings, runs, bytes of the units' names, whether any is late, spare."""
PLAIN: Final = ("stream", "time", "value", "given", "unit")
RUN: Final = np.dtype([("count", "<u4"), ("evaluate", "<u4"), ("arrival", "<i8")])


def body_of(rows: Rows) -> list[bytes | memoryview]:
    """The parts of a frame's body, for `rows_of` to read."""
    runs = _runs(rows)
    units = "\n".join(rows.units).encode()
    any_late = bool(rows.late.any())
    head = COUNTS.pack(len(rows), len(runs), len(units), any_late, 0)
    columns: list[np.ndarray] = [
        np.ascontiguousarray(getattr(rows, name), dtype=TYPES[name]) for name in PLAIN
    ]
    late = [np.packbits(rows.late)] if any_late else []
    parts = [runs, *columns, *late]
    return [head, units, *[part.data.cast("B") for part in parts if part.nbytes]]


def _runs(rows: Rows) -> np.ndarray:
    begins = np.flatnonzero(
        (rows.arrival[1:] != rows.arrival[:-1]) | (rows.evaluate[1:] != rows.evaluate[:-1])
    )
    first = np.append(0, begins + 1)[: len(rows)]
    made = np.zeros(len(first), RUN)
    made["count"] = np.diff(np.append(first, len(rows)))
    made["evaluate"], made["arrival"] = rows.evaluate[first], rows.arrival[first]
    return made


def rows_of(body: bytes) -> Rows:
    """The readings of a frame's body; the arrays look into it and can't be written."""
    count, runs, length, any_late, _spare = COUNTS.unpack_from(body)
    at = COUNTS.size
    units = tuple(body[at : at + length].decode().split("\n"))
    at += length
    run = np.frombuffer(body, RUN, runs, at)
    at += run.nbytes
    columns = {}
    for name in PLAIN:
        columns[name] = np.frombuffer(body, TYPES[name], count, at)
        at += columns[name].nbytes
    late = np.zeros(count, np.bool_)
    if any_late:
        late = np.unpackbits(np.frombuffer(body, np.uint8, offset=at), count=count).view(np.bool_)
    return Rows(
        **columns,
        arrival=np.repeat(run["arrival"], run["count"]),
        evaluate=np.repeat(run["evaluate"] == 1, run["count"]),
        late=late,
        units=units,
    )
