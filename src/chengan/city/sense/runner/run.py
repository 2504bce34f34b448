"""The runner's loop: pulls the log in order from the committed cursor, for as long as it is asked.

After any trouble with the log or the database everything in memory is dropped and brought back
from the checkpoint: what PostgreSQL committed is the truth.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from chengan.city.hub import api as hub
from chengan.city.sense.runner.commit import latest_columns, write_latest
from chengan.city.sense.runner.feed import Feed
from chengan.city.sense.runner.holding import Superseded, agree, committed
from chengan.city.sense.runner.memory import Memory
from chengan.city.sense.runner.partition import Partition

log = logging.getLogger(__name__)
LATEST_S = 1.0
SEAL_S = 60.0
SEAL_BYTES = 96 * 1024 * 1024
MOST_BYTES = 2 * SEAL_BYTES
"""A tail may grow to this while another is sealed; then it waits, so that memory stays flat."""
HEARD_S = 10.0
PAUSE_S = 0.3
TROUBLE = (hub.HubError, OSError, DatabaseError, InterfaceError, Superseded)


def run_runner(stop: threading.Event) -> None:
    """Work on every partition whose turn comes to this process, until `stop` is set.

    Raises
    ------
    PartitionsChanged
        If the city was begun with another number of partitions.
    """
    _wait_agreed(stop)
    here = Here()
    others = [
        threading.Thread(
            target=run_partition, args=(stop, number, here), name=f"partition-{number}"
        )
        for number in range(1, settings.PARTITIONS)
    ]
    for thread in others:
        thread.start()
    try:
        run_partition(stop, 0, here)
    finally:
        stop.set()
        for thread in others:
            thread.join()


def _wait_agreed(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            agree(settings.PARTITIONS)
            return
        except (DatabaseError, InterfaceError) as error:
            log.warning("the database is away: %r", error)
            connection.close()
            stop.wait(PAUSE_S)


class Here:
    """How many partitions this process works on."""

    def __init__(self) -> None:
        self.lock, self.count = threading.Lock(), 0

    def __call__(self) -> int:
        """The number at this moment."""
        return self.count

    @contextlib.contextmanager
    def one_more(self) -> Iterator[None]:
        """Count one partition for as long as this lasts."""
        with self.lock:
            self.count += 1
        try:
            yield
        finally:
            with self.lock:
                self.count -= 1


def run_partition(stop: threading.Event, number: int, here: Here) -> None:
    """Work on one partition whenever it is this worker's turn, until `stop` is set."""
    while not stop.is_set():
        try:
            _session(stop, number, here)
        except TROUBLE as error:
            log.warning("partition %s: beginning again from the checkpoint: %r", number, error)
            connection.close()
            stop.wait(PAUSE_S)
    connection.close()


def _session(stop: threading.Event, number: int, here: Here) -> None:
    lake = Path(settings.LAKE_FOLDER)
    lake.mkdir(parents=True, exist_ok=True)
    reader = hub.Reader(settings.NATS_URL, partition=number)
    try:
        reader.open(after=committed(number))
        if not reader.wait_turn(stop.is_set, here):
            return
        with here.one_more():
            _take_over(stop, reader, lake, number)
    finally:
        reader.close()


def _take_over(stop: threading.Event, reader: hub.Reader, lake: Path, number: int) -> None:
    scribe = Scribe()
    try:
        work = Partition(lake, number)
        try:
            reader.begin(work.point.log_seq)
            work.listen(time.time_ns() // 1000)
            log.info("partition %s: from %s on, epoch %s", number, reader.seq, work.point.epoch)
            _follow(stop, reader, work, scribe)
        finally:
            work.close()
    finally:
        scribe.close()


class Scribe:
    """Writes the newest readings in a thread of its own, so that no alarm waits for them."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="scribe")
        self.work: Future[None] | None = None

    def write(self, memory: Memory) -> None:
        """Write what changed since the last time, unless that is still being written.

        Raises
        ------
        DatabaseError
            Of the last time.
        """
        if self.work and not self.work.done():
            return
        self.settle()
        self.work = self.pool.submit(write_latest, latest_columns(memory))

    def settle(self) -> None:
        """Wait until all is written; errors as `write`."""
        if self.work:
            self.work.result()

    def close(self) -> None:
        """End the thread and give its connection back."""
        self.pool.submit(connection.close)
        self.pool.shutdown()


def _follow(stop: threading.Event, reader: hub.Reader, work: Partition, scribe: Scribe) -> None:
    feed = Feed(reader, lambda: work.registry)
    try:
        _work(stop, feed, work, scribe)
        scribe.write(work.memory)
        scribe.settle()
    finally:
        feed.close()


def _work(stop: threading.Event, feed: Feed, work: Partition, scribe: Scribe) -> None:
    wrote = sealed = heard = time.monotonic()
    while not stop.is_set():
        piece = feed.next()
        if piece:
            work.take_sorted(piece.batch, piece.seq)
        now = time.monotonic()
        if work.sealer.is_ready:
            work.finish_sealing()
        if _must_seal(work, now - sealed):
            work.seal()
            sealed = now
        if now - wrote < LATEST_S:
            continue
        wrote = now
        if not piece or not piece.behind:
            work.tick(time.time_ns() // 1000)
        scribe.write(work.memory)
        if now - heard > HEARD_S:
            work.heard(time.time_ns() // 1000)
            heard = now
        if work.is_outdated:
            work.roll()
            sealed = now


def _must_seal(work: Partition, age_s: float) -> bool:
    """Say whether the tail is large or old; while a sealed one is in the making, it may grow."""
    size = work.point.tail_offset
    if work.sealer.is_busy:
        if size > MOST_BYTES:
            work.finish_sealing()
        else:
            return False
    return size > SEAL_BYTES or (size > 0 and age_s > SEAL_S)
