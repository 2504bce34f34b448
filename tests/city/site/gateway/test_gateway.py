"""The gateway, as a program of its own, before a city whose log goes away and comes back."""

import signal
import subprocess
import sys
import urllib.error
import urllib.request

import nats
import paho.mqtt.client as mqtt
import pytest
from asgiref.sync import async_to_sync
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.hub import api as hub
from chengan.city.hub import door
from chengan.city.places import api as places
from chengan.city.site.embedded import nats as server_of
from chengan.city.site.embedded import ports
from tests.city.hub.conftest import AT

SECONDS = 30


class Log:
    """A NATS server of this test's own."""

    def __init__(self, folder):
        taken = []
        for _each in range(3):
            taken.append(ports.any_free(but=taken))
        self.server = server_of.Server(
            folder, folder / "log", *taken, password="secret", system_password="secret",
            sync_interval="2m",
        )  # fmt: skip
        server_of.prepare(self.server)
        self.process = None

    def start(self):
        program = server_of.program(self.server)
        self.process = subprocess.Popen(program.argv, cwd=program.cwd, stderr=subprocess.DEVNULL)
        wait(program.ready)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def bodies(self):
        """The bodies in the log, in order."""

        async def read():
            client = await nats.connect(self.server.url())
            js = client.jetstream()
            try:
                await hub.ensure_stream(js)
                last = (await js.stream_info(hub.STREAM)).state.last_seq
                return [(await js.get_msg(hub.STREAM, n)).data for n in range(1, last + 1)]
            finally:
                await client.close()

        return async_to_sync(read)()


def wait(is_so, seconds=SECONDS):
    import time

    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.fixture
def log(tmp_path, settings, monkeypatch):
    folder = tmp_path / "nats"
    folder.mkdir()
    made = Log(folder)
    made.start()
    settings.NATS_URL = made.server.url()
    monkeypatch.setattr(door, "PATIENCE_S", 2.0)
    yield made
    made.kill()
    if opened := door._doors.pop(made.server.url(), None):
        opened.close()


@pytest.fixture
def token(transactional_db):
    owner = places.put_organisation(code="edge", kind="enterprise", name_zh="边缘")
    source = hub.Source.objects.create(
        key="edge", name_zh="边缘", owner=owner, expected_per_hour=60
    )
    made, secret = hub.issue(source=source, kind="http", at=AT)
    return f"{made.username}.{secret}"


@pytest.fixture
def gateway(tmp_path, live_server, token):
    (tmp_path / "token").write_text(token)
    running = []

    def start(*words):
        child = subprocess.Popen(
            [
                sys.executable, "-m", "chengan", "gateway", "--city", live_server.url,
                "--source", "edge", "--token-file", str(tmp_path / "token"),
                "--folder", str(tmp_path / "spool"), "--every", "0.05", *words,
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        running.append(child)
        return child

    yield start
    for child in running:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()


def put(url, lines):
    request = urllib.request.Request(url, data="\n".join(lines).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status


def rows(log):
    """The rows that are in the log, in order."""
    return [line for body in log.bodies() for line in body.decode().splitlines()[1:]]


@pytest.mark.services
def test_what_was_acknowledged_reaches_the_log_once_in_order_through_kills_of_both(log, gateway):
    sent = [f"ch4,{1_700_000_000 + n},{n}.0,ppm" for n in range(60)]
    child = gateway("--http", "0")
    url = child.stdout.readline().split()[-1]
    for n in range(20):
        assert put(url, [sent[n]]) == 202
    wait(lambda: len(rows(log)) == 20)
    log.kill()
    for n in range(20, 40):
        assert put(url, [sent[n]]) == 202
    child.send_signal(signal.SIGKILL)
    child.wait()
    child = gateway("--http", "0")
    url = child.stdout.readline().split()[-1]
    for n in range(40, 60):
        assert put(url, [sent[n]]) == 202
    log.start()
    wait(lambda: len(rows(log)) >= 60)
    assert rows(log) == sent


@pytest.mark.services
def test_a_broker_at_hand_is_heard_and_keeps_what_came_while_the_gateway_was_away(
    log, gateway, tmp_path
):
    (tmp_path / "password").write_text("secret")
    port = log.server.mqtt_port
    words = ["--mqtt", f"127.0.0.1:{port}", "--prefix", "site", "--mqtt-user", "chengan"]
    words += ["--mqtt-password-file", str(tmp_path / "password")]
    child = gateway(*words)
    device = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="device")
    device.username_pw_set("chengan", "secret")
    device.connect("127.0.0.1", port)
    device.loop_start()

    def say(text):
        device.publish("site/ch4/1", f'{{"t": 1700000000, "v": {text}}}', qos=1).wait_for_publish(9)

    def is_heard():
        say("1")
        return bool(rows(log))

    wait(is_heard)
    child.kill()
    child.wait()
    say("2")
    gateway(*words)
    wait(lambda: "ch4/1,1700000000,2," in rows(log))
    device.disconnect()
    device.loop_stop()


@pytest.mark.services
def test_lines_piped_in_are_sent_to_the_last_and_the_program_ends(log, gateway):
    child = gateway("--stdin")
    child.stdin.write("ch4,1700000000,1.0,ppm\nch4,1700000001,2.0,ppm\n")
    child.stdin.close()
    assert child.wait(SECONDS) == 0
    assert rows(log) == ["ch4,1700000000,1.0,ppm", "ch4,1700000001,2.0,ppm"]


def test_a_full_disk_is_said_to_the_device(tmp_path):
    from chengan.city.site.gateway.hearing import Door
    from chengan.city.site.gateway.spool import Spool

    spool = Spool(tmp_path / "spool", 120, drops_oldest=False)
    here = Door(spool, "127.0.0.1", 0)
    try:
        url = f"http://127.0.0.1:{here.port}/readings"
        assert put(url, ["ch4,1700000000,1.0,ppm"]) == 202
        with pytest.raises(urllib.error.HTTPError, match="507"):
            put(url, ["ch4,1700000000,1.0,ppm"] * 9)
    finally:
        here.close()
        spool.close()
