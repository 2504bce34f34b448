"""What the next shift takes over of command: under way, overdue, unanswered, out of service."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from chengan.city.command.models import Decision, Incident, Resource
from chengan.city.command.selectors.incidents import visible_incidents
from chengan.city.command.selectors.resources import visible_resources
from chengan.city.command.selectors.tasks import visible_tasks
from chengan.city.places import api as places

SHIFT = timedelta(hours=12)
MOST = 50


def shift_of(user: places.Somebody, at: datetime) -> dict[str, Any]:
    """Give incidents, tasks, decisions and resources to hand over; rehearsals are left out.

    `more` says of each list how many it leaves out.
    """
    found = _lists(user, at)
    return {
        "since": at - SHIFT,
        "more": {name: _left_out(rows) for name, rows in found.items()},
        **{name: list(rows[:MOST]) for name, rows in found.items()},
    }


def _left_out(rows: QuerySet[Any]) -> int:
    return max(0, rows.order_by().count() - MOST)


def _lists(user: places.Somebody, at: datetime) -> dict[str, QuerySet[Any]]:
    seen = visible_incidents(user).filter(clock_at=None)
    going = seen.filter(status=Incident.Status.OPEN)
    tasks = visible_tasks(user).filter(incident__status="open", incident__clock_at=None)
    open_tasks = tasks.exclude(status__in=["done", "verified", "cancelled", "refused"])
    unanswered = open_tasks.filter(due_at__gt=at, supervision__gte=1)
    waiting = Decision.objects.filter(
        incident__in=going.select_related(None).order_by().values("pk"), decided_at=None
    )
    return {
        "incidents": going.order_by("-level", "-number"),
        "overdue": open_tasks.filter(due_at__lte=at).order_by("due_at"),
        "unanswered": unanswered.order_by("due_at"),
        "to_verify": tasks.filter(status="done").order_by("done_at"),
        "refused": tasks.filter(status="refused").order_by("due_at"),
        "decisions": waiting.select_related("incident").order_by("due_at"),
        "closed": seen.filter(closed_at__gte=at - SHIFT).order_by("-closed_at"),
        "resources": visible_resources(user).exclude(state=Resource.State.READY),
    }
