"""How dangerous the city's objects were at a past moment."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.warn.models import Alarm, Episode
from chengan.city.warn.selectors.alarms import visible_alarms

MOVES = ("sense.breach.began", "sense.breach.changed")
MOST_ONSETS = 2000


def severities_at(user: places.Somebody, at: datetime) -> dict[int, int]:
    """The level of each object beyond a limit at `at`, by the object's id; device trouble apart.

    An episode had then the level that the last fact about it up to `at` gave it.
    """
    going = list(
        Episode.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=at),
            onset__lte=at,
            alarm__in=visible_alarms(user).filter(category=Alarm.Category.SAFETY).order_by(),
        ).select_related("alarm")
    )
    levels = _levels(going, at)
    found: dict[int, int] = {}
    for each in going:
        level = levels.get((each.datastream_id, each.cause), each.severity)
        found[each.alarm.city_object_id] = max(level, found.get(each.alarm.city_object_id, 0))
    return found


def _levels(going: Iterable[Episode], at: datetime) -> dict[tuple[int, str], int]:
    subjects = {f"datastream:{each.datastream_id}" for each in going}
    facts = journal.until(subjects, MOVES, at) if subjects else []
    return {(each.data["datastream"], each.data["cause"]): each.data["severity"] for each in facts}


def onsets(user: places.Somebody, start: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """When in [start, end] an object passed a limit, and the worst level it reached; in order."""
    found = Episode.objects.filter(
        onset__range=(start, end),
        alarm__in=visible_alarms(user).filter(category=Alarm.Category.SAFETY).order_by(),
    )
    newest = found.order_by("-onset").values_list("onset", "worst_severity")[:MOST_ONSETS]
    return sorted(newest)
