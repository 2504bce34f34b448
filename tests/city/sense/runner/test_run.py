"""Trouble ends a session, never the runner; the number of partitions is settled once."""

import threading

import pytest

from chengan.city.hub import api as hub
from chengan.city.sense.models import Checkpoint
from chengan.city.sense.runner import run
from chengan.city.sense.runner.holding import PartitionsChanged, agree


def test_after_trouble_the_runner_begins_again(monkeypatch, transactional_db):
    begun, stop = [], threading.Event()

    def session(stop, number, here):
        begun.append(number)
        if len(begun) == 4:
            stop.set()
            return
        raise hub.LogUnreachable("away")

    monkeypatch.setattr(run, "_session", session)
    monkeypatch.setattr(run, "PAUSE_S", 0.01)
    guard = threading.Timer(5, stop.set)
    guard.start()
    run.run_runner(stop)
    guard.cancel()
    assert begun == [0, 0, 0, 0]


def test_every_partition_has_a_thread(monkeypatch, settings, transactional_db):
    begun, stop, settings.PARTITIONS = [], threading.Event(), 3

    def session(stop, number, here):
        begun.append(number)
        if len(set(begun)) == 3:
            stop.set()
        stop.wait(5)

    monkeypatch.setattr(run, "_session", session)
    run.run_runner(stop)
    assert sorted(begun) == [0, 1, 2]
    assert sorted(Checkpoint.objects.values_list("partition", flat=True)) == [0, 1, 2]


@pytest.mark.django_db
def test_another_number_of_partitions_is_refused_later():
    agree(2)
    agree(2)
    with pytest.raises(PartitionsChanged, match="begun with 2"):
        agree(3)


def test_here_counts_what_is_worked_on():
    here = run.Here()
    with here.one_more(), here.one_more():
        assert here() == 2
    assert here() == 0
