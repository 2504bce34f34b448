"""One partition has one runner, and trouble does not leave its lock behind."""

import threading

import pytest
from django.db import connection, connections

from chengan.city.hub import api as hub
from chengan.city.sense.runner import run


@pytest.fixture
def spare(transactional_db):
    """A second connection that waits in the pool, as after a busy minute."""
    held = connections.create_connection("default")
    held.ensure_connection()
    held.close()


@pytest.mark.usefixtures("spare")
def test_after_trouble_the_same_runner_gets_its_partition_back(monkeypatch):
    begun, stop = [], threading.Event()

    def session(stop, number):
        begun.append(number)
        if len(begun) == 4:
            stop.set()
            return
        raise hub.LogUnreachable("away")

    monkeypatch.setattr(run, "_session", session)
    monkeypatch.setattr(run, "PAUSE_S", 0.01)
    guard = threading.Timer(5, stop.set)
    guard.start()
    run.run_runner(stop, number=7)
    guard.cancel()
    assert begun == [7, 7, 7, 7]


@pytest.mark.usefixtures("spare")
def test_nobody_else_gets_it_meanwhile_and_everybody_afterwards():
    other = connections.create_connection("default")

    def is_free():
        with other.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [run.LOCK + 8])
            return cursor.fetchone()[0]

    try:
        assert run._is_alone(8)
        assert not is_free()
        run._let_go()
        assert is_free()
    finally:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock_all()")
        other.close()
    assert connection.is_usable() or connection.connection is None
