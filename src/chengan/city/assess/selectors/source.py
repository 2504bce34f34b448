"""Reads about root causes: what keeps happening, and the measures against it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from chengan.city.assess.models import CauseFact, SourceMeasure
from chengan.city.places import api as places

VIEW = places.Permission.VIEW_SITES
SORTS = {"warning": "warning.", "incident": "command.", "danger": "close."}
"""Sorts of facts, by how their kinds begin."""
LEAST = 3
"""Facts of one cause that make it worth a measure [ours]."""


@dataclass(frozen=True)
class Candidate:
    """A cause that keeps happening at one object, or at one kind of object."""

    cause: str
    facts: int
    newest: datetime
    city_object: places.CityObject | None = None
    kind: places.ObjectKind | None = None
    sorts: tuple[tuple[str, int], ...] = ()
    """How many of each sort (`SORTS`) there are, those that there are."""

    @property
    def scope(self) -> dict[str, Any]:
        """What `SourceMeasure.scope` holds for it."""
        where: dict[str, Any] = {}
        if self.city_object:
            where["city_object"] = self.city_object.pk
        if self.kind:
            where["kind"] = self.kind.code
        return {"cause": self.cause, **where}


def visible_facts(user: places.Somebody) -> QuerySet[CauseFact]:
    """Facts about objects that the user may see; all of them for the whole city."""
    found = places.scope(user, VIEW)
    facts = CauseFact.objects.all()
    return facts if found.everything else facts.filter(found.q("city_object__"))


def visible_measures(user: places.Somebody) -> QuerySet[SourceMeasure]:
    """Measures that the user's branches answer for; all of them for the whole city."""
    found = places.scope(user, VIEW).paths_q("owner__path")
    return SourceMeasure.objects.filter(found).select_related("owner").order_by("-id")


def candidates(user: places.Somebody, at: datetime, days: int = 365) -> list[Candidate]:
    """Give the causes with at least LEAST facts in the last `days`, most facts first.

    One row for each object and cause, and one for each kind of object and cause that more than
    one object has; what a measure is about already is left out.
    """
    facts = visible_facts(user).filter(at__gt=at - timedelta(days=days)).exclude(city_object=None)
    found = _by_object(facts) + _by_kind(facts)
    open_ = SourceMeasure.objects.exclude(status=SourceMeasure.Status.DROPPED)
    taken = [measure.scope for measure in open_]
    left = [each for each in found if each.scope not in taken]
    return sorted(left, key=lambda each: (-each.facts, each.cause))


def _sorts() -> dict[str, Count]:
    return {
        name: Count("subject", distinct=True, filter=Q(kind__startswith=begin))
        for name, begin in SORTS.items()
    }


def _sorted(row: Any) -> tuple[tuple[str, int], ...]:
    return tuple((name, row[name]) for name in SORTS if row[name])


def _by_object(facts: QuerySet[CauseFact]) -> list[Candidate]:
    rows = (
        facts.values("cause", "city_object")
        .annotate(n=Count("subject", distinct=True), newest=Max("at"), **_sorts())
        .filter(n__gte=LEAST)
    )
    known = places.CityObject.objects.in_bulk([row["city_object"] for row in rows])
    return [
        Candidate(
            row["cause"],
            row["n"],
            row["newest"],
            city_object=known[row["city_object"]],
            sorts=_sorted(row),
        )
        for row in rows
    ]


def _by_kind(facts: QuerySet[CauseFact]) -> list[Candidate]:
    rows = (
        facts.values("cause", "city_object__kind")
        .annotate(
            n=Count("subject", distinct=True),
            newest=Max("at"),
            spread=Count("city_object", distinct=True),
            **_sorts(),
        )
        .filter(n__gte=LEAST, spread__gt=1)
    )
    known = places.ObjectKind.objects.in_bulk([row["city_object__kind"] for row in rows])
    return [
        Candidate(
            row["cause"],
            row["n"],
            row["newest"],
            kind=known[row["city_object__kind"]],
            sorts=_sorted(row),
        )
        for row in rows
    ]
