"""The MQTT road end to end: what NATS acknowledged to a device reaches the log."""

import asyncio
import contextlib
import os
import queue
import signal
import threading
import time

import nats
import paho.mqtt.client as mqtt
import pytest
from nats.js.api import ConsumerConfig, DeliverPolicy
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.hub import bridge, log
from chengan.city.hub.bridge import Heard
from chengan.city.hub.decoding import decode
from chengan.city.site.embedded import Choices, sources, start_services
from chengan.city.site.embedded import nats as server
from chengan.core import mqtt_names

PASSWORD = "p" * 32
PATIENCE = 30.0


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    choices = Choices(
        wanted=dict.fromkeys(("postgres", "nats", "mqtt", "monitor"), 0),
        database_url=os.environ["CHENGAN_DATABASE_URL"],
    )
    with start_services(tmp_path_factory.mktemp("bridge"), choices=choices) as running:
        sources.write(
            running.sources_conf,
            [sources.SourceAccount("gas", sources.hashed(PASSWORD), "gas")],
        )
        server.reload(running.nats_system_url)
        yield running


@pytest.fixture
def carrying(city, settings):
    settings.NATS_URL = city.nats_url
    settings.MQTT_HOST, settings.MQTT_PORT = city.mqtt_host, city.mqtt_port
    asyncio.run(empty_log(city.nats_url))

    @contextlib.contextmanager
    def run():
        stop = threading.Event()
        thread = threading.Thread(target=bridge.carry, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    return run


async def empty_log(url):
    client = await nats.connect(url)
    js = client.jetstream()
    await log.ensure_stream(js)
    await js.purge_stream(log.STREAM)
    await client.close()


@contextlib.contextmanager
def device(city, name="device"):
    connected = queue.Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
    client.username_pw_set("gas", PASSWORD)
    client.on_connect = lambda *_given: connected.put(True)
    client.connect(city.mqtt_host, city.mqtt_port)
    client.loop_start()
    connected.get(timeout=PATIENCE)
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def readings(city, until):
    """Follow the log until the set of (key, value) heard satisfies `until`."""

    async def follow():
        client = await log.connect(city.nats_url)
        js = client.jetstream()
        got = await js.subscribe(
            "readings.>",
            ordered_consumer=True,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
        )
        found = []
        deadline = time.monotonic() + PATIENCE
        while not until(found):
            message = await got.next_msg(timeout=max(deadline - time.monotonic(), 0.01))
            opened = log.opened(message.subject, message.headers, message.data, 0)
            read = decode(opened.payload, format=opened.format, received_us=opened.received_us)
            found += zip(read.key.tolist(), read.value.tolist(), strict=True)
        await client.close()
        return found

    return asyncio.run(follow())


def test_every_quality_of_service_reaches_the_log_once(city, carrying):
    with carrying(), device(city) as client:
        first = client.publish("chengan/gas/warm-up", "0", qos=1)
        first.wait_for_publish(PATIENCE)
        readings(city, lambda found: ("warm-up", 0.0) in found)  # the bridge listens now
        for qos in (0, 1, 2):
            client.publish("chengan/gas/ch4", str(qos), qos=qos).wait_for_publish(PATIENCE)
        client.publish("chengan/gas/senml", '[{"n":"pack","v":9}]', qos=1)
        found = readings(city, lambda found: len(found) >= 5)
    assert sorted(found) == [
        ("ch4", 0.0),
        ("ch4", 1.0),
        ("ch4", 2.0),
        ("pack", 9.0),
        ("warm-up", 0.0),
    ]


def test_what_was_acknowledged_before_the_bridge_ran_is_carried(city, carrying):
    with device(city) as client:
        client.publish("chengan/gas/early", "1", qos=1).wait_for_publish(PATIENCE)
    with carrying():
        assert ("early", 1.0) in readings(city, bool)


def test_kill_9_of_nats_loses_nothing_acknowledged_and_the_road_goes_on(city, carrying):
    with carrying():
        with device(city) as client:
            sent = [client.publish("chengan/gas/kill", str(n), qos=1) for n in range(200)]
            sent[60].wait_for_publish(PATIENCE)
            charge = city.supervisor.charges["nats"]
            os.kill(charge.child.pid, signal.SIGKILL)
            charge.child.process.wait()
            kept = {("kill", float(n)) for n, each in enumerate(sent) if each.is_published()}
        city.supervisor.tick()
        charge.child.wait_ready()
        city.supervisor.tick()
        assert len(kept) > 60
        with device(city) as client:
            client.publish("chengan/gas/after", "1", qos=1).wait_for_publish(PATIENCE)
        kept.add(("after", 1.0))
        assert kept <= set(readings(city, lambda found: kept <= set(found)))


def test_packs_are_one_source_each_and_never_above_their_size(monkeypatch):
    monkeypatch.setattr(bridge, "PACK_BYTES", 100)
    messages = [Heard("a", "chengan/a/x", b"1" * 20, n) for n in range(4)]
    messages.insert(1, Heard("b", "chengan/b/x", b"1", 9))
    made = bridge.packs(messages)
    assert sorted((each.source, len(each.payload) < 150) for each in made) == [
        ("a", True),
        ("a", True),
        ("a", True),
        ("a", True),
        ("b", True),
    ]  # 20 + 11 + 32 bytes: one fits into 100


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("chengan.gas.ch4", "chengan/gas/ch4"),
        ("$MQTT.msgs.chengan.gas.a//b", "chengan/gas/a.b"),
        ("chengan.gas./.x", "chengan/gas//x"),
    ],
)
def test_the_topic_is_recovered(subject, topic):
    assert mqtt_names.topic_of(subject) == topic
    assert bridge.heard(subject, b"", 0).source == "gas"
