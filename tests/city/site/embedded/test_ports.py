import os
import socket
import subprocess
import sys

import pytest

from chengan.city.site.embedded import errors, folders, ports


@pytest.fixture
def data(tmp_path):
    return folders.prepare(tmp_path / "city")


@pytest.fixture
def busy():
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        yield taken.getsockname()[1]


def test_a_free_wanted_port_is_taken(data):
    free = ports.any_free()
    assert ports.pick("web", data, wanted=free) == ports.Pick("web", free, busy=None)


def test_a_busy_port_is_replaced_and_named(data, busy):
    pick = ports.pick("web", data, wanted=busy)
    assert pick.port != busy
    assert pick.busy == busy
    assert ports.is_free(pick.port)


def test_the_default_is_preferred_at_first(data, monkeypatch):
    free = ports.any_free()
    monkeypatch.setitem(ports.DEFAULTS, "web", free)
    assert ports.pick("web", data) == ports.Pick("web", free, busy=None)


def test_a_restart_keeps_its_port(data, monkeypatch, busy):
    monkeypatch.setitem(ports.DEFAULTS, "web", busy)
    first = ports.pick("web", data)
    ports.remember(data, [first])
    assert ports.pick("web", data) == first


def test_a_kept_port_that_became_busy_gives_way_to_the_default(data, monkeypatch, busy):
    free = ports.any_free()
    monkeypatch.setitem(ports.DEFAULTS, "web", free)
    ports.remember(data, [ports.Pick("web", busy)])
    assert ports.pick("web", data).port == free


def test_remembering_one_service_keeps_the_others(data):
    ports.remember(data, [ports.Pick("web", 8001)])
    ports.remember(data, [ports.Pick("nats", 4223)])
    assert ports.remembered(data) == {"web": 8001, "nats": 4223}


def test_a_torn_memory_is_no_memory(data):
    (data.run / "ports.json").write_text("{")
    assert ports.remembered(data) == {}


def test_zero_asks_for_any_port_and_two_services_never_share_one(data):
    picked = ports.pick("web", data, wanted=0)
    assert picked.busy is None
    assert ports.pick("nats", data, wanted=picked.port, but=[picked.port]).port != picked.port


def test_an_address_of_another_machine_is_refused(data):
    with pytest.raises(errors.NoFreePort, match=r"192\.0\.2\.1"):
        ports.pick("mqtt", data, wanted=0, host="192.0.2.1")


CLAIM = """
import sys
from chengan.city.site.embedded import ports
print(ports.claim(int(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def test_a_port_that_another_city_has_chosen_is_left_to_it_until_it_ends(data):
    free = ports.any_free()
    ports.let_go([ports.Pick("web", free)])
    other = subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(free)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert other.stdout.readline() == b"True\n"
    pick = ports.pick("web", data, wanted=free)
    assert (pick.port != free, pick.busy) == (True, free)
    other.kill()
    other.communicate()
    assert ports.pick("web", data, wanted=free) == ports.Pick("web", free)


def test_where_no_file_can_be_kept_every_port_may_be_had(tmp_path, monkeypatch):
    monkeypatch.setattr(ports.tempfile, "gettempdir", lambda: str(tmp_path / "none"))
    assert ports.claim(1)
    assert 1 not in ports.CLAIMED
