"""A city as its keeper meets it: started, asked, filled, backed up while it works, brought back."""

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import paho.mqtt.client as mqtt
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.site import embedded
from chengan.city.site.embedded import leftovers

pytestmark = pytest.mark.timeout(900)
CHENGAN = [sys.executable, "-m", "chengan"]
OBJECTS = """key,name_zh,kind,lon,lat
m1,一号窨井,manhole,24.94,60.17
m2,二号窨井,manhole,24.941,60.171
m3,坏窨井,manhole,24.9x,60.17
"""


GIVEN = {}
"""Servers that the user names in the shell, by variable."""


def environment():
    """What a user's shell holds."""
    ours = ("CHENGAN_", "DJANGO_", "PYTEST_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | GIVEN


@contextlib.contextmanager
def servers_of_others(folder):
    """PostgreSQL and NATS that Chengan did not start; what it may know of them is in the shell."""
    with embedded.start_services(folder, choices=embedded.Choices(fast=True)) as theirs:
        (folder / "nats" / "internal.json").unlink()
        known = theirs.environment()
        del known["CHENGAN_DATA"], known["CHENGAN_SECRET_KEY"]
        GIVEN.update(known)
        try:
            yield known
        finally:
            GIVEN.clear()


def wait_for(holds, seconds=120):
    """Wait until `holds()` says something."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.5)
    return found


def asked(question):
    """The one figure that the given database answers."""
    with psycopg.connect(GIVEN["CHENGAN_DATABASE_URL"]) as records:
        return records.execute(question).fetchone()[0]


def run(*words):
    """Run a command; its end code and what it said."""
    done = subprocess.run(
        [*CHENGAN, *map(str, words)], env=environment(), capture_output=True, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@contextlib.contextmanager
def city(data, *words):
    """A running city; gives what it printed until its address."""
    said = data.with_suffix(".out")
    with said.open("wb") as out:
        child = subprocess.Popen(
            [*CHENGAN, "up", "--data", str(data), "--port", "0", *words],
            env=environment(), stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        wait_for(lambda: has_address(child, said), seconds=300)
        yield said.read_text()
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 0, said.read_text()
    finally:
        child.kill()
        child.wait()


def has_address(child, said):
    """Say whether the city has told its address; one that ended never will."""
    assert child.poll() is None, said.read_text()
    return re.search(r"http://127\.0\.0\.1:\d+/", said.read_text())


@pytest.fixture
def folder():
    """A folder that the services' own account may reach."""
    with tempfile.TemporaryDirectory(prefix="chengan-cli-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def stored(data):
    """How many readings the city of `data` has stored."""
    code = (
        "from pathlib import Path; import sys; from chengan.city.site.cli import running;"
        "running.connect(Path(sys.argv[1]));"
        "from chengan.city.sense.lake import history; from chengan.city.sense.models import *;"
        "print(sum(len(history.readings(s.pk, 0, 2**62).time) for s in Datastream.objects.all()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(data)], env=environment(), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return int(done.stdout.splitlines()[-1])


ISSUE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from chengan.city.site.cli import running
running.connect(Path(sys.argv[1]))
from chengan.city.hub import api as hub
made, secret = hub.issue(source=hub.sources_by_key()["gas"], kind="mqtt", at=datetime.now(UTC))
print(made.username, secret)
"""


def knocks(name, secret):
    """Say whether the given NATS lets a device in."""
    answers = queue.Queue()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="knock", protocol=mqtt.MQTTv311)
    client.username_pw_set(name, secret)
    client.on_connect = lambda *told: answers.put(not told[3].is_failure)
    client.connect("127.0.0.1", int(GIVEN["CHENGAN_MQTT_PORT"]))
    client.loop_start()
    try:
        return answers.get(timeout=20)
    finally:
        client.disconnect()
        client.loop_stop()


def test_on_given_servers_readings_become_alarms_and_devices_get_in(folder):
    data = folder / "city"
    with servers_of_others(folder / "theirs"), city(data) as said:
        assert "given PostgreSQL" in said
        assert "given NATS" in said
        assert not (data / "pg").exists()
        wait_for(lambda: asked("select count(*) from warn_alarm where category = 'safety'"))
        assert asked("select min(stored) from hub_counter where road = 'replay'") > 0
        made = subprocess.run(
            [sys.executable, "-c", ISSUE, str(data)], env=environment(), check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        name, secret = made.stdout.split()
        wait_for(lambda: knocks(name, secret))
        assert not knocks(name, "wrong")
        code, told = run("doctor", "--data", data)
        assert (code, "PostgreSQL 18" in told) == (0, True), told


def test_a_city_is_filled_backed_up_at_work_and_brought_back(folder):
    first, second, file = folder / "first", folder / "second", folder / "city.tar"
    objects = folder / "objects.csv"
    objects.write_text(OBJECTS, encoding="utf-8")
    with city(first) as said:
        assert "duty" in said
        code, told = run("doctor", "--data", first, "--json")
        findings = {each["name"]: each for each in json.loads(told[told.index("[") :])}
        assert code == 0, told
        assert {"runner", "PostgreSQL", "NATS READINGS"} <= set(findings)
        how = ("--owner", "gas", "--namespace", "t", "--by", "admin", "--data", first)
        code, told = run("import", "places", objects, *how)
        assert (code, "created 2" in told, "refused 1" in told) == (1, True, True), told
        before = stored(first)
        code, told = run("backup", file, "--data", first)
        assert code == 0, told
        assert stored(first) >= before > 0
    assert file.stat().st_mode & 0o077 == 0
    code, told = run("restore", file, "--data", second, "--yes")
    assert code == 0, told
    with city(second):
        assert run("journal", "verify", "--data", second)[0] == 0
        assert stored(second) >= before
        code, told = run("import", "places", objects, *how[:-1], second)
        assert "unchanged 2" in told, told


def test_ctrl_c_in_the_middle_of_a_first_start_leaves_nothing_running(folder):
    data, said = folder / "city", folder / "city.out"
    with said.open("wb") as out:
        child = subprocess.Popen(
            [*CHENGAN, "up", "--data", str(data), "--port", "0"],
            env=environment(), stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    wait_for(lambda: "database structure" in said.read_text())
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 130, said.read_text()
    assert "interrupted, everything is stopped" in said.read_text()
    assert "Traceback" not in said.read_text()
    assert leftovers.working_in(data / "pg", "postgres") == []
    assert leftovers.working_in(data / "nats", "nats-server") == []
    assert embedded.environment_of(data) == {}


def test_without_a_city_every_command_says_what_to_do(folder):
    for words in (["doctor"], ["journal", "verify"], ["user", "list"], ["backup", folder / "x"]):
        code, told = run(*words, "--data", folder / "none")
        assert code in {1, 3}, told
        assert "chengan up" in told


def test_something_else_is_no_backup(folder):
    other = folder / "other.tar"
    other.write_bytes(b"not a backup")
    code, told = run("restore", other, "--data", folder / "none", "--yes")
    assert (code, "✗" in told) == (1, True)


def test_a_backup_of_a_newer_chengan_changes_nothing(folder):
    newer = folder / "newer.tar"
    about = folder / "backup.json"
    about.write_text(json.dumps({"format": 1, "chengan": "99.0.0"}))
    with tarfile.open(newer, "w") as archive:
        archive.add(about, "backup.json")
    code, told = run("restore", newer, "--data", folder / "none", "--yes")
    assert (code, "99.0.0" in told) == (1, True)
    assert not (folder / "none" / "pg").exists()
