import asyncio
from dataclasses import replace

import nats as client
import pytest

from chengan.city.site.embedded import errors, leftovers, nats, ports, sources

from .devices import Device

PASSWORD = "p" * 32
GAS = sources.SourceAccount("gas", sources.hashed(PASSWORD), "gas")
WATER = sources.SourceAccount("water", sources.hashed(PASSWORD), "water")


@pytest.fixture
def admit(services):
    """Let the given accounts in, and nobody after the test."""

    def let_in(*accounts):
        sources.write(services.sources_conf, accounts)
        nats.reload(services.nats_system_url)

    yield let_in
    let_in()


def heard(services, publish):
    """Return (subject, payload) of all messages that `publish()` brings below `chengan`."""

    async def listen():
        connection = await client.connect(services.nats_url)
        found = await connection.subscribe("chengan.>")
        await connection.flush()
        await asyncio.to_thread(publish)
        await connection.publish("chengan.end", b"")
        seen = []
        while (message := await found.next_msg(timeout=20)).subject != "chengan.end":
            seen.append((message.subject, message.data.decode()))
        await connection.close()
        return seen

    return asyncio.run(listen())


def test_a_device_publishes_on_its_own_topics(services, admit):
    admit(GAS)

    def publish():
        with Device(services, "gas", PASSWORD) as device:
            assert device.answer == ("connect", "Success")
            assert device.publish("chengan/gas/ch4", "1.5", qos=1)
            assert device.publish("chengan/gas", "2.5", qos=1)

    assert heard(services, publish) == [("chengan.gas.ch4", "1.5"), ("chengan.gas", "2.5")]


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_a_message_on_anothers_topic_goes_nowhere_though_it_is_acknowledged(services, admit, qos):
    admit(GAS, WATER)

    def publish():
        with Device(services, "gas", PASSWORD) as device:
            assert device.publish("chengan/water/level", "9", qos=qos)
            assert device.publish("chengan/gas/ch4", "1", qos=1)

    assert heard(services, publish) == [("chengan.gas.ch4", "1")]
    log = (services.data.log / "nats.log").read_text()
    assert 'Publish Violation - Subject "chengan.water.level"' in log


@pytest.mark.parametrize("topic", ["#", "chengan/gas/#", "chengan/water/level"])
def test_a_device_can_listen_to_nothing(services, admit, topic):
    admit(GAS)
    with Device(services, "gas", PASSWORD) as device:
        device.client.subscribe(topic)
        kind, codes = device.heard.get(timeout=20)
    assert kind == "subscribe"
    assert "Unspecified error" in codes


def test_a_wrong_password_and_an_unknown_user_are_refused(services, admit):
    admit(GAS)
    for user, password in (("gas", "wrong"), ("nobody", PASSWORD)):
        with Device(services, user, password) as device:
            assert device.answer == ("connect", "Not authorized")


def test_a_client_id_with_a_dot_is_refused(services, admit):
    admit(GAS)
    with Device(services, "gas", PASSWORD, name="plant.7") as device:
        assert device.answer == ("connect", "Client identifier not valid")


def test_a_devices_password_opens_the_mqtt_door_only(services, admit):
    admit(GAS)

    async def knock():
        url = f"nats://gas:{PASSWORD}@{ports.LOOPBACK}:{services.port('nats')}"
        async with nats.connected(url):
            pass

    with pytest.raises(client.errors.Error, match="Authorization Violation"):
        asyncio.run(knock())


def test_a_removed_devices_connection_is_closed_and_the_others_stay(services, admit):
    admit(GAS, WATER)
    with Device(services, "gas", PASSWORD) as gas, Device(services, "water", PASSWORD) as water:
        admit(WATER)
        gas.wait_for_end()
        assert water.publish("chengan/water/level", "1", qos=1)
        assert water.heard.empty()


def test_a_new_password_closes_the_old_connection(services, admit):
    admit(GAS)
    with Device(services, "gas", PASSWORD) as device:
        admit(replace(GAS, password_hash=sources.hashed("another")))
        device.wait_for_end()


def test_refused_settings_are_told_and_the_old_ones_stay(services, admit):
    admit(GAS)
    services.sources_conf.write_text("users: [ {")
    with pytest.raises(errors.ReloadFailed, match="kept its old settings"):
        nats.reload(services.nats_system_url)
    with Device(services, "gas", PASSWORD) as device:
        assert device.answer == ("connect", "Success")


def test_a_server_that_is_not_there_cannot_reload():
    url = f"nats://system:x@{ports.LOOPBACK}:{ports.any_free()}"
    with pytest.raises(errors.ReloadFailed, match="cannot be asked"):
        nats.reload(url)


def test_the_citys_user_cannot_reload(services):
    with pytest.raises(errors.ReloadFailed, match="Only the system user"):
        nats.reload(services.nats_url)


def test_the_server_takes_eight_megabytes_and_syncs_as_told(services):
    async def limits():
        connection = await client.connect(services.nats_url)
        found = connection.max_payload
        await connection.close()
        return found

    assert asyncio.run(limits()) == 8 << 20
    assert "sync_interval: 2m" in (services.data.nats / "nats.conf").read_text()
    assert nats.Server.sync_interval == "always"


def test_readiness_means_that_jetstream_answers(services):
    assert nats.greets(services.port("nats"))
    assert nats.is_healthy(services.port("monitor"))
    free = ports.any_free()
    assert not nats.greets(free)
    assert not nats.is_healthy(free)
    assert not nats.listens(ports.LOOPBACK, free)


def test_the_running_server_is_found_by_its_folder(services):
    pid = services.supervisor.charges["nats"].child.pid
    assert leftovers.working_in(services.data.nats, "nats-server") == [pid]


def test_a_server_open_to_all_is_found_on_loopback():
    assert nats.reachable("0.0.0.0") == ports.LOOPBACK
    assert nats.reachable("192.0.2.1") == "192.0.2.1"
