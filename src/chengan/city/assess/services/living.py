"""Facts raise and lower risks under the rules in force; from the app's own cursor.

Facts and cursor move in one transaction, and a raise is known by risk, rule and fact, so a fact
told twice raises once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chengan.city.assess.models import LevelChange, LivingRule, Raise, Rating
from chengan.city.assess.services import levels
from chengan.city.journal import api as journal
from chengan.city.sense import api as sense

READER: Final = "assess"
OWN: Final = "assess.level."
MOST_RISKS: Final = 50_000


Finder = Callable[[dict[str, Any], dict[str, Any]], Iterable[int]]


@dataclass(frozen=True)
class Touch:
    """What one fact does under one rule."""

    begins: bool
    key: str
    risks: frozenset[int]
    severity: int | None


def take_facts(at: datetime, most: int = 500) -> int:
    """Take in the next facts; give how many there were."""
    with transaction.atomic():
        seq = journal.cursor(READER)
        entries = journal.after(seq, limit=most)
        rules = list(LivingRule.objects.filter(retired_at=None, is_active=True).order_by("code"))
        for entry in entries:
            if not entry.kind.startswith(OWN):
                for rule in rules:
                    _apply(rule, entry)
        if entries:
            journal.advance(READER, entries[-1].seq)
    return len(entries)


def _apply(rule: LivingRule, entry: journal.Entry) -> None:
    touch = touched(rule.definition, entry)
    if touch is None:
        return
    ended = _end(rule, touch.key, entry)
    if not touch.begins:
        levels.settle(ended, at=entry.at, why=LevelChange.Why.LOWERED, note=_why(rule, entry))
        return
    found = rule.definition
    until = entry.at + timedelta(hours=float(found["hours"]))
    Raise.objects.bulk_create(
        [
            Raise(
                risk_id=risk,
                rule=rule,
                key=touch.key,
                fact_seq=entry.seq,
                raise_by=found["raise_by"],
                at_least=found["at_least"],
                why=_why(rule, entry)[:300],
                from_at=entry.at,
                until_at=until,
            )
            for risk in sorted(touch.risks)
        ],
        ignore_conflicts=True,
    )
    levels.settle(
        ended | touch.risks, at=entry.at, why=LevelChange.Why.RAISED, note=_why(rule, entry)
    )


def _end(rule: LivingRule, key: str, entry: journal.Entry) -> set[int]:
    """End what earlier facts began."""
    going = Raise.objects.filter(
        rule__code=rule.code, key=key, ended_at=None, fact_seq__lt=entry.seq
    )
    found = set(going.values_list("risk_id", flat=True))
    going.update(ended_at=entry.at)
    return found


def _why(rule: LivingRule, entry: journal.Entry) -> str:
    return f"{rule.name_zh} · {rule.name_en} ({entry.kind} #{entry.seq}, {entry.subject})"


def touched(
    definition: dict[str, Any], entry: journal.Entry, find: Finder | None = None
) -> Touch | None:
    """Say what a fact does under a rule; None when the rule is not about it.

    `find` gives the risks that a fact is about; `risks_of` when not given. A begin below the
    rule's least severity ends what its key began; an exercise raises nothing.
    """
    begins, ends = entry.kind in definition["begins"], entry.kind in definition["ends"]
    if not begins and not ends:
        return None
    data = entry.data
    if data.get("is_exercise"):
        return None
    key = "|".join([entry.subject, *(str(data.get(name, "")) for name in definition["key"])])[:300]
    severity = data.get("severity")
    severity = severity if isinstance(severity, int) else None
    kinds = definition.get("event_types") or []
    if begins and kinds and not any(str(data.get("event_type", "")).startswith(k) for k in kinds):
        return None
    is_enough = definition["least"] == 0 or (severity or 0) >= definition["least"]
    if not begins or not is_enough:
        return Touch(False, key, frozenset(), severity)
    return Touch(True, key, frozenset((find or risks_of)(definition, data)), severity)


def risks_of(definition: dict[str, Any], data: dict[str, Any]) -> Iterable[int]:
    """Give the open risks that a rule finds by what a fact holds."""
    where = definition["where"]
    value = next((data[f] for f in where.get("field", "").split("|") if data.get(f)), None)
    found = Rating.objects.filter(is_open=True)
    if sectors := definition.get("sectors"):
        found = found.filter(sector__in=sectors)
    if where["by"] == "everywhere":
        return found.values_list("risk_id", flat=True)[:MOST_RISKS]
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    match where["by"]:
        case "risk":
            found = found.filter(risk_id__in=_numbers(values))
        case "object":
            found = found.filter(risk__city_object_id__in=_numbers(values))
        case "datastream":
            streams = sense.Datastream.objects.filter(pk__in=_numbers(values))
            objects = list(streams.values_list("thing__city_object_id", flat=True))
            found = found.filter(risk__city_object_id__in=objects)
        case "cells":
            found = found.filter(h3_9__in=_numbers(values))
        case "area":
            paths = [str(each) for each in values if str(each).startswith("/")]
            found = found.filter(_under(paths)) if paths else found.none()
    return found.values_list("risk_id", flat=True)[:MOST_RISKS]


def _under(paths: list[str]) -> Q:
    found = Q()
    for path in paths:
        found |= Q(area_path__startswith=path)
    return found


def _numbers(values: Iterable[Any]) -> list[int]:
    return [int(each) for each in values if str(each).lstrip("-").isdigit()]


def explain(each: Raise) -> str:
    """Say in the page's language by how much a raise raises."""
    if each.at_least:
        return _("by %(by)s, at least to level %(level)s") % {
            "by": each.raise_by,
            "level": each.at_least,
        }
    return _("by %s") % each.raise_by
