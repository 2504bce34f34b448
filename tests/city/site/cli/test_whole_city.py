"""A city as its keeper meets it: started, asked, filled, backed up while it works, brought back."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import pytest

CHENGAN = [sys.executable, "-m", "chengan"]
OBJECTS = """key,name_zh,kind,lon,lat
m1,一号窨井,manhole,24.94,60.17
m2,二号窨井,manhole,24.941,60.171
m3,坏窨井,manhole,24.9x,60.17
"""


def environment():
    """What a user's shell holds."""
    ours = ("CHENGAN_", "DJANGO_", "PYTEST_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}


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
    end = time.monotonic() + 120
    while not re.search(r"http://127\.0\.0\.1:\d+/", said.read_text()):
        assert child.poll() is None, said.read_text()
        assert time.monotonic() < end, said.read_text()
        time.sleep(0.2)
    yield said.read_text()
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 0, said.read_text()


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
