"""The clock of tasks: deadlines are rows, fired once by a sweep over those that passed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from chengan.city.command.models import Deadline, Incident, IncidentNotice, Task
from chengan.city.command.services import log, telling

logger = logging.getLogger(__name__)
LEAD_SHARE = 0.5
LEAD_LEAST = timedelta(minutes=10)
"""Still not done after half the time again, at least ten minutes: our own design, the city's."""
MOST = 200
RELATED = ("task__incident__city_object", "task__organisation__parent")
LATE_ZH = {
    Deadline.Step.ACK: "超期未签收",
    Deadline.Step.DUE: "超期未完成",
    Deadline.Step.LEAD: "仍未完成，请牵头单位处理",
}
LATE_EN = {
    Deadline.Step.ACK: "not acknowledged in time",
    Deadline.Step.DUE: "not done in time",
    Deadline.Step.LEAD: "still not done: whoever leads is to act",
}
SUPERVISION = {
    Deadline.Step.ACK: Task.Supervision.REMINDED,
    Deadline.Step.DUE: Task.Supervision.SUPERVISED,
    Deadline.Step.LEAD: Task.Supervision.LEAD,
}


def wind(task: Task, at: datetime) -> None:
    """Write the deadlines of the task's present round."""
    longer = max((task.due_at - at) * LEAD_SHARE, LEAD_LEAST)
    steps = {
        Deadline.Step.ACK: task.ack_due_at,
        Deadline.Step.DUE: task.due_at,
        Deadline.Step.LEAD: task.due_at + longer,
    }
    is_rehearsed = task.incident.clock_at is not None
    Deadline.objects.bulk_create(
        Deadline(task=task, round=task.round, step=step, due_at=due_at, is_rehearsed=is_rehearsed)
        for step, due_at in steps.items()
    )


def settle(task: Task, at: datetime, *steps: str) -> None:
    """Settle waiting deadlines of a task: those of `steps`, all without any."""
    waiting = Deadline.objects.filter(task=task, fired_at=None, settled_at=None)
    if steps:
        waiting = waiting.filter(step__in=steps)
    waiting.update(settled_at=at)


def sweep(at: datetime, *, rehearsal: Incident | None = None, most: int = MOST) -> int:
    """Fire what passed by `at`, each step exactly once; give how much there was.

    The city's own sweep leaves rehearsals alone; those are swept by their simulated time.
    """
    which = Q(is_rehearsed=False)
    if rehearsal is not None:
        which = Q(task__incident=rehearsal)
    due = Deadline.objects.filter(which, fired_at=None, settled_at=None, due_at__lte=at)
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    fired = sum(_guarded(_fire, key, at) for key in keys) + _send(at, rehearsal, most)
    return fired + (telling.take_receipts() if rehearsal is None else 0)


def _guarded(work: Callable[[int, datetime], int], key: int, at: datetime) -> int:
    """Do `work` for one row; a broken one is logged, stays due, and holds up no other."""
    try:
        return work(key, at)
    except (OperationalError, InterfaceError):  # the database itself is away
        raise
    except Exception:
        logger.exception("%s %s", work.__name__, key)
        return 0


def _fire(key: int, at: datetime) -> int:
    """Fire one deadline: the mark, the task's supervision and the fact are one transaction."""
    with transaction.atomic():
        waiting = Deadline.objects.filter(pk=key, fired_at=None, settled_at=None)
        if not waiting.update(fired_at=at):
            return 0
        found = Deadline.objects.select_related(*RELATED).get(pk=key)
        task, raised = found.task, SUPERVISION[Deadline.Step(found.step)]
        Task.objects.filter(pk=task.pk, supervision__lt=raised).update(supervision=raised)
        log.record(
            "task.overdue",
            task.incident,
            at,
            log.ACTOR,
            task=str(task.pk),
            title=task.title_zh,
            title_en=task.title_en,
            step=found.step,
            due_at=found.due_at.isoformat(),
            organisation=task.organisation.name_zh if task.organisation else "",
        )
        _tell_above(task, found.step, at)
    return 1


def _tell_above(task: Task, step: str, at: datetime) -> None:
    """Tell the owner's organisation, then the one above it, then whoever leads the incident."""
    own = task.organisation
    above = {
        Deadline.Step.ACK: own,
        Deadline.Step.DUE: own.parent if own else None,
        Deadline.Step.LEAD: task.incident.lead,
    }[Deadline.Step(step)] or task.incident.lead
    word = Deadline.Step(step)
    made = IncidentNotice.objects.create(
        incident=task.incident,
        code=f"overdue-{word.value}",
        organisation=above,
        text_zh=f"督办：任务“{task.title_zh}”{LATE_ZH[word]}",
        text_en=f"Overdue: {task.title_en or task.title_zh}, {LATE_EN[word]}",
        due_at=at,
        sent_at=at,
        is_rehearsed=task.incident.clock_at is not None,
    )
    telling.tell_notice(made, at)


def _send(at: datetime, rehearsal: Incident | None, most: int) -> int:
    which = Q(is_rehearsed=False) if rehearsal is None else Q(incident=rehearsal)
    due = IncidentNotice.objects.filter(
        which, sent_at=None, due_at__lte=at, incident__status=Incident.Status.OPEN
    )
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    return sum(_guarded(_send_one, key, at) for key in keys)


def _send_one(key: int, at: datetime) -> int:
    with transaction.atomic():
        if not IncidentNotice.objects.filter(pk=key, sent_at=None).update(sent_at=at):
            return 0
        notice = IncidentNotice.objects.select_related("incident__city_object", "organisation").get(
            pk=key
        )
        log.record(
            "notice.sent",
            notice.incident,
            at,
            log.ACTOR,
            to=notice.organisation.name_zh,
            to_en=notice.organisation.name_en,
            note=notice.text_zh,
            note_en=notice.text_en,
        )
        telling.tell_notice(notice, at)
    return 1
