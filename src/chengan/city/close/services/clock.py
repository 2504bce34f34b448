"""The clock of dangers: deadlines are rows; one indexed sweep fires each that passed, once."""

import logging
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from chengan.city.close.models import DangerDeadline, HiddenDanger
from chengan.city.close.services import log, telling

logger = logging.getLogger(__name__)
MOST: Final = 200
Step = DangerDeadline.Step
GOING: Final = (HiddenDanger.Status.ORDERED, HiddenDanger.Status.RECTIFYING)
WORDS: Final = {
    Step.RECTIFY: ("督办：隐患整改逾期", "Overdue, under supervision: hidden danger not rectified"),
    Step.ANSWER: ("督办：延期申请逾期未答复", "Overdue: extension not answered"),
    Step.FILE: ("督办：挂牌督办逾期未备案", "Overdue: listing not filed"),
    Step.PUBLISH: ("督办：整改指令书逾期未公布", "Overdue: order not published"),
    Step.END: ("督办：销号逾期未公布", "Overdue: end of the listing not published"),
}


def wind(danger: HiddenDanger, step: str, due_at: datetime, at: datetime) -> None:
    """Write when `step` is due; what waited before is settled."""
    settle(danger, at, step)
    DangerDeadline.objects.create(danger=danger, step=step, due_at=due_at)


def settle(danger: HiddenDanger, at: datetime, *steps: str) -> int:
    """Settle the open deadlines of `steps`; give how many there were."""
    waiting = DangerDeadline.objects.filter(danger=danger, settled_at=None, step__in=steps)
    return waiting.update(settled_at=at)


def sweep(at: datetime, most: int = MOST) -> int:
    """Fire every deadline that passed by `at`, each exactly once; give how many."""
    due = DangerDeadline.objects.filter(fired_at=None, settled_at=None, due_at__lte=at)
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    return sum(_guarded(key, at) for key in keys)


def _guarded(key: int, at: datetime) -> bool:
    """Fire one; a broken row is logged, stays due, and holds up no other."""
    try:
        return _fire(key, at)
    except (OperationalError, InterfaceError):  # the database itself is away
        raise
    except Exception:
        logger.exception("deadline %s", key)
        return False


@transaction.atomic
def _fire(key: int, at: datetime) -> bool:
    """The mark, the danger's state, the step, the fact and the notices are one transaction.

    The danger is held first, as every other writer does; then the deadline is fired once.
    """
    found = DangerDeadline.objects.get(pk=key)
    held = HiddenDanger.objects.select_for_update(no_key=True, of=("self",))
    danger = held.select_related("organisation__parent", "city_object").get(pk=found.danger_id)
    waiting = DangerDeadline.objects.filter(pk=key, fired_at=None, settled_at=None)
    if not waiting.update(fired_at=at):
        return False
    step = Step(found.step)
    kind = log.Kind.LATE
    if step == Step.RECTIFY:
        kind = log.Kind.OVERDUE
        log.move(danger, GOING, overdue_at=at)
    made = log.record(danger, kind, "", at, due_at=found.due_at, what=step.value)
    told = [telling.superior(danger)]
    if step == Step.RECTIFY and danger.organisation not in told:
        told.append(danger.organisation)
    for each in told:
        telling.tell(danger, made, each, WORDS[step], at)
    return True
