"""The doctor finds each fault and says what to do about it."""

import json
import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chengan.city.site.cli import doctor
from chengan.city.site.cli.main import app
from chengan.city.site.embedded import ports

Usage = namedtuple("Usage", "total used free")


def faults(findings):
    return {each.name: each.advice for each in findings if each.advice}


@pytest.fixture
def city(tmp_path):
    """A data folder on which a web child is said to run."""
    run = tmp_path / "run"
    run.mkdir()
    (run / "env.json").write_text(json.dumps({"CHENGAN_DATA": str(tmp_path)}))
    line = {"pid": os.getpid(), "ticks": None, "state": "running", "restarts": 0}
    (run / "status.json").write_text(json.dumps({"web": line}))
    return tmp_path


def test_an_old_python_is_a_fault(monkeypatch):
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.10.1")
    assert "3.11" in faults(doctor.versions())["Python"]
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.13.0")
    assert faults(doctor.versions()) == {}


def test_a_full_disk_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(9, 9, doctor.LEAST_FREE))
    assert "free some space" in doctor.disk(tmp_path / "not" / "there").advice
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(9, 9, doctor.LEAST_FREE + 1))
    assert doctor.disk(tmp_path).advice == ""


def test_a_data_folder_of_another_version_is_a_fault(tmp_path):
    assert list(doctor.data_version(tmp_path)) == []
    (tmp_path / "VERSION").write_text("1\n")
    assert faults(doctor.data_version(tmp_path)) == {}
    (tmp_path / "VERSION").write_text("99\n")
    assert "restore" in faults(doctor.data_version(tmp_path))["数据格式 data format"]


def test_a_port_on_which_a_running_child_does_not_listen_is_a_fault(city):
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        (city / "run" / "ports.json").write_text(json.dumps({"web": port}))
        assert [(each.seen, each.advice) for each in doctor.ports(city)] == [("listens", "")]
    (name, advice), *others = faults(doctor.ports(city)).items()
    assert (f"web {port}" in name, "web.log" in advice, others) == (True, True, [])


def test_a_busy_port_of_a_city_that_does_not_run_is_no_fault(tmp_path, monkeypatch):
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        monkeypatch.setattr(ports, "DEFAULTS", {"web": taken.getsockname()[1]})
        (found,) = doctor.ports(tmp_path)
    assert ("another" in found.seen, found.advice) == (True, "")


def test_a_dead_child_is_a_fault_and_its_log_is_named(city):
    (advice,) = faults(doctor.children(city)).values()
    assert advice.endswith("web.log")
    assert "chengan up" in faults(doctor.children(city / "none"))["进程 processes"]


def test_a_clock_behind_the_programs_own_files_is_a_fault(monkeypatch):
    assert doctor.own_clock().advice == ""
    made = Path(doctor.__file__).stat().st_mtime
    monkeypatch.setattr(doctor.time, "time", lambda: made - 2 * doctor.DAY_S)
    assert "NTP" in doctor.own_clock().advice


def test_a_clock_apart_from_the_databases_is_a_fault(monkeypatch):
    assert faults(doctor.database()) == {}
    now = doctor.time.time()
    monkeypatch.setattr(doctor.time, "time", lambda: now + 60)
    assert "NTP" in faults(doctor.database())["时钟 clock"]


def test_services_that_do_not_answer_are_faults(monkeypatch):
    nowhere = f"127.0.0.1:{ports.any_free()}"
    monkeypatch.setenv("CHENGAN_DATABASE_URL", f"postgresql://a:b@{nowhere}/c")
    monkeypatch.setenv("CHENGAN_NATS_URL", f"nats://a:b@{nowhere}")
    assert "CHENGAN_DATABASE_URL" in faults(doctor.database())["PostgreSQL"]
    assert "CHENGAN_NATS_URL" in faults(doctor.log())["NATS"]


def test_every_fault_is_printed_with_its_cure_and_the_end_code_is_1(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("CHENGAN_")]:
        monkeypatch.delenv(name)
    done = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)])
    assert (done.exit_code, "→" in done.output, "chengan up" in done.output) == (1, True, True)
    done = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert any(each["advice"] for each in json.loads(done.output))
