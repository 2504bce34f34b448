"""The claim of the MQTT road: what was acknowledged with PUBACK is not lost (decision 0002)."""

import asyncio
import os
import signal

import nats as client
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.site.embedded import (
    Choices,
    errors,
    mqtt_road,
    nats,
    ports,
    sources,
    start_services,
)
from chengan.core import mqtt_names

from .devices import Device

PASSWORD = "p" * 32


@pytest.fixture(scope="module")
def durable(tmp_path_factory):
    """Services that write each message to the disk before they acknowledge it."""
    choices = Choices(
        wanted=dict.fromkeys(("postgres", "nats", "mqtt", "monitor"), 0),
    )
    with start_services(tmp_path_factory.mktemp("durable"), choices=choices) as running:
        account = sources.SourceAccount("gas", sources.hashed(PASSWORD), "gas")
        sources.write(running.sources_conf, [account])
        nats.reload(running.nats_system_url)
        yield running


def stored(services):
    """Take and acknowledge all that the bridge's consumer holds: (subject, headers, payload)."""

    async def take():
        connection = await client.connect(services.nats_url)
        log = connection.jetstream()
        bridge = await log.pull_subscribe_bind(mqtt_names.CONSUMER, mqtt_names.STREAM)
        found = []
        waiting = (await log.consumer_info(mqtt_names.STREAM, mqtt_names.CONSUMER)).num_pending
        while len(found) < waiting:
            for message in await bridge.fetch(waiting - len(found), timeout=20):
                found.append((message.subject, message.headers or {}, message.data.decode()))
                await message.ack_sync()
        await connection.close()
        return found

    return asyncio.run(take())


def kill(services):
    os.kill(services.supervisor.charges["nats"].child.pid, signal.SIGKILL)


def revive(services):
    services.supervisor.charges["nats"].child.process.wait()
    services.supervisor.revive("nats")


def test_an_acknowledged_reading_survives_kill_9_of_the_server(durable):
    with Device(durable, "gas", PASSWORD) as device:
        assert device.publish("chengan/gas/ch4", "1.5", qos=1)
        kill(durable)
    revive(durable)
    assert [(subject, data) for subject, _, data in stored(durable)] == [
        ("$MQTT.msgs.chengan.gas.ch4", "1.5")
    ]


def test_none_of_many_acknowledged_readings_is_lost(durable):
    with Device(durable, "gas", PASSWORD) as device:
        sent = [device.client.publish("chengan/gas/ch4", str(n), qos=1) for n in range(300)]
        sent[100].wait_for_publish(20)
        kill(durable)
        device.heard.get(timeout=20)
        acknowledged = {str(n) for n, message in enumerate(sent) if message.is_published()}
    revive(durable)
    assert len(acknowledged) >= 100
    assert acknowledged <= {data for _, _, data in stored(durable)}


def test_a_reading_that_the_bridge_did_not_ack_is_kept_over_a_restart(durable):
    with Device(durable, "gas", PASSWORD) as device:
        device.publish("chengan/gas/ch4", "7", qos=1)
    for _ in range(2):
        kill(durable)
        revive(durable)
    assert [data for _, _, data in stored(durable)] == ["7"]
    assert stored(durable) == []


def test_the_stream_holds_qos_1_and_2_and_names_the_qos(durable):
    with Device(durable, "gas", PASSWORD) as device:
        for qos in (0, 1, 2):
            device.publish("chengan/gas/ch4", f"qos {qos}", qos=qos)
    found = [(headers[mqtt_names.QOS_HEADER], data) for _, headers, data in stored(durable)]
    assert found == [("1", "qos 1"), ("2", "qos 2")]


def test_a_plain_listener_sees_every_qos_and_can_tell_them_apart(durable):
    async def listen():
        connection = await client.connect(durable.nats_url)
        plain = await connection.subscribe(mqtt_names.PLAIN)
        await connection.flush()
        with await asyncio.to_thread(Device(durable, "gas", PASSWORD).__enter__) as device:
            for qos in (0, 1, 2):
                await asyncio.to_thread(device.publish, "chengan/gas/ch4", "1", qos)
        found = [(await plain.next_msg(timeout=20)).headers for _ in range(3)]
        await connection.close()
        return found

    assert asyncio.run(listen()) == [{"Nmqtt-Pub": "0"}, {"Nmqtt-Pub": "1"}, {"Nmqtt-Pub": "2"}]
    stored(durable)


def test_without_an_interested_consumer_an_acknowledged_reading_is_gone(durable):
    """Why the consumer is made before any device has an account, and is never deleted."""

    async def forget():
        connection = await client.connect(durable.nats_url)
        await connection.jetstream().delete_consumer(mqtt_names.STREAM, mqtt_names.CONSUMER)
        await connection.close()

    asyncio.run(forget())
    with Device(durable, "gas", PASSWORD) as device:
        assert device.publish("chengan/gas/ch4", "lost", qos=1)
    mqtt_road.open_road(durable.nats_url, durable.mqtt_host, durable.mqtt_port)
    with Device(durable, "gas", PASSWORD) as device:
        assert device.publish("chengan/gas/ch4", "kept", qos=1)
    assert [data for _, _, data in stored(durable)] == ["kept"]


def test_opening_the_road_again_keeps_what_waits_there(durable):
    with Device(durable, "gas", PASSWORD) as device:
        device.publish("chengan/gas/ch4", "8", qos=1)
    mqtt_road.open_road(durable.nats_url, durable.mqtt_host, durable.mqtt_port)
    assert [data for _, _, data in stored(durable)] == ["8"]


@pytest.mark.parametrize(
    "topic", ["chengan/gas/a.b", "chengan/gas/a//b", "chengan/gas/甲/", "chengan/gas/."]
)
def test_the_topic_is_recovered_from_the_subject(durable, topic):
    with Device(durable, "gas", PASSWORD) as device:
        device.publish(topic, "1", qos=1)
    assert [mqtt_names.topic_of(subject) for subject, _, _ in stored(durable)] == [topic]


@given(st.lists(st.text("ab.城-", max_size=4), min_size=2, max_size=5))
def test_a_topic_survives_the_way_to_a_subject_and_back(levels):
    subject = ".".join(level.replace(".", "//") if level else "/" for level in levels)
    assert mqtt_names.topic_of(subject) == "/".join(levels)
    assert mqtt_names.topic_of(mqtt_names.PREFIX + subject) == "/".join(levels)


def test_a_road_to_nowhere_is_refused(durable):
    nowhere = f"nats://a:b@{ports.LOOPBACK}:{ports.any_free()}"
    with pytest.raises(errors.StartFailed, match="NATS did not open the MQTT road"):
        mqtt_road.open_road(nowhere, durable.mqtt_host, durable.mqtt_port)


def test_a_shut_mqtt_door_is_told(durable):
    with pytest.raises(errors.StartFailed, match="No MQTT door"):
        mqtt_road._knock(durable.nats_url, ports.LOOPBACK, ports.any_free(), 1.0)
