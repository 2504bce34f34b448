"""What the next shift takes over of hidden dangers: past their day, major ones, not yet judged."""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from chengan.city.close.models import HiddenDanger
from chengan.city.close.models.danger import MAJOR
from chengan.city.close.selectors.dangers import filtered
from chengan.city.places import api as places

MOST: Final = 20


def shift_of(user: places.Somebody, at: datetime) -> dict[str, Any]:
    """Give open dangers that are overdue, the other major ones, and those that wait for a judge.

    `more` says of each list how many it leaves out.
    """
    found = _lists(user, at)
    return {
        "more": {name: max(0, rows.order_by().count() - MOST) for name, rows in found.items()},
        **{name: list(rows[:MOST]) for name, rows in found.items()},
    }


def _lists(user: places.Somebody, at: datetime) -> dict[str, QuerySet[HiddenDanger]]:
    going = filtered(user, {"status": "open"}, at)
    return {
        "dangers_overdue": going.exclude(overdue_at=None).order_by("due_at", "pk"),
        "dangers_major": going.filter(level=MAJOR, overdue_at=None).order_by("due_at", "pk"),
        "dangers_to_judge": going.filter(status=HiddenDanger.Status.REPORTED).order_by("found_at"),
    }
