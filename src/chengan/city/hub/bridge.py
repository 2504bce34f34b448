"""Carries MQTT messages into the log: many small ones become few packs.

What NATS stored (QoS 1 and 2) is acked only once its pack is in the log; a crash between the two
brings the same messages again with the same times of receipt, and sense tells the doubles. QoS 0
is taken as it comes by.
"""

import asyncio
import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import nats.errors
from django.conf import settings
from django.db import connection
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from chengan.city.hub import credentials, log, mqtt_road, services
from chengan.city.hub.decoding.pack import packed
from chengan.city.hub.errors import RoadClosed
from chengan.city.hub.models import Road
from chengan.core import mqtt_names

LOG = logging.getLogger(__name__)
MOST = 500
GATHER_S, IDLE_S, AGAIN_S = 0.05, 0.5, 0.5
CONNECT_S = 5.0
PACK_BYTES = 7 << 20
WAITING = 50_000
AWAY = (nats.errors.Error, OSError, TimeoutError, RoadClosed)


@dataclass(frozen=True)
class Heard:
    """One MQTT message; `source` is the second level of its topic, `received_us` since 1970."""

    source: str
    topic: str
    payload: bytes
    received_us: int


def run_bridge(stop: threading.Event) -> None:
    """Carry messages and keep device accounts until `stop` is set; outlives NATS's restarts."""
    keeper = threading.Thread(target=credentials.keep, args=(stop,), name="credentials")
    keeper.start()
    try:
        carry(stop)
    finally:
        stop.set()
        keeper.join()


def carry(stop: threading.Event) -> None:
    """Carry messages until `stop` is set, connecting again as often as needed."""
    while not stop.is_set():
        try:
            asyncio.run(_serve(stop))
        except AWAY as error:
            LOG.warning("the bridge waits for NATS: %r", error)
            stop.wait(AGAIN_S)


async def _serve(stop: threading.Event) -> None:
    connecting = log.connect(settings.NATS_URL, connect_timeout=3, error_cb=_told)
    client = await asyncio.wait_for(connecting, CONNECT_S)
    try:
        js = client.jetstream()
        await log.ensure_stream(js)
        await mqtt_road.opened(js)
        passing: asyncio.Queue[Heard] = asyncio.Queue(WAITING)

        async def listen(message: Msg) -> None:
            if (message.headers or {}).get(mqtt_names.QOS_HEADER, "0") == "0":
                _note(passing, heard(message.subject, message.data, time.time_ns() // 1000))

        await client.subscribe(mqtt_names.PLAIN, cb=listen)
        await asyncio.gather(_carry_stored(js, stop), _carry_passing(js, passing, stop))
    finally:
        await client.close()


async def _told(error: Exception) -> None:
    LOG.info("NATS: %r", error)


def heard(subject: str, payload: bytes, received_us: int) -> Heard:
    """Give the message with its topic; its source is one token of a subject."""
    levels = subject.removeprefix(mqtt_names.PREFIX).split(".")
    source = levels[1] if len(levels) > 1 else "-"
    return Heard(source, mqtt_names.topic_of(subject), payload, received_us)


def _note(passing: "asyncio.Queue[Heard]", message: Heard) -> None:
    try:
        passing.put_nowait(message)
    except asyncio.QueueFull:
        LOG.error("more than %d QoS 0 messages wait: one of %s is lost", WAITING, message.source)


async def _carry_stored(js: JetStreamContext, stop: threading.Event) -> None:
    bridge = await js.pull_subscribe_bind(mqtt_names.CONSUMER, mqtt_names.STREAM)
    while not stop.is_set():
        messages = await _fetched(bridge, 1, IDLE_S)
        if messages:
            messages += await _fetched(bridge, MOST - 1, GATHER_S)
            await _put([_stored(message) for message in messages], js, stop)
            for message in messages:
                await message.ack()


async def _fetched(bridge: JetStreamContext.PullSubscription, most: int, wait: float) -> list[Msg]:
    try:
        return list(await bridge.fetch(most, timeout=wait))
    except TimeoutError:
        return []


def _stored(message: Msg) -> Heard:
    """Give a stored message; its time of receipt is that of storing, the same at each delivery."""
    at = message.metadata.timestamp
    received_us = round(at.timestamp() * 1e6) if isinstance(at, datetime) else int(at) // 1000
    return heard(message.subject, message.data, received_us)


async def _carry_passing(
    js: JetStreamContext, passing: "asyncio.Queue[Heard]", stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            first = await asyncio.wait_for(passing.get(), IDLE_S)
        except TimeoutError:
            continue
        await asyncio.sleep(GATHER_S)
        more = [passing.get_nowait() for _ in range(min(MOST - 1, passing.qsize()))]
        await _put([first, *more], js, stop)


async def _put(messages: list[Heard], js: JetStreamContext, stop: threading.Event) -> None:
    """Bring messages into the log, one pack a source; try until it is done or `stop` is set."""
    large = [each for each in messages if len(each.payload) > settings.MAX_BODY_BYTES]
    if large:
        await asyncio.to_thread(_set_aside, large)
    for pack in packs([each for each in messages if each not in large]):
        while not await _is_in_log(js, pack):
            if stop.is_set():
                raise RoadClosed("told to stop while the log was away")
            await asyncio.sleep(AGAIN_S)


async def _is_in_log(js: JetStreamContext, pack: log.Message) -> bool:
    try:
        await log.publish(js, pack)
    except (nats.errors.Error, OSError, TimeoutError) as error:
        LOG.warning("the log is away: %r", error)
        return False
    return True


def packs(messages: list[Heard]) -> list[log.Message]:
    """Give the messages as messages of the log: one source each, none above PACK_BYTES."""
    by_source: dict[str, list[list[Heard]]] = {}
    room: dict[str, int] = {}
    for each in messages:
        size = len(each.payload) + len(each.topic.encode()) + 32
        if room.get(each.source, 0) < size:
            by_source.setdefault(each.source, []).append([])
            room[each.source] = PACK_BYTES
        by_source[each.source][-1].append(each)
        room[each.source] -= size
    return [_pack(part) for parts in by_source.values() for part in parts]


def _pack(part: list[Heard]) -> log.Message:
    return log.Message(
        source=part[0].source,
        road=Road.MQTT.value,
        format="mqtt-pack",
        payload=packed((each.topic, each.payload, each.received_us) for each in part),
        received_us=max(each.received_us for each in part),
    )


def _set_aside(messages: list[Heard]) -> None:
    try:
        for each in messages:
            services.set_aside_large(
                source_key=each.source,
                road=Road.MQTT.value,
                head=each.payload[: services.HEAD],
                size=len(each.payload),
                at=datetime.fromtimestamp(each.received_us / 1e6, UTC),
            )
    finally:
        connection.close()
