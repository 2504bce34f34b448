"""The bridge's two threads together: credentials follow the database while messages flow."""

import contextlib
import os
import queue
import signal
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.hub import bridge, services
from chengan.city.site.embedded import Choices, start_services

from .conftest import AT

PATIENCE = 30.0
SECONDS = 10.0  # what "within seconds" means for a revoked credential, on a busy machine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    choices = Choices(
        wanted=dict.fromkeys(("postgres", "nats", "mqtt", "monitor"), 0),
        database_url=os.environ["CHENGAN_DATABASE_URL"],
    )
    with start_services(tmp_path_factory.mktemp("threads"), choices=choices) as running:
        yield running


@pytest.fixture
def running(city, settings):
    settings.NATS_URL, settings.NATS_SYSTEM_URL = city.nats_url, city.nats_system_url
    settings.NATS_SOURCES_FILE = str(city.sources_conf)
    settings.MQTT_HOST, settings.MQTT_PORT = city.mqtt_host, city.mqtt_port
    stop = threading.Event()
    thread = threading.Thread(target=bridge.run_bridge, args=(stop,))
    thread.start()
    yield thread
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@contextlib.contextmanager
def device(city, name, secret):
    """A device; gives the queue of what befell its connection."""
    events = queue.Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
    client.username_pw_set(name, secret)
    client.on_connect = lambda *given: events.put("refused" if given[3].is_failure else "in")
    client.on_disconnect = lambda *_given: events.put("out")
    client.connect(city.mqtt_host, city.mqtt_port)
    client.loop_start()
    try:
        yield events
    finally:
        client.disconnect()
        client.loop_stop()


def let_in(city, name, secret, *, wanted):
    """Knock until the door answers as wanted; give the seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        with contextlib.suppress(OSError, queue.Empty), device(city, name, secret) as events:
            if (events.get(timeout=5) == "in") == wanted:
                return time.monotonic() - began
        time.sleep(0.2)
    pytest.fail(f"the door never answered {wanted}")


def test_a_revoked_credential_is_cut_off_within_seconds_while_it_is_connected(city, running, gas):
    made, secret = services.issue(source=gas, kind="mqtt", at=AT)
    let_in(city, made.username, secret, wanted=True)
    with device(city, made.username, secret) as events:
        assert events.get(timeout=PATIENCE) == "in"
        services.revoke(credential=made, at=AT)
        assert events.get(timeout=SECONDS) == "out"
        assert events.get(timeout=SECONDS) != "in"


def test_a_source_taken_out_of_use_closes_its_door(city, running, gas):
    made, secret = services.issue(source=gas, kind="mqtt", at=AT)
    let_in(city, made.username, secret, wanted=True)
    gas.is_active = False
    gas.save()
    services.tell()
    assert let_in(city, made.username, secret, wanted=False) < SECONDS


def test_a_credential_issued_while_nats_is_away_opens_the_door_when_it_is_back(city, running, gas):
    charge = city.supervisor.charges["nats"]
    os.kill(charge.child.pid, signal.SIGKILL)
    charge.child.process.wait()
    made, secret = services.issue(source=gas, kind="mqtt", at=AT)
    city.supervisor.tick()
    charge.child.wait_ready()
    city.supervisor.tick()
    let_in(city, made.username, secret, wanted=True)
    assert running.is_alive()
