"""The register at the end of a year, or now while the year runs, counted by the database."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from chengan.city.assess.models import Assessment, Control, Level, LevelChange, Raise, Rating
from chengan.city.assess.selectors import register
from chengan.city.places import api as places

SHOWN: Final = 200
Levels = Counter[int | None]


@dataclass(frozen=True)
class Year:
    """Risks that somebody sees as they stood at `moment`; `changes` and `approved` in the year.

    `by_sector` counts levels by sector, None where a risk had none; `major` are the first SHOWN
    red ones; `lapsed` counts the controls lapsed now, None for a year that is over.
    """

    moment: datetime
    by_sector: dict[str, Levels]
    major: list[Rating]
    changes: dict[str, int]
    approved: int
    raised: int
    lapsed: int | None
    has_sample: bool

    @property
    def levels(self) -> Levels:
        """Counts of levels over all sectors."""
        return sum(self.by_sector.values(), Counter())


def year_of(user: places.Somebody, year: int, *, at: datetime) -> Year:
    """Count the register of a year as it was at its end, or is at `at` while the year runs."""
    first, end = (timezone.make_aware(datetime(each, 1, 1)) for each in (year, year + 1))  # noqa: DTZ001
    mine = register.visible_ratings(user)
    is_over = end <= at
    stood: QuerySet[Any] = (
        _at_the_end(mine, end) if is_over else mine.filter(is_open=True).annotate(then=F("current"))
    )
    risks = mine.select_related(None).order_by().values("risk_id")
    changes = LevelChange.objects.filter(risk_id__in=risks, at__gte=first, at__lt=end)
    approved = Assessment.objects.filter(
        risk_id__in=risks, approved_at__gte=first, approved_at__lt=end
    )
    lapsed = Control.objects.filter(
        risk_id__in=risks, risk__rating__is_open=True, status=Control.Status.LAPSED
    )
    return Year(
        moment=end if is_over else at,
        by_sector=_by_sector(stood),
        major=list(stood.filter(then=Level.RED).order_by("-risk_id")[:SHOWN]),
        changes=dict(changes.order_by().values_list("why").annotate(Count("id"))),
        approved=approved.count(),
        raised=_raised(risks, end)
        if is_over
        else mine.filter(is_open=True, is_raised=True).count(),
        lapsed=None if is_over else lapsed.count(),
        has_sample=stood.filter(risk__is_sample=True).exists(),
    )


def _at_the_end(mine: QuerySet[Rating], end: datetime) -> QuerySet[Any]:
    """Risks in the register just before `end`, with the level they had come to."""
    last = LevelChange.objects.filter(risk_id=OuterRef("risk_id"), at__lt=end)
    kept = Q(risk__closed_at=None) | Q(risk__closed_at__gte=end)
    return mine.filter(kept, risk__found_at__lt=end).annotate(
        then=Subquery(last.order_by("-at", "-id").values("current")[:1])
    )


def _by_sector(stood: QuerySet[Any]) -> dict[str, Levels]:
    rows = stood.select_related(None).order_by().values_list("sector", "then")
    found: dict[str, Levels] = {}
    for sector, level, count in rows.annotate(Count("risk_id")):
        found.setdefault(sector, Counter())[level] += count
    return found


def _raised(risks: QuerySet[Any], end: datetime) -> int:
    """Risks that an event held up just before `end`."""
    in_force = Q(ended_at=None) | Q(ended_at__gte=end)
    held = Raise.objects.filter(in_force, risk_id__in=risks, from_at__lt=end, until_at__gte=end)
    return held.values("risk_id").distinct().count()
