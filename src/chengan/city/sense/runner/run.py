"""The runner's loop: pulls the log in order from the committed cursor, for as long as it is asked.

After any trouble with the log or the database everything in memory is dropped and brought back
from the checkpoint: what PostgreSQL committed is the truth.
"""

import contextlib
import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from chengan.city.hub import api as hub
from chengan.city.sense.runner.commit import latest_columns, write_latest
from chengan.city.sense.runner.feed import Feed
from chengan.city.sense.runner.holding import Superseded
from chengan.city.sense.runner.memory import Memory
from chengan.city.sense.runner.partition import Partition

log = logging.getLogger(__name__)
LATEST_S = 1.0
SEAL_S = 60.0
SEAL_BYTES = 96 * 1024 * 1024
MOST_BYTES = 4 * SEAL_BYTES
HEARD_S = 10.0
PAUSE_S = 1.0
LOCK = 0x72756E00
TROUBLE = (hub.HubError, OSError, DatabaseError, InterfaceError, Superseded)


def run_runner(stop: threading.Event, number: int = 0) -> None:
    """Work on one partition until `stop` is set."""
    while not stop.is_set():
        try:
            if _is_alone(number):
                _session(stop, number)
            else:
                log.warning("partition %s has a runner already; waiting", number)
                stop.wait(PAUSE_S)
        except TROUBLE as error:
            log.warning("beginning again from the checkpoint: %r", error)
            _let_go()
            stop.wait(PAUSE_S)
    _let_go()


def _is_alone(number: int) -> bool:
    """Take the partition's lock; it holds until it is given back or the connection breaks."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK + number])
        return bool(cursor.fetchone()[0])


def _let_go() -> None:
    """Give the partition's lock back: a closed connection of a pool lives on, lock and all."""
    with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock_all()")
    connection.close()


def _session(stop: threading.Event, number: int) -> None:
    lake = Path(settings.LAKE_FOLDER)
    lake.mkdir(parents=True, exist_ok=True)
    work = Partition(lake, number)
    reader = hub.Reader(settings.NATS_URL, seq=work.point.log_seq, partition=number)
    scribe = Scribe()
    try:
        reader.open()
        work.listen(time.time_ns() // 1000)
        _follow(stop, reader, work, scribe)
    finally:
        reader.close()
        scribe.close()
        work.close()


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
