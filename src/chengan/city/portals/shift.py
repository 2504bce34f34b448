"""What whoever takes over the shift must know: what is open, what is out of order, who is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

MOST = 12
OVER = (
    warn.State.LIFTED,
    warn.State.EVALUATED,
    warn.State.ARCHIVED,
    warn.State.WITHDRAWN,
)
LEVELS = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Level:
    """Waiting safety alarms of one level: how many, in nobody's hands, since when."""

    severity: int
    count: int
    unassigned: int
    since: datetime | None


def whole(user: places.Somebody, at: datetime) -> dict[str, Any]:
    """Give everything that whoever takes over must know, as `user` may see it."""
    alarms, cases = hand_over(user, at), command.shift_of(user, at)
    dangers = close.shift_of(user, at)
    more = {"more": alarms["more"] | cases["more"] | dangers["more"]}
    return alarms | cases | dangers | more | {"silenced": warn.silenced(user, at)}


def hand_over(user: places.Somebody, at: datetime) -> dict[str, Any]:
    """Give what waits, goes on and is out of order, and who is on duty.

    `more` says of each list how many it leaves out.
    """
    waiting = warn.waiting(user)
    safety = waiting.filter(category="safety")
    devices = waiting.filter(category="device").order_by("first_at")
    warnings = warn.visible_warnings(user).exclude(state__in=OVER)
    going_on = warn.visible_alarms(user).filter(status="confirmed", is_active=True)
    lists = {"oldest": safety, "devices": devices, "warnings": warnings, "going_on": going_on}
    health = hub.health(hub.visible_sources(user).filter(is_active=True).order_by("key"), at)
    return {
        "levels": levels(safety),
        "oldest": [_figure(each) for each in safety.order_by("first_at")[:MOST]],
        "going_on": list(going_on.order_by("-severity", "-number")[:MOST]),
        "warnings": list(warnings.order_by("-severity", "-number")[:MOST]),
        "devices": [_figure(each) for each in devices[:MOST]],
        "device_count": devices.count(),
        "more": {key: max(0, rows.order_by().count() - MOST) for key, rows in lists.items()},
        "bad_sources": [each for each in health if each.verdict != hub.Verdict.OK],
        "source_count": len(health),
        "quarantined": hub.visible_quarantine(user).filter(status="open").count(),
        "on_duty": list(places.shifts_at(user, at)),
        "next": places.next_shifts(user, at),
        "at": at,
    }


def levels(waiting: Any) -> list[Level]:
    """How many wait, by level, the worst first; levels without any too."""
    rows = waiting.order_by().values("severity").annotate(
        count=Count("pk"), unassigned=Count("pk", filter=Q(assigned_to="")), since=Min("first_at")
    )  # fmt: skip
    known = {row["severity"]: Level(**row) for row in rows}
    return [known.get(each, Level(each, 0, 0, None)) for each in LEVELS]


def _figure(alarm: warn.Alarm) -> dict[str, Any]:
    return {
        "alarm": alarm,
        "value": sense.shown(alarm.datastream, alarm.value),
        "limit": sense.shown(alarm.datastream, alarm.limit),
        "unit": alarm.datastream.observed_property.shown_unit,
    }
