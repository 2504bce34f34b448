"""The chain is broken on purpose; verify names the broken entry."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from chengan.city.journal import api as journal
from chengan.city.journal import canonical
from chengan.city.journal.models import Entry, Head

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def chain():
    """Nine facts, and the triggers that guard them switched off."""
    journal.append(
        journal.Fact("test.counted", f"thing:{i}", {"i": i, "v": i / 3}, START + timedelta(hours=i))
        for i in range(1, 10)
    )
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
    yield
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")


def named() -> list[tuple[int, int, str]]:
    return [(fault.seq, fault.last, fault.kind) for fault in journal.verify()]


def test_an_untouched_chain_is_whole(chain):
    assert journal.verify() == []
    assert journal.last_seq() == 9


def test_an_empty_journal_is_whole():
    assert journal.verify() == []


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"i": 4, "v": 99}},
        {"kind": "test.other"},
        {"subject": "thing:5"},
        {"actor": "somebody"},
        {"at": START},
        {"hash": bytes(32)},
        {"previous_hash": bytes(32)},
    ],
)
def test_a_changed_entry_is_named_whatever_was_changed(chain, change):
    Entry.objects.filter(seq=4).update(**change)
    assert named() == [(4, 4, "changed")]


def test_an_entry_rewritten_with_a_fresh_hash_is_named_by_the_link_after_it(chain):
    entry = Entry.objects.get(seq=4)
    entry.data = {"i": 4, "v": 0}
    entry.hash = canonical.chained(
        seq=4,
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        actor="",
        data=entry.data,
        previous=bytes(entry.previous_hash),
    )
    entry.save()
    assert named() == [(4, 4, "changed")]


def test_missing_entries_are_named_at_the_beginning_in_the_middle_and_at_the_end(chain):
    Entry.objects.filter(seq__in=[1, 4, 5, 8, 9]).delete()
    assert named() == [(1, 1, "missing"), (4, 5, "missing"), (8, 9, "missing")]


def test_two_exchanged_entries_are_both_named_as_moved(chain):
    Entry.objects.filter(seq=3).update(seq=-1)
    Entry.objects.filter(seq=6).update(seq=3)
    Entry.objects.filter(seq=-1).update(seq=6)
    assert named() == [(3, 3, "moved"), (6, 6, "moved")]
    assert str(journal.verify()[0]) == "entry 3: moved (written as entry 6)"


def test_an_entry_written_round_the_journal_is_named(chain):
    Head.objects.update(seq=8, hash=Entry.objects.get(seq=8).hash)
    assert named() == [(9, 9, "changed")]


def test_the_last_entry_rewritten_is_named_by_the_head(chain):
    last = Entry.objects.get(seq=9)
    last.actor = "x"
    last.hash = canonical.chained(
        seq=9,
        at=last.at,
        kind=last.kind,
        subject=last.subject,
        actor="x",
        data=last.data,
        previous=bytes(last.previous_hash),
    )
    last.save()
    assert named() == [(9, 9, "changed")]


def test_every_fault_is_named_also_across_chunks(chain, monkeypatch):
    monkeypatch.setattr("chengan.city.journal.selectors.CHUNK", 2)
    Entry.objects.filter(seq__in=[2, 7]).update(actor="x")
    Entry.objects.filter(seq=5).delete()
    assert named() == [(2, 2, "changed"), (5, 5, "missing"), (7, 7, "changed")]


def test_facts_are_read_in_order_after_a_cursor_and_by_kind(chain):
    assert [fact.seq for fact in journal.after(3, limit=2)] == [4, 5]
    assert journal.after(0, kinds=["none"]) == []
    assert [fact.seq for fact in journal.after(7, kinds=["test.counted"])] == [8, 9]


def test_the_last_of_each_is_the_newest_of_the_kinds_and_cause_asked_for():
    told = [("a", "began", "x"), ("b", "began", "x"), ("a", "ended", "x"), ("a", "began", "y")]
    journal.append(
        journal.Fact(f"test.{kind}", f"thing:{name}", {"cause": cause, "n": n}, START)
        for n, (name, kind, cause) in enumerate([*told, ("a", "noted", "x"), ("c", "began", "x")])
    )
    kinds = ("test.began", "test.ended")
    found = journal.last_of_each(["thing:a", "thing:b", "thing:d"], kinds, cause="x")
    assert [each.data["n"] for each in found] == [2, 1]
