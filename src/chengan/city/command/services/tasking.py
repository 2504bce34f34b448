"""Gives out tasks and takes them back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import BadTask, NeedsReason, NotOpen, NotYours, WrongStep
from chengan.city.command.models import Activation, Dispatch, Incident, Resource, Task
from chengan.city.command.services import clock, log, telling
from chengan.city.command.services.holders import Doer, require_here

ACK_SHARE = 0.25
ACK_LEAST, ACK_MOST = timedelta(minutes=1), timedelta(minutes=15)
"""Without a time of its own a task is to be acknowledged within a quarter of its time, 1–15 min."""


@transaction.atomic
def give(
    *,
    incident: Incident,
    title_zh: str,
    doer: Doer,
    due_at: datetime,
    by: str,
    at: datetime,
    title_en: str = "",
    instruction_zh: str = "",
    instruction_en: str = "",
    ack_due_at: datetime | None = None,
    needs: list[dict[str, Any]] | None = None,
    activation: Activation | None = None,
    code: str = "",
) -> Task:
    """Give a task to `doer`; a task of a plan may wait for somebody, others need one.

    Raises
    ------
    BadTask
        If it has no title, nobody to do it, somebody who left, or a deadline that is past.
    NotOpen
        If the incident is closed or merged.
    """
    _refuse(title_zh, doer, due_at, at, is_planned=activation is not None)
    if not Incident.objects.select_for_update().filter(pk=incident.pk, status="open").exists():
        raise NotOpen(_("Incident %(number)s is no longer open.") % {"number": incident.number})
    task = Task.objects.create(
        incident=incident,
        first_incident=incident,
        activation=activation,
        code=code,
        title_zh=title_zh.strip(),
        title_en=title_en.strip(),
        instruction_zh=instruction_zh,
        instruction_en=instruction_en,
        needs=needs or [],
        given_by=by,
        given_at=at,
        due_at=due_at,
        ack_due_at=ack_due_at or _ack_by(due_at, at),
        **_owner(doer),
    )
    clock.wind(task, at)
    _record("task.given", task, by, at, due_at=due_at.isoformat(), to=named(task))
    telling.tell_task(task, at)
    return task


def _refuse(title: str, doer: Doer, due_at: datetime, at: datetime, *, is_planned: bool) -> None:
    if not title.strip():
        raise BadTask(_("A task needs a title."))
    if due_at <= at:
        raise BadTask(_("The deadline is past: choose a time after now."))
    if not is_planned and doer.organisation is None:
        raise BadTask(_("A task needs an organisation, a post or a person to do it."))
    require_here(doer.person)


def _ack_by(due_at: datetime, at: datetime) -> datetime:
    return at + min(max((due_at - at) * ACK_SHARE, ACK_LEAST), ACK_MOST, due_at - at)


def _owner(doer: Doer) -> dict[str, Any]:
    return {
        "organisation": doer.organisation,
        "organisation_path": doer.organisation.path if doer.organisation else "",
        "post": doer.post,
        "person": doer.person,
        "why_them": doer.why,
    }


def named(task: Task) -> str:
    """Give whoever has the task: the organisation, the post and the person."""
    parts = (task.organisation, task.post, task.person)
    return " · ".join(each.name_zh for each in parts if each is not None)


@transaction.atomic
def assign(*, task: Task, doer: Doer, by: str, at: datetime, reason: str = "") -> None:
    """Give the task to somebody else; it is to be acknowledged anew.

    Raises
    ------
    BadTask
        If there is nobody, or somebody who left.
    WrongStep
        If the task was done, cancelled, or changed meanwhile.
    """
    if doer.organisation is None:
        raise BadTask(_("A task needs an organisation, a post or a person to do it."))
    require_here(doer.person)
    free = {"given", "acknowledged", "en_route", "on_scene", "refused"}
    same = Task.objects.filter(pk=task.pk, status__in=free, round=task.round)
    clock.settle(task, at)
    later = max(task.due_at, at + ACK_LEAST)
    changed = same.update(
        status=Task.Status.GIVEN,
        round=task.round + 1,
        ack_due_at=_ack_by(later, at),
        due_at=later,
        supervision=Task.Supervision.NONE,
        acknowledged_at=None,
        en_route_at=None,
        on_scene_at=None,
        **_owner(doer),
    )
    if not changed:
        raise WrongStep(_("Somebody changed this task meanwhile: look at it again."))
    task.refresh_from_db()
    clock.wind(task, at)
    _record("task.handed_over", task, by, at, to=named(task), note=reason)
    telling.tell_task(task, at)


@transaction.atomic
def cancel(*, task: Task, reason: str, by: str, at: datetime) -> None:
    """Call a task off.

    Raises
    ------
    NeedsReason
        Without a reason.
    WrongStep
        If it is over already.
    """
    if not reason.strip():
        raise NeedsReason(_("Say why the task is called off."))
    going = Task.objects.filter(pk=task.pk).exclude(
        status__in=[Task.Status.VERIFIED, Task.Status.CANCELLED]
    )
    if not going.update(status=Task.Status.CANCELLED):
        raise WrongStep(_("This task is over already."))
    clock.settle(task, at)
    free_resources(task, by, at)
    _record("task.cancelled", task, by, at, note=reason.strip())


@transaction.atomic
def verify(*, task: Task, by: str, at: datetime, note: str = "") -> None:
    """Verify a task that is done.

    Raises
    ------
    NotYours
        If `by` did it.
    WrongStep
        If it is not done, or somebody verified it first.
    """
    if by == task.done_by or (task.person and task.person.user and task.person.user.username == by):
        raise NotYours(_("Who did a task does not verify it: ask somebody else."))
    done = Task.objects.filter(pk=task.pk, status=Task.Status.DONE).exclude(done_by=by)
    if not done.update(status=Task.Status.VERIFIED, verified_by=by, verified_at=at):
        raise WrongStep(_("Only a task that is done can be verified, once."))
    free_resources(task, by, at)
    _record("task.verified", task, by, at, note=note)


@transaction.atomic
def send_back(*, task: Task, reason: str, due_at: datetime, by: str, at: datetime) -> None:
    """Send a task that is not done well back to its doer, with a new deadline.

    Raises
    ------
    BadTask
        If the new deadline is past.
    NeedsReason
        Without a reason.
    WrongStep
        If it is not done.
    """
    if not reason.strip():
        raise NeedsReason(_("Say what is still to be done."))
    if due_at <= at:
        raise BadTask(_("The deadline is past: choose a time after now."))
    done = Task.objects.filter(pk=task.pk, status=Task.Status.DONE, round=task.round)
    changed = done.update(
        status=Task.Status.GIVEN,
        round=task.round + 1,
        due_at=due_at,
        ack_due_at=_ack_by(due_at, at),
        done_at=None,
        done_by="",
        supervision=Task.Supervision.NONE,
    )
    if not changed:
        raise WrongStep(_("Only a task that is done can be sent back."))
    task.refresh_from_db()
    clock.wind(task, at)
    _record("task.returned", task, by, at, note=reason.strip(), due_at=due_at.isoformat())
    telling.tell_task(task, at)


@transaction.atomic
def explain_delay(*, task: Task, reason: str, by: str, at: datetime) -> None:
    """Keep why a task was late.

    Raises
    ------
    NeedsReason
        Without a reason.
    """
    if not reason.strip():
        raise NeedsReason(_("Say why it was late."))
    Task.objects.filter(pk=task.pk).update(late_reason=reason.strip())
    _record("task.late", task, by, at, note=reason.strip())


def free_resources(task: Task, by: str, at: datetime) -> None:
    """Let go what was sent to the task."""
    going = Dispatch.objects.filter(task=task, released_at=None)
    resources = list(going.values_list("resource_id", flat=True))
    going.update(released_at=at, released_by=by)
    sent = Resource.objects.filter(pk__in=resources, state=Resource.State.SENT)
    sent.update(state=Resource.State.READY)


def _record(kind: str, task: Task, by: str, at: datetime, **data: Any) -> None:
    said = {"task": str(task.pk), "title": task.title_zh, "title_en": task.title_en}
    log.record(kind, task.incident, at, by, **said, **data)
