"""The runner's loop: pulls the log in order from the committed cursor, for as long as it is asked.

After any trouble with the log or the database everything in memory is dropped and brought back
from the checkpoint: what PostgreSQL committed is the truth.
"""

import asyncio
import logging
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chengan.city.hub import api as hub
from chengan.city.sense.runner.partition import Partition

log = logging.getLogger(__name__)
BATCH = 256
WAIT_S = 0.2
LATEST_S = 1.0
ROLL_S = 60.0
ROLL_BYTES = 64 * 1024 * 1024
PAUSE_S = 1.0
LOCK = 0x72756E00
TROUBLE = (NatsError, OSError, TimeoutError, DatabaseError, InterfaceError)


class OutOfOrder(NatsError):
    """A message is missing between two that came: begin again from the cursor."""


def run_runner(stop: threading.Event, partition: int = 0) -> None:
    """Work on one partition until `stop` is set."""
    while not stop.is_set():
        try:
            asyncio.run(_session(stop, partition))
        except TROUBLE as error:
            log.warning("beginning again from the checkpoint: %r", error)
            connection.close()
            stop.wait(PAUSE_S)


async def _session(stop: threading.Event, number: int) -> None:
    lake = Path(settings.LAKE_FOLDER)
    lake.mkdir(parents=True, exist_ok=True)
    if not _alone(number):
        log.warning("partition %s has a runner already; waiting", number)
        await asyncio.sleep(PAUSE_S)
        return
    client = await hub.connect(settings.NATS_URL, connect_timeout=3)
    work = Partition(lake, number)
    try:
        js = client.jetstream()
        await hub.ensure_stream(js)
        await _follow(stop, js, work)
    finally:
        work.close()
        await client.close()


def _alone(number: int) -> bool:
    """Take the partition's lock for as long as this connection lives."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK + number])
        return bool(cursor.fetchone()[0])


async def _follow(stop: threading.Event, js: JetStreamContext, work: Partition) -> None:
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=work.point.log_seq + 1,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=30,
    )
    number = work.point.partition
    road = await js.pull_subscribe(f"readings.{number}.>", stream=hub.STREAM, config=config)
    expected, wrote, rolled = 1, time.monotonic(), time.monotonic()
    while not stop.is_set():
        found = await _fetch(road)
        if found:
            expected = _in_order(found, expected)
            work.take([_opened(one) for one in found], found[-1].metadata.sequence.stream)
        now = time.monotonic()
        if now - wrote > LATEST_S:
            if not found or found[-1].metadata.num_pending == 0:
                work.tick(time.time_ns() // 1000)
            work.write_latest()
            wrote = now
        if now - rolled > ROLL_S or (wrote == now and work.needs_roll(largest=ROLL_BYTES)):
            work.roll()
            rolled = now
    work.write_latest()


async def _fetch(road: JetStreamContext.PullSubscription) -> list[Msg]:
    try:
        return await road.fetch(BATCH, timeout=WAIT_S)
    except TimeoutError:
        return []


def _in_order(found: list[Msg], expected: int) -> int:
    for one in found:
        if one.metadata.sequence.consumer != expected:
            raise OutOfOrder
        expected += 1
    return expected


def _opened(one: Msg) -> hub.Message:
    return hub.opened(
        one.subject, one.headers, one.data, round(one.metadata.timestamp.timestamp() * 1e6)
    )
