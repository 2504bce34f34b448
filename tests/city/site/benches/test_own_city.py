"""The benches that start a city of their own, run small, as a user runs them."""

import json
import os
import subprocess
import sys

import pytest

from chengan.city.site.cli import bench

SMALL = {
    "ingest": ["minutes=0.03", "bridges=2", "seconds=0.3"],
    "kill": ["kills=4", "pause=0.5"],
    "takeover": ["kills=2", "pause=0.2", "wells=5"],
    "latency": ["alarms=3", "rate=10000", "pause=0.2", "bridges=2"],
}

pytestmark = pytest.mark.timeout(600)


def run(name):
    """Run a bench in a process of its own; its figures."""
    ours = ("CHENGAN_", "DJANGO_", "PYTEST_")
    tidy = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-m", "chengan", "bench", name, *SMALL[name]],
        check=False,
        env=tidy,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_what_is_tried_here_has_a_city_of_its_own():
    assert set(SMALL) <= bench.OWN_CITY <= set(bench.names())


def test_ingest_counts_until_the_last_reading_is_stored():
    figures = run("ingest")
    assert figures["stored"] == figures["received"] == figures["sent"] > 0
    assert figures["readings_per_s"] > 0
    assert figures["minutes"] >= 0.03
    assert figures["mqtt_single_per_s"] > 0
    assert figures["senml_per_s"] > 0
    assert figures["rss_mib_end"] > figures["cores"]["runner"] >= 0


def test_a_kill_of_each_loses_and_doubles_nothing():
    figures = run("kill")
    assert figures["kills"] == 4
    assert figures["acknowledged"] > 400
    assert figures["alarms"] > 0
    assert figures["lost"] == figures["doubled"] == figures["chain_faults"] == 0
    assert figures["never_acknowledged"] == 0


def test_a_killed_node_or_worker_loses_and_doubles_nothing():
    figures = run("takeover")
    assert figures["kills"] == 2
    assert figures["acknowledged"] > 0
    assert figures["alarms"] > 0
    assert figures["lost"] == figures["doubled"] == figures["chain_faults"] == 0


def test_latency_sees_every_alarm_on_the_screen():
    figures = run("latency")
    assert figures["never_seen"] == 0
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert figures["at_readings_per_s"] > 0
