"""The runner's loop: pulls the log in order from the committed cursor, for as long as it is asked.

After any trouble with the log or the database everything in memory is dropped and brought back
from the checkpoint: what PostgreSQL committed is the truth.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from chengan.city.hub import api as hub
from chengan.city.sense.runner.partition import Partition

log = logging.getLogger(__name__)
BATCH = 256
PIECE_BYTES = 4 * 1024 * 1024
WAIT_S = 0.2
LATEST_S = 1.0
ROLL_S = 60.0
ROLL_BYTES = 128 * 1024 * 1024
HEARD_S = 10.0
PAUSE_S = 1.0
LOCK = 0x72756E00
TROUBLE = (hub.HubError, OSError, DatabaseError, InterfaceError)


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
    try:
        reader.open()
        work.listen(time.time_ns() // 1000)
        _follow(stop, reader, work)
    finally:
        reader.close()
        work.close()


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


def _follow(stop: threading.Event, reader: hub.Reader, work: Partition) -> None:
    wrote = rolled = heard = time.monotonic()
    while not stop.is_set():
        found = reader.fetch(BATCH, WAIT_S)
        for piece in pieces(found):
            work.take([one.message for one in piece], piece[-1].seq)
        now = time.monotonic()
        if now - wrote < LATEST_S:
            continue
        wrote = now
        if not found or not found[-1].behind:
            work.tick(time.time_ns() // 1000)
        work.write_latest()
        if now - heard > HEARD_S:
            work.heard(time.time_ns() // 1000)
            heard = now
        if now - rolled > ROLL_S or work.needs_roll(largest=ROLL_BYTES):
            work.roll()
            rolled = now
    work.write_latest()
