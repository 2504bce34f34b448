"""Facts are appended in order of commits; nobody changes or deletes them."""

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from chengan.city.journal import api as journal
from chengan.city.journal.models import Entry

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def fact(**changes):
    return journal.Fact(**{"kind": "a.b", "subject": "x:1", "data": {"n": 1}, "at": AT, **changes})


@pytest.mark.django_db
def test_numbers_follow_on_without_gaps():
    assert journal.append([fact(), fact()]) == 2
    assert journal.append([fact()]) == 3
    assert journal.append([]) == 3
    entries = list(Entry.objects.order_by("seq"))
    assert bytes(entries[0].previous_hash) == bytes(32)
    assert bytes(entries[2].previous_hash) == bytes(entries[1].hash)


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", ["update", "delete", "sql"])
def test_the_database_refuses_to_change_or_delete_an_entry(attempt):
    journal.append([fact()])
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        if attempt == "update":
            Entry.objects.update(actor="x")
        elif attempt == "delete":
            Entry.objects.all().delete()
        else:
            with connection.cursor() as sql:
                sql.execute("UPDATE journal_entry SET kind = 'z'")
    assert journal.verify() == []


@pytest.mark.django_db
def test_a_thousand_facts_are_one_insert(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert journal.append(fact(data={"i": i}) for i in range(1000)) == 1000
    assert journal.verify() == []


@pytest.mark.django_db
def test_a_cursor_moves_forward_only():
    with transaction.atomic():
        assert journal.cursor("warn") == 0
        journal.advance("warn", 5)
        assert journal.cursor("warn") == 5
    with pytest.raises(journal.BackwardCursor):
        journal.advance("warn", 4)
    with pytest.raises(journal.BackwardCursor):
        journal.advance("nobody", 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad",
    [
        {"at": datetime(2026, 3, 1)},
        {"data": {"v": float("nan")}},
        {"data": {1: 2}},
        {"data": {"v": b"x"}},
        {"data": "a\0b"},
    ],
)
def test_what_cannot_be_written_down_exactly_is_refused(bad):
    with pytest.raises(journal.NotAFact):
        journal.append([fact(**bad)])
    assert journal.last_seq() == 0


@pytest.mark.django_db
def test_a_rolled_back_fact_leaves_no_gap():
    journal.append([fact()])
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.append([fact()])
        raise RuntimeError
    assert journal.append([fact()]) == 2
    assert journal.verify() == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_is_woken_by_an_append():
    try:
        assert journal.wait_for_news(0)
        assert not journal.wait_for_news(0.01)
        journal.append([fact()])
        assert journal.wait_for_news(5)
    finally:
        journal.stop_listening()
