"""What the next shift takes over of command: under way, overdue, unanswered, out of service."""

from datetime import datetime, timedelta
from typing import Any

from chengan.city.command.models import Decision, Incident, Resource
from chengan.city.command.selectors.incidents import visible_incidents
from chengan.city.command.selectors.resources import visible_resources
from chengan.city.command.selectors.tasks import visible_tasks
from chengan.city.places import api as places

SHIFT = timedelta(hours=12)
MOST = 50


def shift_of(user: places.Somebody, at: datetime) -> dict[str, Any]:
    """Give incidents, tasks, decisions and resources to hand over; rehearsals are left out."""
    seen = visible_incidents(user)
    going = seen.filter(status=Incident.Status.OPEN, clock_at=None)
    tasks = visible_tasks(user).filter(incident__status="open", incident__clock_at=None)
    late = tasks.filter(supervision__gte=1).exclude(status__in=["done", "verified", "cancelled"])
    waiting = Decision.objects.filter(
        incident__in=going.select_related(None).order_by().values("pk"), decided_at=None
    )
    return {
        "since": at - SHIFT,
        "incidents": list(going.order_by("-level", "-number")[:MOST]),
        "overdue": list(late.order_by("due_at")[:MOST]),
        "to_verify": list(tasks.filter(status="done").order_by("done_at")[:MOST]),
        "refused": list(tasks.filter(status="refused").order_by("due_at")[:MOST]),
        "decisions": list(waiting.select_related("incident").order_by("due_at")[:MOST]),
        "closed": list(seen.filter(closed_at__gte=at - SHIFT).order_by("-closed_at")[:MOST]),
        "resources": list(visible_resources(user).exclude(state=Resource.State.READY)[:MOST]),
    }
