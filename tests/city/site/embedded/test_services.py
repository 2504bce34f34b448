import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile

import psycopg
import pytest

from chengan.city.site.embedded import (
    Choices,
    environment_of,
    errors,
    folders,
    leftovers,
    nats,
    ports,
    start_services,
)
from chengan.city.site.embedded.folders import DataFolder
from chengan.city.site.embedded.process import Program
from chengan.city.site.embedded.services import _unstarted, silent

FAST = Choices(fast=True)


class Told:
    """Remembers what the progress callback is told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, step: str, state: str, _detail: str) -> None:
        self.lines.append((step, state))

    def done(self) -> list[str]:
        return [step for step, state in self.lines if state == "done"]


def execute(services, query):
    with psycopg.connect(services.database_url) as connection:
        return connection.execute(query)


def test_a_first_start_tells_every_step_and_a_second_keeps_the_data(tmp_path):
    told = Told()
    with start_services(tmp_path / "city", told, FAST) as first:
        execute(first, "CREATE TABLE kept AS SELECT 7 AS n")
    assert told.done() == ["folder", "ports", "database", "postgres", "nats", "mqtt"]
    again = Told()
    with start_services(tmp_path / "city", again, FAST) as second:
        assert execute(second, "SELECT n FROM kept").fetchone() == (7,)
    assert again.done() == ["folder", "ports", "postgres", "nats", "mqtt"]


def test_other_commands_find_the_services_by_a_private_file(services):
    path = services.data.run / "env.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = environment_of(services.data.root)
    assert found == services.environment()
    assert found["CHENGAN_DATABASE_URL"] == services.database_url
    assert found["CHENGAN_MQTT_PORT"] == str(services.mqtt_port)


def test_after_the_stop_nothing_runs_and_the_addresses_are_gone(tmp_path):
    running = start_services(tmp_path / "city", choices=FAST)
    assert running.stop() == []
    assert environment_of(tmp_path / "city") == {}
    assert leftovers.working_in(running.data.nats, "nats-server") == []
    assert leftovers.working_in(running.data.pg, "postgres") == []


def test_two_cities_do_not_share_a_folder_and_the_first_goes_on(services):
    with pytest.raises(errors.AlreadyRunning):
        start_services(services.data.root, choices=FAST)
    with psycopg.connect(services.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_busy_port_is_avoided_and_told(tmp_path):
    details = {}
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        busy = taken.getsockname()[1]
        choices = Choices(fast=True, wanted={"mqtt": busy})
        with start_services(
            tmp_path / "city", lambda *told: details.update({told[:2]: told[2]}), choices
        ) as running:
            assert running.mqtt_port != busy
            assert details["ports", "done"] == f"mqtt {busy} → {running.mqtt_port}"


def given(services, **changed):
    found = {
        "database_url": services.database_url,
        "nats_url": services.nats_url,
        "nats_system_url": services.nats_system_url,
        "mqtt_host": services.mqtt_host,
        "wanted": {"mqtt": services.mqtt_port},
    }
    return Choices(**found | changed)


def test_given_servers_are_used_and_none_is_started(services, tmp_path):
    told = Told()
    with start_services(tmp_path / "city", told, given(services)) as running:
        assert running.supervisor.charges == {}
        for name in ("database_url", "nats_url", "nats_system_url", "mqtt_host", "mqtt_port"):
            assert getattr(running, name) == getattr(services, name)
        assert "CHENGAN_NATS_SOURCES_FILE" not in running.environment()
    assert told.done() == ["folder", "ports", "given_postgres", "given_nats", "mqtt"]
    assert nats.greets(services.port("nats"))


def test_a_given_server_that_does_not_answer_is_named(services, tmp_path):
    nowhere = f"{ports.LOOPBACK}:{ports.any_free()}"
    lost = given(services, database_url=f"postgresql://a:secret@{nowhere}/c")
    with pytest.raises(errors.StartFailed, match="CHENGAN_DATABASE_URL does not answer") as caught:
        start_services(tmp_path / "city", choices=lost)
    assert "secret" not in str(caught.value)
    lost = given(services, nats_url=f"nats://a:secret@{nowhere}")
    with pytest.raises(errors.StartFailed, match="CHENGAN_NATS_URL does not let us in") as caught:
        start_services(tmp_path / "city", choices=lost)
    assert "secret" not in str(caught.value)


def test_a_failed_start_leaves_nothing_running_and_the_folder_free(tmp_path, monkeypatch):
    def broken(_server):
        raise errors.StartFailed("no")

    monkeypatch.setattr(nats, "prepare", broken)
    told = Told()
    with pytest.raises(errors.StartFailed):
        start_services(tmp_path / "city", told, FAST)
    assert told.lines[-1] == ("nats", "failed")
    monkeypatch.undo()
    assert leftovers.working_in(tmp_path / "city" / "pg", "postgres") == []
    with start_services(tmp_path / "city", choices=FAST):
        pass


def test_an_interrupted_start_leaves_nothing_running(tmp_path, monkeypatch):
    def interrupted(_server):
        raise KeyboardInterrupt

    monkeypatch.setattr(nats, "prepare", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start_services(tmp_path / "city", choices=FAST)
    assert leftovers.working_in(tmp_path / "city" / "pg", "postgres") == []


def test_a_second_interrupt_hastens_the_clean_up_and_does_not_tear_it(tmp_path):
    deaf = tmp_path / "deaf"
    script = f"trap '' TERM; touch {deaf}; while :; do sleep 600; done"
    data = folders.prepare(tmp_path / "city", least_free=0)
    (data.run / "env.json").write_text("{}")
    running = _unstarted(data, None, FAST)
    running.supervisor.start(
        Program(
            name="deaf", argv=["/bin/sh", "-c", script], log=data.log / "deaf.log",
            ready=deaf.exists, stop_within=600,
        )
    )  # fmt: skip
    ask, asked = running.supervisor.stop_one, []

    def interrupted(name):
        asked.append(name)
        signal.raise_signal(signal.SIGINT)
        return ask(name)

    running.supervisor.stop_one = interrupted
    with pytest.raises(KeyboardInterrupt), running:
        raise KeyboardInterrupt
    assert asked == ["deaf"]
    assert running.supervisor.charges["deaf"].child.exit_code == -signal.SIGKILL
    assert not (data.run / "env.json").exists()


def test_a_killed_service_comes_back_at_the_same_address(services):
    for name in ("postgres", "nats"):
        charge = services.supervisor.charges[name]
        os.kill(charge.child.pid, signal.SIGKILL)
        charge.child.process.wait()
        services.supervisor.revive(name)
        assert charge.state == "running"
    with psycopg.connect(services.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert nats.greets(services.port("nats"))


HOLD = """
import sys
from pathlib import Path
from chengan.city.site.embedded import Choices, process, start_services
process._dying_with_us = lambda _signal: []  # as on a system without setpriv
start_services(Path(sys.argv[1]), choices=Choices(fast=True))
print("up", flush=True)
sys.stdin.read()
"""


def test_what_a_killed_city_left_running_is_ended_at_the_next_start(tmp_path):
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "city"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert held.stdout.readline() == b"up\n"
    held.kill()
    held.communicate()
    data = DataFolder(tmp_path / "city")
    old = leftovers.working_in(data.nats, "nats-server")
    assert len(old) == 1
    assert leftovers.working_in(data.pg, "postgres")
    told = Told()
    with start_services(data.root, told, FAST) as running:
        assert "leftovers" in told.done()
        assert leftovers.working_in(data.nats, "nats-server") != old
        with psycopg.connect(running.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


AS_USER = """
import concurrent.futures.thread, email.parser, encodings.idna, os, sys
from pathlib import Path
import psycopg
from chengan.city.site.embedded import Choices, start_services
os.setgroups([]); os.setgid(54321); os.setuid(54321)
with start_services(Path(sys.argv[1]), choices=Choices(fast=True)) as running:
    with psycopg.connect(running.database_url) as connection:
        print(connection.execute("SELECT 1").fetchone(), os.stat(running.data.pg).st_uid)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_in_a_folder_of_its_own():
    home = tempfile.mkdtemp(dir="/var/tmp")
    os.chown(home, 54321, 54321)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_USER, f"{home}/城 city"],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    finally:
        shutil.rmtree(home)
    assert (done.stdout, done.returncode) == ("(1,) 54321\n", 0), done.stderr


def test_a_torn_address_file_is_no_address(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "env.json").write_text("{")
    assert environment_of(tmp_path) == {}


def test_progress_is_optional():
    assert silent("step", "done", "") is None
