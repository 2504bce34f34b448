"""Reads of the journal: what came after a cursor, and whether the chain is whole."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chengan.city.journal import canonical
from chengan.city.journal.models import Entry, Head

CHUNK = 2000
MOVES_LOOKED_FOR = 500


@dataclass(frozen=True)
class Fault:
    """The entries `seq`…`last` were changed, are missing, or stand where they were not written."""

    seq: int
    last: int
    kind: Literal["changed", "missing", "moved"]
    detail: str = ""

    def __str__(self) -> str:
        span = f"{self.seq}" if self.seq == self.last else f"{self.seq}–{self.last}"
        return f"entry {span}: {self.kind}{f' ({self.detail})' if self.detail else ''}"


def after(seq: int, kinds: Collection[str] | None = None, limit: int = 1000) -> list[Entry]:
    """Facts after `seq` in order, at most `limit`; only of `kinds` when given."""
    facts = Entry.objects.filter(seq__gt=seq).order_by("seq")
    return list((facts.filter(kind__in=kinds) if kinds is not None else facts)[:limit])


def about(subject: str, most: int = 100) -> list[Entry]:
    """Return the newest facts about `subject` (like `alarm:17`), newest first."""
    return list(Entry.objects.filter(subject=subject).order_by("-seq")[:most])


def until(subjects: Collection[str], kinds: Collection[str], at: datetime) -> list[Entry]:
    """Facts of `kinds` about `subjects` that are true of a time up to `at`, oldest first."""
    found = Entry.objects.filter(subject__in=subjects, kind__in=kinds, at__lte=at)
    return list(found.order_by("at", "seq"))


def last_of_each(subjects: Collection[str], kinds: Collection[str], *, cause: str) -> list[Entry]:
    """Of each subject the newest fact of `kinds` whose data name `cause`."""
    found = Entry.objects.filter(subject__in=subjects, kind__in=kinds, data__cause=cause)
    return list(found.order_by("subject", "-seq").distinct("subject"))


def last_seq() -> int:
    """Number of the last fact; 0 when there is none."""
    return Head.objects.values_list("seq", flat=True).first() or 0


def verify() -> list[Fault]:
    """Every changed, missing or moved entry, by number; empty when the chain is whole.

    Streams the table in chunks. An entry rewritten together with its own hash is found by the
    link of the entry after it, a chain cut short by `Head`.
    """
    found: list[Fault] = []
    broken: list[Entry] = []
    before: Entry | None = None
    is_before_sound = True
    for entry in _stream():
        expected = before.seq + 1 if before else 1
        if entry.seq > expected:
            found.append(Fault(expected, entry.seq - 1, "missing"))
        is_sound = bytes(entry.hash) == _hash(entry, entry.seq)
        if not is_sound:
            broken.append(entry)
        elif entry.seq == expected and not _is_linked(entry, before) and is_before_sound:
            found.append(_rewritten(entry, before))
        before, is_before_sound = entry, is_sound
    found += [_changed_or_moved(entry, broken) for entry in broken]
    return sorted(found + _faults_at_the_end(before), key=lambda fault: fault.seq)


def _stream() -> Iterator[Entry]:
    seq = -(2**63)
    while chunk := after(seq, limit=CHUNK):
        yield from chunk
        seq = chunk[-1].seq


def _hash(entry: Entry, seq: int) -> bytes:
    return canonical.chained(
        seq=seq,
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        actor=entry.actor,
        data=entry.data,
        previous=bytes(entry.previous_hash),
    )


def _is_linked(entry: Entry, before: Entry | None) -> bool:
    return bytes(entry.previous_hash) == (bytes(before.hash) if before else canonical.ORIGIN)


def _rewritten(entry: Entry, before: Entry | None) -> Fault:
    seq = before.seq if before else entry.seq
    return Fault(seq, seq, "changed", "rewritten with a hash of its own")


def _changed_or_moved(entry: Entry, broken: list[Entry]) -> Fault:
    for other in broken[:MOVES_LOOKED_FOR]:
        if other.seq != entry.seq and bytes(entry.hash) == _hash(entry, other.seq):
            return Fault(entry.seq, entry.seq, "moved", f"written as entry {other.seq}")
    return Fault(entry.seq, entry.seq, "changed")


def _faults_at_the_end(last: Entry | None) -> list[Fault]:
    head = Head.objects.first()
    seq = last.seq if last else 0
    if head is None:
        return [Fault(seq, seq, "changed", "the head of the chain is missing")] if last else []
    if head.seq > seq:
        return [Fault(seq + 1, head.seq, "missing", "at the end of the chain")]
    if head.seq < seq:
        return [Fault(head.seq + 1, seq, "changed", "written round the journal")]
    if last and bytes(head.hash) != bytes(last.hash):
        return [Fault(seq, seq, "changed", "differs from the head of the chain")]
    return []
