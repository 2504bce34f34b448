"""The write-ahead tail: frames of readings, durable before anything is committed of them.

A frame is a header (magic, kind, length, CRC-32) and a body: readings as columns, or the moment of
a tick. What counts is the offset that PostgreSQL has committed: what lies behind it never happened,
and damage before it stops the reader rather than passing for less data.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from chengan.city.sense.lake import old_frames
from chengan.city.sense.lake.columns import body_of, rows_of
from chengan.city.sense.lake.rows import Rows, joined

HEADER: Final = struct.Struct("<4sIII")
MAGIC: Final = b"CGT3"
READINGS: Final = 1
TICK: Final = 2
LISTEN: Final = 3
MOMENT: Final = struct.Struct("<q")
TOGETHER: Final = 512
"""So many buffers one call of the system takes (the least that POSIX promises is 16)."""


@dataclass(frozen=True)
class Frame:
    """Readings to take in, or (`rows` is None) the moment of a tick in µs.

    With `listen` that moment is when the runner began to hear again after a time when it could not.
    `at` is the byte at which it begins, once it has been read.
    """

    rows: Rows | None
    tick_us: int = 0
    listen: bool = False
    at: int = 0


@dataclass(frozen=True)
class Span:
    """Where a frame of readings begins in its file, and the times it holds (µs)."""

    at: int
    time_min: int
    time_max: int


def span_of(rows: Rows, at: int) -> Span:
    """The span of one or more readings in a frame at byte `at`."""
    return Span(at, int(rows.time.min()), int(rows.time.max()))


@dataclass
class Tail:
    """An open tail file; the writer owns it alone."""

    path: Path
    offset: int = field(default=0, init=False)
    spans: list[Span] = field(default_factory=list, init=False)
    file: int = field(init=False)

    def __post_init__(self) -> None:
        """Make the file.

        Raises
        ------
        FileExistsError
            If there is one of this name: two writers never share a tail.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        _durable(self.path.parent)

    def write(self, frame: Frame) -> int:
        """Write a frame, not yet durably; give the offset behind it."""
        body = [MOMENT.pack(frame.tick_us)] if frame.rows is None else body_of(frame.rows)
        kind = READINGS if frame.rows is not None else LISTEN if frame.listen else TICK
        crc, size = 0, 0
        for part in body:
            crc, size = zlib.crc32(part, crc), size + memoryview(part).nbytes
        _write_all(self.file, [HEADER.pack(MAGIC, kind, size, crc), *body])
        if frame.rows is not None and len(frame.rows):
            self.spans.append(span_of(frame.rows, self.offset))
        self.offset += HEADER.size + size
        return self.offset

    def sync(self) -> None:
        """Wait until all that was written is on the disk."""
        os.fdatasync(self.file)

    def append(self, frame: Frame) -> int:
        """Write a frame durably; give the offset behind it."""
        offset = self.write(frame)
        self.sync()
        return offset

    def close(self) -> None:
        """Close the file."""
        os.close(self.file)


def _write_all(file: int, parts: list[bytes | memoryview]) -> None:
    left = [memoryview(part).cast("B") for part in parts if memoryview(part).nbytes]
    while left:
        written = os.writev(file, left[:TOGETHER])
        while left and written >= left[0].nbytes:
            written -= left.pop(0).nbytes
        if written:
            left[0] = left[0][written:]


def _durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Damaged(Exception):
    """A tail does not hold what was committed."""


def frames(path: Path, until: int) -> Iterator[Frame]:
    """Give the frames of `path` in its first `until` bytes, which were committed.

    Raises
    ------
    Damaged
        If the file is missing or short, or a frame in it is not what was written.
    """
    if not until:
        return
    if not path.exists():
        raise Damaged(f"{path.name} is missing; {until} bytes of it were committed")
    with path.open("rb") as file:
        at = 0
        while at < until:
            yield _frame(file, path.name, at)
            at = file.tell()


def at_span(path: Path, span: Span) -> Rows:
    """Give the readings of one frame; errors as `frames`."""
    with path.open("rb") as file:
        file.seek(span.at)
        rows = _frame(file, path.name, span.at).rows
    return Rows.empty() if rows is None else rows


def _frame(file: BinaryIO, name: str, at: int) -> Frame:
    head = file.read(HEADER.size)
    if len(head) < HEADER.size:
        raise Damaged(f"{name} ends at byte {at + len(head)}, within what was committed")
    magic, kind, length, crc = HEADER.unpack(head)
    if magic != MAGIC and magic not in old_frames.MAGICS:
        raise Damaged(f"{name}: no frame begins at byte {at}")
    body = file.read(length)
    if len(body) != length or zlib.crc32(body) != crc:
        raise Damaged(f"{name}: the frame at byte {at} is not what was written")
    if kind in {TICK, LISTEN}:
        return Frame(None, MOMENT.unpack(body)[0], kind == LISTEN, at)
    rows = rows_of(body) if magic == MAGIC else old_frames.rows_of(magic, body)
    return Frame(rows, at=at)


def rows(path: Path, until: int, stream: int | None = None) -> Rows:
    """Give all readings of a tail, or those of one `stream`; errors as `frames`."""
    parts = []
    for frame in frames(path, until):
        if frame.rows is None:
            continue
        if stream is None:
            parts.append(frame.rows)
            continue
        mine = np.flatnonzero(frame.rows.stream == stream)
        if len(mine):
            parts.append(frame.rows.chosen(mine))
    return joined(parts)
