"""Whether time limits were kept: what was due, what fired, what rang."""

from datetime import datetime
from typing import Any

from chengan.city.warn.models import Deadline, WarningStep

LAST_RANK = 15
"""The duty room rings up to this stage; then supervision stays."""


def time_limits(until: datetime) -> list[dict[str, Any]]:
    """Time limits for receipts that were due before `until`: warning, rank, due, closed, status."""
    rows = Deadline.objects.filter(kind=Deadline.Kind.RECEIPT, due_at__lt=until, rank__lt=LAST_RANK)
    return [
        {
            "warning": warning,
            "rank": max(rank + 1, 3),
            "due_at": due_at,
            "closed_at": closed_at,
            "status": status,
        }
        for warning, rank, due_at, closed_at, status in rows.values_list(
            "warning_id", "rank", "due_at", "closed_at", "status"
        )
    ]


def rings() -> list[tuple[Any, int]]:
    """Each time the duty room rang: the warning, and the stage."""
    steps = WarningStep.objects.filter(action="ringing").values_list("warning_id", "evidence")
    return [(warning, int(evidence[0]["rank"])) for warning, evidence in steps if evidence]
