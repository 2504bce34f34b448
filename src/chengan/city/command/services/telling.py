"""Tells people of a case by the city's own channels: e-mail, SMS, webhook, in the app.

Nothing of a rehearsal leaves its page. A drill says so before anything else.
"""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chengan.city.command.models import Incident, IncidentNotice, Task
from chengan.city.command.services import log
from chengan.city.warn import api as warn

READ_WITHIN = timedelta(minutes=10)
"""Who is sent a notice reads it within this, or the next in turn is told: ours, the city's."""


def tell_task(task: Task, at: datetime) -> None:
    """Tell whoever a task is given to; acknowledging the task is the answer."""
    incident = task.incident
    if incident.clock_at is not None or task.organisation is None:
        return
    due = f"{timezone.localtime(task.due_at):%Y-%m-%d %H:%M}"
    warn.notify(
        message=warn.Message(
            key=f"task/{task.pk}/{task.round}",
            url=reverse("command:task", args=[task.pk]),
            subject_zh=f"任务：{task.title_zh}",
            subject_en=f"Task: {task.title_en or task.title_zh}",
            body_zh=_body(incident, task.instruction_zh, f"完成期限：{due}（北京时间）"),
            body_en=_body(incident, task.instruction_en, f"Due: {due}, Beijing time"),
            **_marks(incident),
        ),
        organisation=task.organisation,
        people=[task.person] if task.person else (),
        city_object=incident.city_object,
        at=at,
    )


def tell_notice(notice: IncidentNotice, at: datetime) -> None:
    """Send a notice; its receipt comes back through `take_receipts`."""
    incident = notice.incident
    if notice.is_rehearsed or incident.clock_at is not None:
        return
    sent = warn.notify(
        message=warn.Message(
            key=f"incident-notice/{notice.pk}",
            url=reverse("command:incident", args=[incident.pk]),
            subject_zh=notice.text_zh.splitlines()[0],
            subject_en=(notice.text_en or notice.text_zh).splitlines()[0],
            body_zh=_body(incident, notice.text_zh),
            body_en=_body(incident, notice.text_en or notice.text_zh),
            **_marks(incident),
        ),
        organisation=notice.organisation,
        city_object=incident.city_object,
        receipt_due_at=at + READ_WITHIN,
        at=at,
    )
    IncidentNotice.objects.filter(pk=notice.pk).update(message=sent)


def take_receipts() -> int:
    """Note as read what was acknowledged by a link, an app or a machine; give how much."""
    answered = IncidentNotice.objects.filter(read_at=None, message__receipt_at__isnull=False)
    done = 0
    for notice in answered.select_related("message")[:200]:
        unread = IncidentNotice.objects.filter(pk=notice.pk, read_at=None)
        if notice.message and unread.update(
            read_at=notice.message.receipt_at, read_by=notice.message.receipt_by
        ):
            done += 1
    return done


def _marks(incident: Incident) -> dict[str, Any]:
    return {
        "about": log.subject(incident),
        "severity": incident.level,
        "is_exercise": incident.is_drill,
        "is_sample": incident.is_sample,
    }


def _body(incident: Incident, *lines: str) -> str:
    place = incident.address or (incident.city_object.name_zh if incident.city_object else "")
    return "\n".join(filter(None, [f"#{incident.number} {incident.title}", place, *lines]))
