"""Writes of the journal: append facts, move a reader's cursor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from chengan.city.journal import canonical
from chengan.city.journal.errors import BackwardCursor
from chengan.city.journal.models import Cursor, Entry, Head

CHANNEL = "journal"
LOCK = 0x6A6F75726E616C  # "journal" in ASCII: the advisory lock that puts commits in order


@dataclass(frozen=True)
class Fact:
    """Something that happened: `kind` like `warn.alarm.raised`, `subject` like `alarm:17`."""

    kind: str
    subject: str
    data: dict[str, Any]
    at: datetime
    actor: str = ""


def append(facts: Iterable[Fact]) -> int:
    """Chain `facts` to the journal in the caller's transaction; give the last number.

    The lock is held until the caller commits, so the order of numbers is the order of commits.

    Raises
    ------
    NotAFact
        For a time without zone, or data that JSON cannot hold.
    """
    wanted = list(facts)
    with transaction.atomic():
        _lock()
        head = Head.objects.first() or Head(seq=0, hash=canonical.ORIGIN)
        if not wanted:
            return head.seq
        entries = _chain(wanted, head)
        Entry.objects.bulk_create(entries)
        head.seq, head.hash = entries[-1].seq, entries[-1].hash
        head.save()
        with connection.cursor() as sql:
            sql.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(entries[-1].seq)])
    return entries[-1].seq


def cursor(reader: str) -> int:
    """Number that `reader` has reached; its row stays locked until the transaction ends."""
    Cursor.objects.bulk_create([Cursor(reader=reader)], ignore_conflicts=True)
    return Cursor.objects.select_for_update().get(reader=reader).seq


def advance(reader: str, seq: int) -> None:
    """Record that `reader` has taken in every fact up to `seq`.

    Raises
    ------
    BackwardCursor
        If the reader was further already, or has no cursor.
    """
    if not Cursor.objects.filter(reader=reader, seq__lte=seq).update(seq=seq):
        raise BackwardCursor(f"{reader} cannot go to {seq}: read its cursor first, go forward only")


def _lock() -> None:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _chain(facts: list[Fact], head: Head) -> list[Entry]:
    entries, previous = [], bytes(head.hash)
    for seq, fact in enumerate(facts, start=head.seq + 1):
        entry = Entry(seq=seq, previous_hash=previous, **vars(fact))
        entry.hash = previous = canonical.chained(seq=seq, previous=previous, **vars(fact))
        entries.append(entry)
    return entries
