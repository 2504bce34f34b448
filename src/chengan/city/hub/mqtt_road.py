"""The durable half of the MQTT road: NATS stores a QoS 1 message before it says PUBACK.

It does so in `$MQTT_msgs`, and only while a consumer is interested; so the bridge's consumer is
durable and is never deleted. NATS makes the stream at the first MQTT connection.
"""

import asyncio
import threading
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from django.conf import settings
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.hub.errors import RoadClosed
from chengan.core.mqtt_names import (
    ACK_WAIT,
    CONSUMER,
    FILTER,
    MOST_UNACKNOWLEDGED,
    PATIENCE,
    STREAM,
)


async def opened(js: JetStreamContext) -> None:
    """Make the stream and the bridge's consumer, unless they exist.

    Raises
    ------
    RoadClosed
        If the MQTT door lets nobody in.
    """
    try:
        await js.stream_info(STREAM)
    except NotFoundError:
        await asyncio.to_thread(_knock)
    await js.add_consumer(
        STREAM,
        ConsumerConfig(
            durable_name=CONSUMER,
            filter_subject=FILTER,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT,
            max_ack_pending=MOST_UNACKNOWLEDGED,
        ),
    )


def _knock() -> None:
    """Connect once by MQTT as the internal user, so that NATS makes its MQTT streams."""
    parts, answered = urlsplit(settings.NATS_URL), threading.Event()
    door = f"{settings.MQTT_HOST}:{settings.MQTT_PORT}"
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="chengan-bridge-opener")
    client.username_pw_set(unquote(parts.username or ""), unquote(parts.password or ""))
    client.on_connect = lambda *given: None if given[3].is_failure else answered.set()
    try:
        client.connect(settings.MQTT_HOST, settings.MQTT_PORT)
        client.loop_start()
        if not answered.wait(PATIENCE):
            raise RoadClosed(f"The MQTT door {door} let nobody in within {PATIENCE:g} s.")
    except OSError as error:
        raise RoadClosed(f"There is no MQTT door on {door} ({error}).") from error
    finally:
        client.disconnect()
        client.loop_stop()
