"""A pipe is named from fallen pressures by a network's own model."""

from pathlib import Path

import numpy as np
import pytest

from chengan.city.assess import errors
from chengan.city.assess.engines import leak, process
from chengan.city.assess.models import NetworkFile
from chengan.city.assess.services import leaks
from chengan.city.places import api as places
from chengan.city.places.models import Network
from chengan.core.errors import OutOfRange

NET1 = Path(__file__).parent / "data" / "Net1.inp"
NODES = ["11", "13", "21", "23", "32"]


@pytest.fixture
def network(db, monkeypatch):
    """EPANET's Net1, its engine in this process."""
    monkeypatch.setattr(
        process, "ask", lambda _name, question, _limits, tell: leak.ask(question, tell)
    )
    monkeypatch.setattr(leaks, "_known", {})
    owner = places.put_organisation(code="water", kind="enterprise", name_zh="供水公司")
    made = Network.objects.create(code="n1", name_zh="管网", medium="water", owner=owner)
    NetworkFile.objects.create(
        network=made, owner=owner, name_zh="管网", engine="water", text=NET1.read_text("utf-8")
    )
    return made.pk


def pressures(network, node):
    """Forty days of five sensors, in kPa; on the last two a leak at `node`."""
    text = NetworkFile.objects.get(network=network).text
    answer = leak.ask({"text": text, "sensors": NODES})
    lost = np.array(answer["lost_m"][answer["junctions"].index(node)])
    days = 300.0 + np.random.default_rng(2).normal(0.0, 0.05, (40, 5))
    days[-2:] -= 9.8 * lost
    return days


def test_the_pipe_named_first_ends_where_the_leak_is(network):
    heard: list[float] = []
    model = leaks.leak_model(network)
    days = with_unknown(network, "23")
    found = leaks.likely_pipes(model, [*NODES, "nowhere"], days, heard.append)
    first, *others = found.pipes
    assert (found.sensors, model.name_zh) == (5, "管网")
    assert heard == sorted(heard) and 0.8 < heard[-1] < 1.0  # before each of nine junctions
    assert first.pipe in {"22", "113"}  # the pipes of Net1 that end at 23
    assert first.share > others[0].share >= others[-1].share
    assert first.share + sum(each.share for each in others) == pytest.approx(1.0)


def with_unknown(network, node):
    return np.column_stack([pressures(network, node), np.full(40, 300.0)])


def test_what_is_not_known_is_said(network):
    model = leaks.leak_model(network)
    with pytest.raises(OutOfRange, match="there are 20"):
        leaks.likely_pipes(model, NODES, pressures(network, "23")[20:], print)
    with pytest.raises(errors.EngineFailed):
        leaks.likely_pipes(model, NODES[:2], pressures(network, "23")[:, :2], print)
    with pytest.raises(errors.EngineFailed):
        leaks.leak_model(network + 1)


def test_a_model_that_cannot_be_run_in_time_is_refused_before_it_is_run(network, monkeypatch):
    """Net1 has nine junctions, whatever its comments and empty lines."""
    text = NetworkFile.objects.get(network=network).text
    assert leaks.junctions(text) == 9
    assert leaks.junctions("[TITLE]\na\n[junctions]\n;ID\n\n a 0 ; b\n b 0\n[PIPES]\n p") == 2
    monkeypatch.setattr(leaks, "MOST_JUNCTIONS", 9)
    assert leaks.leak_model(network).text == text
    monkeypatch.setattr(leaks, "MOST_JUNCTIONS", 8)
    with pytest.raises(errors.EngineFailed, match=r"9 个节点.*8 个"):
        leaks.leak_model(network)
