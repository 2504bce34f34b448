"""What was heard and not yet sent, on disk: an open file that grows, and numbered batches.

A row is durable when `put` returns. A batch is never changed once it is closed, so that its number
names it: sent twice under that name it is one upload. What a kill tore off the open file's end was
never acknowledged to anybody, and is cut off.
"""

import os
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HEADER: Final = b"datastream,time,value,unit\r\n"
OPEN: Final = "open.csv"
NAME: Final = "name"
REFUSED: Final = "refused"
FORMAT: Final = "text/csv"


class Full(Exception):
    """There is no more room, and the oldest may not be dropped."""


@dataclass(frozen=True)
class Batch:
    """A closed batch: its number, and the name under which the city knows it."""

    number: int
    name: str
    path: Path


@dataclass
class Spool:
    """The batches of one folder, of at most `most_bytes`.

    When it is full the oldest batch is dropped, with `drops_oldest`, or nothing more is taken.
    """

    folder: Path
    most_bytes: int
    drops_oldest: bool = True
    dropped: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Open the folder; what an earlier run left open becomes a batch."""
        self.lock = threading.RLock()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name = self._own_name()
        numbers = [int(path.stem) for path in self._closed()]
        marked = self.folder / "next"
        known = int(marked.read_text()) if marked.exists() else 1
        self.next = max([known, *[number + 1 for number in numbers]])
        self.bytes = sum(path.stat().st_size for path in self._closed())
        self._mend()
        self.file = self._open()
        self.close_batch()

    def _own_name(self) -> str:
        """A name that no other gateway has, made at the first start."""
        path = self.folder / NAME
        if not path.exists():
            _write_durably(path, uuid.uuid4().hex.encode())
        return path.read_text()

    def _closed(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.csv") if path.stem.isdigit())

    def _mend(self) -> None:
        path = self.folder / OPEN
        if path.exists():
            kept = path.read_bytes()
            os.truncate(path, kept.rfind(b"\n") + 1)

    def _open(self) -> int:
        path = self.folder / OPEN
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        self.size = os.fstat(file).st_size
        if not self.size:
            self.size = os.write(file, HEADER)
        _sync_folder(self.folder)
        return file

    def put(self, rows: list[bytes]) -> None:
        """Keep rows of CSV, each with its end of line, durably.

        Raises
        ------
        Full
            If there is no room; then none is kept.
        """
        data = b"".join(rows)
        with self.lock:
            self._make_room(len(data))
            written = 0
            while written < len(data):
                written += os.write(self.file, data[written:])
            os.fdatasync(self.file)
            self.size += len(data)

    def _make_room(self, size: int) -> None:
        size += len(HEADER)
        if self.bytes + self.size + size <= self.most_bytes:
            return
        if not self.drops_oldest:
            raise Full(f"{self.bytes + self.size} of {self.most_bytes} bytes wait to be sent")
        for path in self._closed():
            self._forget(path)
            self.dropped += 1
            if self.bytes + self.size + size <= self.most_bytes:
                return
        if self.size + size > self.most_bytes:
            raise Full(f"{size} bytes at once; at most {self.most_bytes} are kept")

    def close_batch(self) -> None:
        """Make a batch of what is open, if anything is."""
        with self.lock:
            if self.size <= len(HEADER):
                return
            _write_durably(self.folder / "next", str(self.next + 1).encode())
            os.close(self.file)
            (self.folder / OPEN).rename(self.folder / f"{self.next:016d}.csv")
            self.bytes += self.size
            self.next += 1
            self.file = self._open()

    def oldest(self) -> Batch | None:
        """The batch to be sent next."""
        with self.lock:
            paths = self._closed()
        if not paths:
            return None
        number = int(paths[0].stem)
        return Batch(number, f"{self.name}-{number}", paths[0])

    def forget(self, batch: Batch) -> None:
        """Remove a batch that the city has."""
        with self.lock:
            if batch.path.exists():
                self._forget(batch.path)

    def set_aside(self, batch: Batch) -> None:
        """Keep a batch that the city will never take where a person finds it."""
        with self.lock:
            (self.folder / REFUSED).mkdir(exist_ok=True)
            self.bytes -= batch.path.stat().st_size
            batch.path.rename(self.folder / REFUSED / batch.path.name)

    def _forget(self, path: Path) -> None:
        self.bytes -= path.stat().st_size
        path.unlink()

    def waiting(self) -> int:
        """How many batches wait."""
        return len(self._closed())

    def close(self) -> None:
        """Close the open file; what is in it becomes a batch at the next start."""
        with self.lock:
            os.close(self.file)


def _write_durably(path: Path, data: bytes) -> None:
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
