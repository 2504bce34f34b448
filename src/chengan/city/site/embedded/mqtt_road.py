"""The durable half of the MQTT road: NATS keeps a device's message before it says PUBACK.

A QoS 1 message is stored in the stream `$MQTT_msgs` *only while a consumer is interested*; without
one it is acknowledged and forgotten. So the consumer of the bridge is made here, before any device
has an account, and is never deleted; it must be the only one, for the stream keeps each message
until *every* consumer has acknowledged it. See docs/decisions/0002-mqtt-road.md.
"""

from __future__ import annotations

import asyncio
import threading
from urllib.parse import unquote, urlsplit

import nats.errors
import paho.mqtt.client as mqtt
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError
from paho.mqtt.enums import CallbackAPIVersion

from chengan.core.mqtt_names import (
    ACK_WAIT,
    CONSUMER,
    FILTER,
    MOST_UNACKNOWLEDGED,
    PATIENCE,
    STREAM,
)

from . import errors
from .nats import connected

OPENER = "chengan-opener"


def open_road(nats_url: str, mqtt_host: str, mqtt_port: int, *, patience: float = PATIENCE) -> None:
    """Make the stream (by a first MQTT connection) and the bridge's consumer, unless they exist.

    Not to be called inside a running event loop: await `opened` there.

    Raises
    ------
    errors.StartFailed
        If NATS cannot be reached, or its MQTT door stays shut.
    """
    asyncio.run(opened(nats_url, mqtt_host, mqtt_port, patience=patience))


async def opened(
    nats_url: str, mqtt_host: str, mqtt_port: int, *, patience: float = PATIENCE
) -> None:
    """Do what `open_road` does, inside an event loop."""
    try:
        async with connected(nats_url) as connection:
            log = connection.jetstream(timeout=patience)
            if not await _has_stream(log):
                await asyncio.to_thread(_knock, nats_url, mqtt_host, mqtt_port, patience)
            if not await _has_consumer(log):
                await log.add_consumer(STREAM, consumer())
    except (OSError, nats.errors.Error) as error:
        raise errors.StartFailed(f"NATS did not open the MQTT road: {error!r}") from error


def consumer() -> ConsumerConfig:
    """Return the bridge's durable pull consumer: all device messages, each until it is acked."""
    return ConsumerConfig(
        durable_name=CONSUMER,
        filter_subject=FILTER,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT,
        max_ack_pending=MOST_UNACKNOWLEDGED,
    )


async def _has_stream(log: JetStreamContext) -> bool:
    try:
        await log.stream_info(STREAM)
    except NotFoundError:
        return False
    return True


async def _has_consumer(log: JetStreamContext) -> bool:
    try:
        await log.consumer_info(STREAM, CONSUMER)
    except NotFoundError:
        return False
    return True


def _knock(nats_url: str, host: str, port: int, patience: float) -> None:
    """Connect once by MQTT as the internal user, so that NATS makes its MQTT streams."""
    parts = urlsplit(nats_url)
    answered = threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=OPENER, protocol=mqtt.MQTTv311)
    client.username_pw_set(unquote(parts.username or ""), unquote(parts.password or ""))
    client.on_connect = lambda *given: None if given[3].is_failure else answered.set()
    try:
        client.connect(host, port)
        client.loop_start()
        if not answered.wait(patience):
            raise errors.StartFailed(
                f"The MQTT door {host}:{port} let nobody in within {patience:g} s: see nats.log."
            )
    except OSError as error:
        raise errors.StartFailed(f"No MQTT door on {host}:{port} ({error}).") from error
    finally:
        client.disconnect()
        client.loop_stop()
