"""Whether each source's data moves as it should: its expected rate against what was seen.

The bounds are the product's own choice, not a standard's: what a source sends in batches must not
be called silent between two of them.
"""

from collections import Counter as Tallied
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Max, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from chengan.city.hub import selectors
from chengan.city.hub.days import day_of, since_midnight
from chengan.city.hub.models import Source
from chengan.city.places import api as places

LATE_INTERVALS, LATE_LEAST = 2.0, timedelta(minutes=5)
SILENT_INTERVALS, SILENT_LEAST = 6.0, timedelta(minutes=15)
SLOW_BELOW = 0.5  # of the readings expected since midnight
SLOW_FROM = timedelta(hours=1)  # earlier in the day the share says nothing
LONGEST = timedelta(days=3650)
SUMS = ("received", "stored", "duplicate", "rejected", "late")


class Verdict(models.TextChoices):
    """What can be said of a source."""

    OK = "ok", _("As expected")
    LATE = "late", _("Late or too few")
    SILENT = "silent", _("Silent")
    NEVER = "never", _("Nothing ever received")


@dataclass(frozen=True)
class Health:
    """A source's counters of one day, and the verdict; `received` reconciles with the others."""

    source: Source
    verdict: Verdict
    received: int
    stored: int
    duplicate: int
    rejected: int
    late: int
    last_received_at: datetime | None

    @property
    def reconciles(self) -> bool:
        """Received is what was stored, doubled or rejected."""
        return self.received == self.stored + self.duplicate + self.rejected


@dataclass(frozen=True)
class HealthCounts:
    """How many of the sources that a user sees have each verdict."""

    ok: int = 0
    late: int = 0
    silent: int = 0
    never: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.ok + self.late + self.silent + self.never


def verdict(
    *, expected_per_hour: float, received: int, last: datetime | None, now: datetime
) -> Verdict:
    """Judge a source.

    Parameters
    ----------
    received : readings since midnight
    last : when anything was received, ever
    """
    if last is None:
        return Verdict.NEVER
    if expected_per_hour <= 0:
        return Verdict.OK
    hours = min(1 / expected_per_hour, LONGEST / timedelta(hours=1))
    quiet, interval = now - last, timedelta(hours=hours)
    if quiet > max(SILENT_INTERVALS * interval, SILENT_LEAST):
        return Verdict.SILENT
    today = since_midnight(now)
    due = expected_per_hour * (today / timedelta(hours=1))
    is_slow = today >= SLOW_FROM and due >= 1 and received < SLOW_BELOW * due
    if is_slow or quiet > max(LATE_INTERVALS * interval, LATE_LEAST):
        return Verdict.LATE
    return Verdict.OK


def health(sources: QuerySet[Source], at: datetime) -> list[Health]:
    """Judge `sources` by their counters since midnight, all roads together; one query."""
    today = Q(counters__day=day_of(at))
    sums: dict[str, Any] = {
        f"sum_{name}": Sum(f"counters__{name}", filter=today, default=0) for name in SUMS
    }
    return [
        _judged(each, at)
        for each in sources.annotate(last_seen=Max("counters__last_received_at"), **sums)
    ]


def _judged(source: Any, now: datetime) -> Health:
    sums = {name: int(getattr(source, f"sum_{name}")) for name in SUMS}
    said = verdict(
        expected_per_hour=source.expected_per_hour,
        received=sums["received"],
        last=source.last_seen,
        now=now,
    )
    return Health(source=source, verdict=said, last_received_at=source.last_seen, **sums)


def health_counts(user: places.Somebody, at: datetime) -> HealthCounts:
    """Count the verdicts of the active sources that `user` may see."""
    active = selectors.visible_sources(user).filter(is_active=True)
    counts = Tallied(each.verdict.value for each in health(active, at))
    return HealthCounts(**counts)
