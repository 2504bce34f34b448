"""What is due: one indexed sweep over rows, never a sleeping task."""

from datetime import datetime
from typing import Final

from django.db import transaction

from chengan.city.assess.models import Control, LevelChange, Raise, ReviewDue
from chengan.city.assess.selectors import register
from chengan.city.assess.services import controls, levels, methods
from chengan.city.journal import api as journal

BATCH: Final = 200
ACTOR: Final = "assess"


def sweep(at: datetime) -> int:
    """Escalate overdue reviews, lapse controls, end raises; give how many rows were touched."""
    return _overdue(at) + _expired(at)


@transaction.atomic
def _overdue(at: datetime) -> int:
    rows = list(
        ReviewDue.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due_at__lte=at, done_at=None, escalated_at=None)
        .select_related(
            "risk__rating", "risk__city_object__area", "risk__city_object__owner", "control__risk"
        )
        .order_by("due_at")[:BATCH]
    )
    for row in rows:
        _lapse(row, at) if row.kind == ReviewDue.Kind.CONTROL else _escalate(row, at)
    return len(rows)


def _escalate(row: ReviewDue, at: datetime) -> None:
    """Tell the tier above the one that answers; red is the city's already."""
    level = row.risk.rating.residual
    above = None if level is None else min(level + 1, 5)
    row.escalated_at = at
    row.escalated_to = register.answering(row.risk, above, methods.policy())
    row.save(update_fields=["escalated_at", "escalated_to"])
    data = {
        "risk": row.risk_id,
        "city_object": row.risk.city_object_id,
        "severity": level,
        "due_at": row.due_at.isoformat(),
        "escalated_to": row.escalated_to_id,
    }
    fact = journal.Fact(
        kind="assess.review.overdue", subject=f"risk:{row.risk_id}", at=at, actor=ACTOR, data=data
    )
    journal.append([fact])


def _lapse(row: ReviewDue, at: datetime) -> None:
    row.done_at = at
    row.save(update_fields=["done_at"])
    control = row.control
    if control is None:
        return
    holds = Control.objects.filter(
        pk=control.pk, status__in=[Control.Status.PLANNED, Control.Status.IN_FORCE]
    )
    if holds.update(status=Control.Status.LAPSED, changed_by=ACTOR, changed_at=at):
        controls.state(control, "lapsed", ACTOR, at)


@transaction.atomic
def _expired(at: datetime) -> int:
    rows = Raise.objects.select_for_update(skip_locked=True).filter(ended_at=None, until_at__lte=at)
    found = list(rows.values_list("pk", "risk_id")[:BATCH])
    Raise.objects.filter(pk__in=[key for key, _risk in found]).update(ended_at=at)
    if found:
        risks = {risk for _key, risk in found}
        levels.settle(risks, at=at, why=LevelChange.Why.LOWERED, note="expired")
    return len(found)
