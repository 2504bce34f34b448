"""The write-ahead tail: frames of readings, durable before anything else happens to them.

A frame is a header (magic, kind, length, CRC-32) and a body: readings as packed records, or the
moment of a tick. What counts is the offset that PostgreSQL has committed: what lies behind it never
happened, and damage before it stops the reader rather than passing for less data.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

HEADER: Final = struct.Struct("<4sIII")
MAGIC: Final = b"CGT2"
FIRST_MAGIC: Final = b"CGT1"
READINGS: Final = 1
TICK: Final = 2
LISTEN: Final = 3
ROW: Final = np.dtype(
    [
        ("stream", "<i4"),
        ("evaluate", "u1"),
        ("late", "u1"),
        ("spare", "<u2"),
        ("unit", "S24"),
        ("time", "<i8"),
        ("value", "<f8"),
        ("given", "<f8"),
        ("arrival", "<i8"),
    ]
)
"""One reading: slot, whether it is judged, whether a newer one was there before it, the unit sent,
measured at (µs), value in SI, value as sent, received at (µs)."""
FIRST_ROW: Final = np.dtype(
    [("stream", "<i4"), ("evaluate", "<i4"), ("time", "<i8"), ("value", "<f8"), ("arrival", "<i8")]
)
"""What a reading was before values were kept as sent; tails of that time can still be read."""
MOMENT: Final = struct.Struct("<q")


@dataclass(frozen=True)
class Frame:
    """Rows of `ROW` to take in, or (`rows` is None) the moment of a tick in µs.

    With `listen` that moment is when the runner began to hear again after a time when it could not.
    """

    rows: np.ndarray | None
    tick_us: int = 0
    listen: bool = False


class Tail:
    """An open tail file; the writer owns it alone."""

    def __init__(self, path: Path, offset: int) -> None:
        """Open `path`, cut back to `offset` bytes: what is behind was never committed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        os.ftruncate(self.file, offset)
        os.lseek(self.file, offset, os.SEEK_SET)
        self.offset = offset

    def append(self, frame: Frame) -> int:
        """Write a frame durably; give the offset behind it."""
        body = MOMENT.pack(frame.tick_us) if frame.rows is None else frame.rows.tobytes()
        kind = READINGS if frame.rows is not None else LISTEN if frame.listen else TICK
        whole = HEADER.pack(MAGIC, kind, len(body), zlib.crc32(body)) + body
        written = os.write(self.file, whole)
        while written < len(whole):
            written += os.write(self.file, whole[written:])
        os.fdatasync(self.file)
        self.offset += len(whole)
        return self.offset

    def close(self) -> None:
        """Close the file."""
        os.close(self.file)


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


def _frame(file: BinaryIO, name: str, at: int) -> Frame:
    head = file.read(HEADER.size)
    if len(head) < HEADER.size:
        raise Damaged(f"{name} ends at byte {at + len(head)}, within what was committed")
    magic, kind, length, crc = HEADER.unpack(head)
    if magic not in {MAGIC, FIRST_MAGIC}:
        raise Damaged(f"{name}: no frame begins at byte {at}")
    body = file.read(length)
    if len(body) != length or zlib.crc32(body) != crc:
        raise Damaged(f"{name}: the frame at byte {at} is not what was written")
    if kind in {TICK, LISTEN}:
        return Frame(None, MOMENT.unpack(body)[0], kind == LISTEN)
    if magic == FIRST_MAGIC:
        return Frame(_from_first(np.frombuffer(body, dtype=FIRST_ROW)))
    return Frame(np.frombuffer(body, dtype=ROW))


def _from_first(old: np.ndarray) -> np.ndarray:
    made = np.zeros(len(old), dtype=ROW)
    for name in FIRST_ROW.names or ():
        made[name] = old[name]
    made["given"] = np.nan
    return made


def rows(path: Path, until: int) -> np.ndarray:
    """Give all readings of a tail as one array of `ROW`."""
    parts = [frame.rows for frame in frames(path, until) if frame.rows is not None]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=ROW)
