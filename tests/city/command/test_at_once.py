"""Two officers press at the very same moment, each on a connection of their own."""

import threading

import pytest
from django.db import connection

from chengan.city.command import api as command
from chengan.city.command.errors import CommandError
from chengan.city.command.models import Activation, Task
from chengan.city.command.services import activating, changing
from chengan.city.journal import api as journal

from .conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)


def both(work):
    """Do `work(name)` in two threads that begin together; what each gave or was told."""
    start, said = threading.Barrier(2), {}

    def run(name):
        start.wait()
        try:
            said[name] = work(name)
        except CommandError as error:
            said[name] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("first", "second")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return list(said.values())


def test_of_two_at_once_one_activates_and_one_closes(town):
    case, plan = town.open(), town.plan()
    made = both(lambda by: activating.activate(incident=case, plan=plan, by=by, at=AT))
    assert sorted(is_new for _row, is_new in made) == [False, True]
    assert Activation.objects.count() == 1
    assert Task.objects.filter(code="shut-off").count() == 1
    closed = both(
        lambda by: changing.close(incident=case, note="完毕", by=by, at=AT, cancel_rest=True)
    )
    assert sorted(type(each).__name__ for each in closed) == ["NoneType", "NotOpen"]
    kinds = [each.kind for each in journal.about(f"incident:{case.pk}")]
    assert kinds.count("command.incident.closed") == 1
    assert command.Incident.objects.get().status == "closed"
