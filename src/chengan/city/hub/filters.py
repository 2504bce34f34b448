"""What a person asks of the quarantine, read from the page's address; nonsense asks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from chengan.city.hub.models import Quarantined, Reason, Road

LONGEST_TEXT = 100


@dataclass(frozen=True)
class Asked:
    """Filters of the quarantine; empty ones let everything pass."""

    status: str = "open"
    reason: str = ""
    road: str = ""
    source: str = ""
    first: datetime | None = None
    before: datetime | None = None
    text: str = ""

    def apply(self, found: QuerySet[Quarantined]) -> QuerySet[Quarantined]:
        """Narrow `found`."""
        if self.status != "all":
            found = found.filter(status=self.status)
        exact = {"reason": self.reason, "road": self.road, "source__key": self.source}
        found = found.filter(**{name: value for name, value in exact.items() if value})
        if self.first:
            found = found.filter(received_at__gte=self.first)
        if self.before:
            found = found.filter(received_at__lt=self.before)
        if self.text:
            found = found.filter(Q(detail__icontains=self.text) | Q(readings__icontains=self.text))
        return found


def asked(query: Mapping[str, str]) -> Asked:
    """Read the filters from an address's query."""
    last = _day(query.get("to", ""))
    return Asked(
        status=_one_of(query.get("status", ""), [*Quarantined.Status.values, "all"]) or "open",
        reason=_one_of(query.get("reason", ""), Reason.values),
        road=_one_of(query.get("road", ""), Road.values),
        source=query.get("source", ""),
        first=_day(query.get("from", "")),
        before=last + timedelta(days=1) if last else None,
        text=query.get("q", "").strip()[:LONGEST_TEXT].replace("\0", ""),
    )


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _day(text: str) -> datetime | None:
    """Midnight of a day on the city's clock."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 1970 < day.year < 9000:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001
