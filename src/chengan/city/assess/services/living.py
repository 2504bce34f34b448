"""Facts raise and lower risks under the rules in force; from the app's own cursor.

Facts and cursor move in one transaction, and a raise is known by risk, rule and fact, so a fact
told twice raises once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import shapely
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from chengan.city.assess.models import Assessment, LevelChange, LivingRule, Raise, Rating
from chengan.city.assess.services import levels
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.core.geo.errors import BadGeometry
from chengan.core.geo.geometry import to_shape

READER: Final = "assess"
OWN: Final = "assess.level."
BATCH: Final = 5_000
"""Raises written by one statement."""

Finder = Callable[[dict[str, Any], dict[str, Any]], Iterable[int]]


@dataclass(frozen=True)
class Touch:
    """What one fact does under one rule; without `is_whole` the key is a beginning of keys."""

    begins: bool
    key: str
    risks: frozenset[int]
    severity: int | None
    is_whole: bool = True

    def ends(self, key: str) -> bool:
        """Say whether what began under `key` ends."""
        return key == self.key if self.is_whole else key.startswith(self.key)


def take_facts(at: datetime, most: int = 500) -> int:
    """Take in the next facts; give how many there were."""
    with transaction.atomic():
        seq = journal.cursor(READER)
        entries = journal.after(seq, limit=most)
        rules = list(LivingRule.objects.filter(retired_at=None, is_active=True).order_by("code"))
        facts: list[journal.Fact] = []
        if entries:
            levels.take_turns()
        for entry in entries:
            if not entry.kind.startswith(OWN):
                for rule in rules:
                    facts += _apply(rule, entry, at)
        if entries:
            journal.advance(READER, entries[-1].seq)
        journal.append(facts)
    return len(entries)


def _apply(rule: LivingRule, entry: journal.Entry, at: datetime) -> list[journal.Fact]:
    """Levels change when a fact is taken in, however late it is told; raises keep its own time."""
    touch = touched(rule.definition, entry)
    if touch is None:
        return []
    facts: list[journal.Fact] = []
    ended = _end(rule, touch, entry)
    if not touch.begins:
        levels.settle(
            ended, at=at, why=LevelChange.Why.LOWERED, note=_why(rule, entry), facts=facts
        )
        return facts
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
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    levels.settle(
        ended | touch.risks,
        at=at,
        why=LevelChange.Why.RAISED,
        note=_why(rule, entry),
        facts=facts,
    )
    return facts


def _end(rule: LivingRule, touch: Touch, entry: journal.Entry) -> set[int]:
    """End what earlier facts began; an approval ends only what its author could know of."""
    going = Raise.objects.filter(rule__code=rule.code, ended_at=None, fact_seq__lt=entry.seq)
    going = going.filter(**{"key" if touch.is_whole else "key__startswith": touch.key})
    if key := entry.data.get("assessment"):
        written = Assessment.objects.filter(pk=key).values("written_at")
        going = going.filter(from_at__lte=written[:1])
    found = set(going.values_list("risk_id", flat=True))
    going.update(ended_at=Greatest(F("from_at"), Value(entry.at)))
    return found


def _why(rule: LivingRule, entry: journal.Entry) -> str:
    return f"{rule.name_zh} · {rule.name_en} ({entry.kind} #{entry.seq}, {entry.subject})"


def touched(
    definition: dict[str, Any], entry: journal.Entry, find: Finder | None = None
) -> Touch | None:
    """Say what a fact does under a rule; None when the rule is not about it.

    `find` gives the risks that a fact is about; `risks_of` when not given. A begin below the
    rule's least severity ends what its key began; an exercise or drill raises nothing. An end that
    names nothing of the key ends whatever its subject began.
    """
    begins, ends = entry.kind in definition["begins"], entry.kind in definition["ends"]
    if not begins and not ends:
        return None
    data = entry.data
    if is_drill(data) or (begins and not _is_of_type(definition, data)):
        return None
    names = definition["key"]
    is_whole = begins or not names or any(name in data for name in names)
    parts = [str(data.get(name, "")) for name in names] if is_whole else [""]
    key = "|".join([entry.subject, *parts])[:300]
    severity = data.get("severity")
    severity = severity if isinstance(severity, int) else None
    is_enough = definition["least"] == 0 or (severity or 0) >= definition["least"]
    if not begins or not is_enough:
        return Touch(False, key, frozenset(), severity, is_whole)
    return Touch(True, key, frozenset((find or risks_of)(definition, data)), severity)


def is_drill(data: dict[str, Any]) -> bool:
    """Say whether a fact is of an exercise (as warn says) or a drill (as command says)."""
    return bool(data.get("is_exercise") or data.get("is_drill"))


def _is_of_type(definition: dict[str, Any], data: dict[str, Any]) -> bool:
    """National codes are written in either case."""
    wanted = [str(each).upper() for each in definition.get("event_types") or []]
    named = str(data.get("event_type", "")).upper()
    return not wanted or any(named.startswith(each) for each in wanted)


def risks_of(definition: dict[str, Any], data: dict[str, Any]) -> Iterable[int]:
    """Give the open risks that a rule finds by what a fact holds."""
    where = definition["where"]
    value = next((data[f] for f in where.get("field", "").split("|") if data.get(f)), None)
    found = Rating.objects.filter(is_open=True)
    if sectors := definition.get("sectors"):
        found = found.filter(sector__in=sectors)
    if where["by"] == "everywhere":
        return found.values_list("risk_id", flat=True)
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
        case "geometry" if isinstance(value, dict):
            return _inside(found, value)
        case "area" | "geometry":
            paths = [str(each) for each in values if str(each).startswith("/")]
            paths += _paths([str(each) for each in values])
            found = found.filter(_under(paths)) if paths else found.none()
    return found.values_list("risk_id", flat=True)


def _inside(found: QuerySet[Rating], geometry: dict[str, Any]) -> list[int]:
    """Risks that stand within a shape; none in one that is no shape."""
    try:
        made = to_shape(geometry)
    except BadGeometry:
        return []
    west, south, east, north = made.bounds
    near = found.filter(risk__lon__range=(west, east), risk__lat__range=(south, north))
    rows = np.array(list(near.values_list("risk_id", "risk__lon", "risk__lat"))).reshape(-1, 3)
    shapely.prepare(made)
    within = shapely.intersects_xy(made, rows[:, 1], rows[:, 2])
    return rows[within, 0].astype(np.int64).tolist()  # type: ignore[no-any-return]


def _under(paths: list[str]) -> Q:
    found = Q()
    for path in paths:
        found |= Q(area_path__startswith=path)
    return found


def _paths(codes: list[str]) -> list[str]:
    """Paths of the areas that codes name; 320102000000 names what 320102 does."""
    wanted = {code[:size] for code in codes for size in (6, 9, 12) if not code[size:].strip("0")}
    rows = places.Area.objects.filter(code__in={*wanted, *codes}, retired_at=None)
    return list(rows.values_list("path", flat=True))


def _numbers(values: Iterable[Any]) -> list[int]:
    return [int(each) for each in values if str(each).lstrip("-").isdecimal()]


def explain(each: Raise) -> str:
    """Say in the page's language by how much a raise raises."""
    if each.at_least:
        return _("by %(by)s, at least to level %(level)s") % {
            "by": each.raise_by,
            "level": each.at_least,
        }
    return _("by %s") % each.raise_by
