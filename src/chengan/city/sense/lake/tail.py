"""The write-ahead tail: frames of readings, durable before anything else happens to them.

A frame is a header (magic, kind, length, CRC-32) and a body: readings as packed records, or the
moment of a tick. A torn end is no frame; what counts is the offset that PostgreSQL has committed.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

HEADER: Final = struct.Struct("<4sIII")
MAGIC: Final = b"CGT1"
READINGS: Final = 1
TICK: Final = 2
ROW: Final = np.dtype(
    [("stream", "<i4"), ("evaluate", "<i4"), ("time", "<i8"), ("value", "<f8"), ("arrival", "<i8")]
)
MOMENT: Final = struct.Struct("<q")


@dataclass(frozen=True)
class Frame:
    """Rows of `ROW` to take in, or (`rows` is None) the moment of a tick in µs."""

    rows: np.ndarray | None
    tick_us: int = 0


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
        kind = TICK if frame.rows is None else READINGS
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


def frames(path: Path, until: int) -> Iterator[Frame]:
    """Give the whole frames of `path` in its first `until` bytes."""
    if not path.exists():
        return
    with path.open("rb") as file:
        at = 0
        while at + HEADER.size <= until:
            magic, kind, length, crc = HEADER.unpack(file.read(HEADER.size))
            body = file.read(length)
            at += HEADER.size + length
            if magic != MAGIC or len(body) != length or zlib.crc32(body) != crc or at > until:
                return
            if kind == TICK:
                yield Frame(None, MOMENT.unpack(body)[0])
            else:
                yield Frame(np.frombuffer(body, dtype=ROW))


def rows(path: Path, until: int) -> np.ndarray:
    """Give all readings of a tail as one array of `ROW`."""
    parts = [frame.rows for frame in frames(path, until) if frame.rows is not None]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=ROW)
