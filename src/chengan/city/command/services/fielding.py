"""What handlers do and say in the field: each report is taken once, however often it is sent."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import (
    CommandError,
    NeedsReason,
    NotOpen,
    NotYours,
    WrongStep,
)
from chengan.city.command.models import Deadline, FieldReport, Incident, IncidentNotice, Task
from chengan.city.command.places_of import checked_point
from chengan.city.command.services import clock, log, photos, telling

Action = FieldReport.Action
Status = Task.Status
CLOCK_TOLERANCE_S = 120.0
"""A device's clock further off than this is called wrong."""

# action: (from which states, to which, which time it sets, which deadlines it settles)
MOVES: dict[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]] = {
    Action.ACKNOWLEDGE: (
        (Status.GIVEN,),
        Status.ACKNOWLEDGED,
        "acknowledged_at",
        (Deadline.Step.ACK,),
    ),
    Action.EN_ROUTE: (
        (Status.GIVEN, Status.ACKNOWLEDGED),
        Status.EN_ROUTE,
        "en_route_at",
        (Deadline.Step.ACK,),
    ),
    Action.ON_SCENE: (
        (Status.GIVEN, Status.ACKNOWLEDGED, Status.EN_ROUTE),
        Status.ON_SCENE,
        "on_scene_at",
        (Deadline.Step.ACK,),
    ),
    Action.DONE: (
        (Status.GIVEN, Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE),
        Status.DONE,
        "done_at",
        (),
    ),
}


@dataclass(frozen=True)
class Sent:
    """One report as a device sent it; `client_id` names it for ever."""

    client_id: uuid.UUID
    action: str
    note: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    client_at: datetime | None = None
    sent_at: datetime | None = None
    photo: photos.Cleaned | None = None


def take(*, task: Task, sent: Sent, by: str, at: datetime, received_at: datetime) -> FieldReport:
    """Take in one report of `task` from account `by`; a second time it gives the first answer.

    What can't be done any more (somebody was first, the task is over) is kept with the reason,
    note and photo, and `is_taken` is False: nothing that was sent from the field is lost.
    `at` is the time in the incident, `received_at` the clock's; they differ in a rehearsal only.

    Raises
    ------
    BadPlace
        If the position is no sound one.
    CommandError
        If the action is none that a handler has, or `client_id` names a report of another task.
    """
    if sent.action not in {*MOVES, Action.NOTE, Action.REFUSE}:
        raise CommandError(_("There is no such action."))
    checked_point(sent.lon, sent.lat)
    try:
        return _take(task, sent, by, at, received_at)
    except IntegrityError:
        found = FieldReport.objects.filter(pk=sent.client_id).first()
        if found is None:
            raise
        if found.task_id != task.pk or found.by != by:
            raise CommandError(_("This number belongs to another report.")) from None
        return found


def _take(task: Task, sent: Sent, by: str, at: datetime, received_at: datetime) -> FieldReport:
    with transaction.atomic():
        times = _times(task, sent, at, received_at)
        photo = photos.keep(cleaned=sent.photo, task=task, by=by, at=at) if sent.photo else None
        refusal = _do(task, sent, by, times["happened_at"], at)
        report = FieldReport(
            client_id=sent.client_id,
            task=task,
            action=sent.action,
            is_taken=not refusal,
            refusal=refusal,
            note=sent.note.strip(),
            photo=photo,
            lon=sent.lon,
            lat=sent.lat,
            accuracy_m=sent.accuracy_m,
            by=by,
            **times,
        )
        report.save(force_insert=True)
        _log(task, report, at)
    return report


def _times(task: Task, sent: Sent, at: datetime, received_at: datetime) -> dict[str, Any]:
    """Give when it happened by our clock; the device's own time is kept beside it.

    A device that sends later says when it sends: the difference of the clocks is known, and what
    it wrote down before is put right by it, but never before the task was given nor after now.
    """
    off = (received_at - sent.sent_at).total_seconds() if sent.sent_at else None
    happened = at
    if sent.client_at is not None and off is not None and task.incident.clock_at is None:
        happened = min(max(sent.client_at + timedelta(seconds=off), task.given_at), at)
    return {
        "happened_at": happened,
        "received_at": received_at,
        "client_at": sent.client_at,
        "clock_off_s": off,
        "is_clock_wrong": off is not None and abs(off) > CLOCK_TOLERANCE_S,
    }


def _do(task: Task, sent: Sent, by: str, happened: datetime, at: datetime) -> str:
    """Do what the report says; give why not, empty when it is done."""
    try:
        with transaction.atomic():
            if not Incident.objects.filter(pk=task.incident_id, status="open").exists():
                raise NotOpen(_("The incident is closed."))
            if sent.action == Action.REFUSE:
                _refuse(task, sent.note, at)
            elif sent.action in MOVES:
                _move(task, sent.action, by, happened, at)
    except CommandError as error:
        return str(error)
    return ""


def _move(task: Task, action: str, by: str, happened: datetime, at: datetime) -> None:
    before, after, field, steps = MOVES[action]
    values: dict[str, Any] = {"status": after, field: happened}
    if action == Action.DONE:
        values["done_by"] = by
    changed = Task.objects.filter(pk=task.pk, status__in=before).update(**values)
    if not changed:
        task.refresh_from_db()
        text = _("The task is at “%(status)s” already: this step was not taken again.")
        raise WrongStep(text % {"status": task.get_status_display()})
    Task.objects.filter(pk=task.pk, acknowledged_at=None).update(acknowledged_at=happened)
    clock.settle(task, at, *steps)


def _refuse(task: Task, reason: str, at: datetime) -> None:
    if not reason.strip():
        raise NeedsReason(_("Say why you can't do it."))
    open_states = (Status.GIVEN, Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE)
    if not Task.objects.filter(pk=task.pk, status__in=open_states).update(status=Status.REFUSED):
        raise WrongStep(_("Only a task that is not done can be refused."))
    clock.settle(task, at, Deadline.Step.ACK)
    _tell_lead(task, reason.strip(), at)


def _tell_lead(task: Task, reason: str, at: datetime) -> None:
    """Tell whoever leads at once: nobody does the task now, and its deadline may be far."""
    incident = task.incident
    made = IncidentNotice.objects.create(
        incident=incident,
        code="refused",
        organisation=incident.lead,
        text_zh=f"任务“{task.title_zh}”被拒绝：{reason}",
        text_en=f"Task refused: {task.title_en or task.title_zh}. {reason}",
        due_at=at,
        sent_at=at,
        is_rehearsed=incident.clock_at is not None,
    )
    telling.tell_notice(made, at)


def _log(task: Task, report: FieldReport, at: datetime) -> None:
    kind = f"task.{report.action}" if report.is_taken else "task.not_taken"
    position = f"{report.lat:.5f}, {report.lon:.5f}" if report.lat is not None else ""
    log.record(
        kind,
        task.incident,
        at,
        report.by,
        task=str(task.pk),
        title=task.title_zh,
        title_en=task.title_en,
        note=report.note,
        action=report.action,
        why=report.refusal,
        photo=str(report.photo_id) if report.photo_id else "",
        position=position,
        happened_at=report.happened_at.isoformat() if report.happened_at != at else "",
        client_at=report.client_at.isoformat()
        if report.is_clock_wrong and report.client_at
        else "",
        clock_off_s=round(report.clock_off_s or 0) if report.is_clock_wrong else None,
    )


def require_mine(is_mine: bool) -> None:
    """Refuse whoever the task is not for.

    Raises
    ------
    NotYours
        If it is not theirs.
    """
    if not is_mine:
        raise NotYours(_("This task belongs to somebody else."))
