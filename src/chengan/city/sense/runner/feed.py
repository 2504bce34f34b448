"""Reads and decodes the log ahead of the work, in a thread of its own."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chengan.city.hub import api as hub
from chengan.city.sense.runner.registry import Registry
from chengan.city.sense.runner.sorting import Sorted, sort_out

BATCH = 1024
PIECE_BYTES = 6 * 1024 * 1024
WAIT_S = 0.2
AHEAD = 2
"""So many pieces may wait, decoded: the work never waits for the log, and memory stays flat."""


@dataclass(frozen=True)
class Piece:
    """Messages up to `seq`, sorted out; `behind` stand behind it in the log."""

    batch: Sorted
    seq: int
    behind: int


def pieces(found: list[hub.Taken]) -> Iterator[list[hub.Taken]]:
    """Cut what was fetched so that no transaction holds much more than PIECE_BYTES of payload."""
    piece: list[hub.Taken] = []
    room = PIECE_BYTES
    for one in found:
        piece.append(one)
        room -= len(one.message.payload)
        if room <= 0:
            yield piece
            piece, room = [], PIECE_BYTES
    if piece:
        yield piece


class Feed:
    """What a reader brings, in order; `registry` gives what is known at the moment of decoding."""

    def __init__(self, reader: hub.Reader, registry: Callable[[], Registry]) -> None:
        """Begin to read."""
        self.reader, self.registry = reader, registry
        self.waiting: queue.Queue[Piece | Exception] = queue.Queue(AHEAD)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self.thread.start()

    def next(self, wait_s: float = WAIT_S) -> Piece | None:
        """The next piece, or None if none came in `wait_s`.

        Raises
        ------
        HubError
            Whatever the reader raised.
        """
        try:
            found = self.waiting.get(timeout=wait_s)
        except queue.Empty:
            return None
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        """End the thread."""
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        try:
            while not self.over.is_set():
                for piece in pieces(self.reader.fetch(BATCH, WAIT_S)):
                    batch = sort_out([one.message for one in piece], self.registry())
                    self._put(Piece(batch, piece[-1].seq, piece[-1].behind))
        except Exception as error:  # noqa: BLE001 - it is raised where the work waits
            self._put(error)

    def _put(self, found: Piece | Exception) -> None:
        while not self.over.is_set():
            try:
                self.waiting.put(found, timeout=WAIT_S)
            except queue.Full:
                continue
            return
