"""The log of an incident with those merged into it, in order, as lines to read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from chengan.city.command import words
from chengan.city.command.models import Incident
from chengan.city.journal import api as journal

MOST = 5000


@dataclass(frozen=True)
class Line:
    """One fact: when, who, what, and what was said of it."""

    seq: int
    at: datetime
    actor: str
    kind: str
    word: str
    text: str
    data: dict[str, Any]
    incident: Incident


def lines(incident: Incident, most: int = MOST) -> list[Line]:
    """Give the newest `most` facts about the incident and those merged into it, newest first."""
    cases = [incident, *_parts(incident)]
    found = [
        _line(entry, case)
        for case in cases
        for entry in journal.about(f"incident:{case.pk}", most=most)
    ]
    return sorted(found, key=lambda each: -each.seq)[:most]


def _parts(incident: Incident) -> list[Incident]:
    found: list[Incident] = []
    for each in incident.parts.order_by("number"):
        found += [each, *_parts(each)]
    return found


def _line(entry: journal.Entry, case: Incident) -> Line:
    is_chinese = (get_language() or "zh").startswith("zh")
    kind = entry.kind.removeprefix("command.")
    return Line(
        seq=entry.seq,
        at=entry.at,
        actor="" if entry.actor in {"command", "warn"} else entry.actor,
        kind=kind,
        word=words.fact(kind),
        text=words.said(entry.data, is_chinese=is_chinese),
        data=entry.data,
        incident=case,
    )
