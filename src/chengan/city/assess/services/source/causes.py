"""Takes facts with a cause out of the journal, by a cursor of its own; each fact once.

Which kinds count, and where the cause and the object stand in their data, is the table `TAKEN`;
a later stage's facts count as soon as it states them.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from chengan.city.assess.models import CauseFact
from chengan.city.journal import api as journal
from chengan.city.places import api as places

READER: Final = "assess.causes"


TAKEN: Final = {
    "warning.judged": "event_type",
    "warning.received": "event_type",
    "command.incident.opened": "incident_kind",
    "close.danger.judged": "cause",
}
"""Kinds of facts, and the field of their data that names the cause."""
SAME: Final = {
    "burst_main": "water_supply",
    "bridge_limit": "bridge",
    "flooded_underpass": "waterlogging",
    "chemical_release": "hazardous_chemicals",
}
"""Kinds of incidents that are called otherwise than the warnings of the same cause."""
FOLLOWS: Final = ("warning", "alarm")
"""Origins of an incident that is counted already, as the warning it came from."""


def follow(at: datetime, most: int = 1000) -> int:
    """Take in the next facts; give how many had a cause."""
    with transaction.atomic():
        entries = journal.after(journal.cursor(READER), limit=most)
        made = [fact for entry in entries if (fact := _read(entry))]
        CauseFact.objects.bulk_create(made, ignore_conflicts=True)
        if entries:
            journal.advance(READER, entries[-1].seq)
    return len(made)


def _read(entry: journal.Entry) -> CauseFact | None:
    data = entry.data
    named = str(data.get(TAKEN.get(entry.kind, ""), "")).replace("-", "_")[:60]
    cause = SAME.get(named, named)
    if not cause or data.get("is_drill") or data.get("is_exercise"):
        return None
    if entry.kind.startswith("command.") and data.get("origin") in FOLLOWS:
        return None
    found = data.get("object") or data.get("city_object")
    known = places.CityObject.objects.filter(pk=found).first() if isinstance(found, int) else None
    return CauseFact(
        seq=entry.seq,
        kind=entry.kind,
        subject=entry.subject,
        at=entry.at,
        cause=cause,
        severity=int(data.get("severity") or data.get("level") or 0),
        city_object=known,
        is_sample=bool(data.get("is_sample") or (known and known.is_sample)),
    )
