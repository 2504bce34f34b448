"""NATS's list of device accounts follows the credentials."""

import json
import queue
from pathlib import Path

import bcrypt
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.hub import credentials, services
from chengan.city.hub.errors import CredentialsRefused

from .conftest import AT

HASH = "$2b$04$" + "a" * 53


def knock(settings, name, secret):
    """Connect by MQTT; say whether the device was let in."""
    answers = queue.Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="knock", protocol=mqtt.MQTTv311)
    client.username_pw_set(name, secret)
    client.on_connect = lambda *given: answers.put(not given[3].is_failure)
    client.connect(settings.MQTT_HOST, settings.MQTT_PORT)
    client.loop_start()
    try:
        return answers.get(timeout=20)
    finally:
        client.disconnect()
        client.loop_stop()


def test_an_issued_credential_opens_the_mqtt_door_until_it_is_revoked(gas, settings):
    if not settings.NATS_SOURCES_FILE:
        pytest.skip("the given NATS keeps the accounts of devices itself")
    made, secret = services.issue(source=gas, kind="mqtt", at=AT)
    credentials.bring_up_to_date()
    assert knock(settings, made.username, secret)
    services.revoke(credential=made, at=AT)
    credentials.bring_up_to_date()
    assert not knock(settings, made.username, secret)
    assert made.username not in Path(settings.NATS_SOURCES_FILE).read_text()


def test_an_account_may_publish_below_its_source_only():
    text = credentials.render([("gas-1", HASH, "gas")], internal=("chengan", HASH))
    assert 'publish: { allow: ["chengan.gas", "chengan.gas.>"] }' in text
    assert 'subscribe: { deny: [">"] }' in text
    assert text.count("user:") == 2


@pytest.mark.parametrize(
    "account",
    [
        ('a", x: "', HASH, "gas"),
        ("a", "plain", "gas"),
        ("a", HASH, "gas.>"),
        ("a", HASH, "*"),
    ],
)
def test_a_name_that_could_mean_something_else_is_refused(account):
    with pytest.raises(CredentialsRefused):
        credentials.render([account], internal=("chengan", HASH))


def test_our_own_account_is_the_one_noted_beside_the_list_while_it_opens(tmp_path, settings):
    settings.NATS_URL = "nats://chengan:a%2Fb@127.0.0.1:4222"
    secret = bcrypt.hashpw(b"a/b", bcrypt.gensalt(4)).decode()
    noted = tmp_path / "internal.json"
    noted.write_text(json.dumps({"username": "chengan", "password_hash": secret}))
    assert credentials._internal(tmp_path / "sources.conf") == ("chengan", secret)
    settings.NATS_URL = "nats://chengan:new@127.0.0.1:4222"
    name, other = credentials._internal(tmp_path / "sources.conf")
    assert (name, bcrypt.checkpw(b"new", other.encode())) == ("chengan", True)


def test_with_a_given_nats_our_account_is_that_of_its_address_and_stays_the_same(
    tmp_path, settings
):
    settings.NATS_URL = "nats://city:secret@127.0.0.1:4222"
    first = credentials._internal(tmp_path / "sources.conf")
    assert (first[0], bcrypt.checkpw(b"secret", first[1].encode())) == ("city", True)
    assert credentials._internal(tmp_path / "sources.conf") == first
    assert (tmp_path / "internal.json").stat().st_mode & 0o077 == 0


def test_a_given_nats_without_an_account_is_refused(tmp_path, settings):
    settings.NATS_URL = "nats://127.0.0.1:4222"
    with pytest.raises(CredentialsRefused, match="CHENGAN_NATS_URL"):
        credentials._internal(tmp_path / "sources.conf")
