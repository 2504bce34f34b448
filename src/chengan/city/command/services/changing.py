"""What an officer changes in an incident: its level, losses, area; what is said; its end."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError, NeedsReason, NotOpen
from chengan.city.command.models import Dispatch, Incident, Resource, Task
from chengan.city.command.places_of import checked_area
from chengan.city.command.services import clock, log
from chengan.city.warn import api as warn
from chengan.core.errors import OutOfRange
from chengan.core.tables.accident_grades import Grade, grade

OPEN = Incident.Status.OPEN
MOST_PEOPLE = 100_000_000
UNFINISHED = [
    Task.Status.GIVEN,
    Task.Status.ACKNOWLEDGED,
    Task.Status.EN_ROUTE,
    Task.Status.ON_SCENE,
    Task.Status.DONE,
    Task.Status.REFUSED,
]


def change(incident: Incident, kind: str, by: str, at: datetime, values: Any, **data: Any) -> None:
    """Change an open incident by one conditional update, and log it.

    Raises
    ------
    NotOpen
        If it was closed or merged first.
    """
    with transaction.atomic():
        if not Incident.objects.filter(pk=incident.pk, status=OPEN).update(**values):
            raise NotOpen(_("Incident %(number)s is no longer open.") % {"number": incident.number})
        log.record(kind, incident, at, by, **data)


def set_level(*, incident: Incident, level: int, before: int, by: str, at: datetime) -> None:
    """Set the level, unless somebody changed it from `before` meanwhile or losses ask for more.

    Raises
    ------
    CommandError
        If the level is none, somebody changed it, or the accident's grade is higher.
    """
    if level not in Incident.Level.values:
        raise CommandError(_("There is no such level."))
    least = grade_of(incident)
    if least and level < least.severity:
        text = _("The losses make it a %(grade)s: it can't be levelled below that.")
        raise CommandError(text % {"grade": least.name_zh})
    with transaction.atomic():
        same = Incident.objects.filter(pk=incident.pk, status=OPEN, level=before)
        if not same.update(level=level):
            raise CommandError(_("Somebody changed the level meanwhile: look again."))
        log.record("incident.levelled", incident, at, by, level=level, before=before)


def grade_of(incident: Incident) -> Grade | None:
    """Give the accident grade of the losses known."""
    return grade(
        deaths=incident.deaths,
        serious_injuries=incident.serious_injuries,
        direct_loss_yuan=incident.direct_loss_yuan,
    )


def set_losses(
    *,
    incident: Incident,
    deaths: int,
    serious_injuries: int,
    direct_loss_yuan: int,
    by: str,
    at: datetime,
) -> None:
    """Keep the losses known now; where their grade is above the level, the level follows.

    Raises
    ------
    CommandError
        If a figure is negative, or more people than a city has.
    NotOpen
        If the incident was closed or merged first.
    """
    losses = {
        "deaths": deaths,
        "serious_injuries": serious_injuries,
        "direct_loss_yuan": direct_loss_yuan,
    }
    if max(deaths, serious_injuries) > MOST_PEOPLE:
        raise CommandError(_("At most %(most)s people.") % {"most": MOST_PEOPLE})
    try:
        found = grade(**losses)
    except OutOfRange as error:
        raise CommandError(_("Losses are 0 or more.")) from error
    with transaction.atomic():
        change(
            incident,
            "incident.losses",
            by,
            at,
            losses,
            grade=found.name_zh if found else "",
            **losses,
        )
        raised = Incident.objects.filter(pk=incident.pk, level__lt=found.severity if found else 0)
        if found and raised.update(level=found.severity):
            log.record("incident.levelled", incident, at, by, level=found.severity, by_grade=True)


def set_area(*, incident: Incident, area: object, by: str, at: datetime) -> None:
    """Set the affected area (GeoJSON or its text; empty takes it off).

    Raises
    ------
    BadPlace
        If it is not a sound polygon.
    NotOpen
        If the incident was closed or merged first.
    """
    geometry = checked_area(area)
    change(incident, "incident.area", by, at, {"affected_area": geometry}, area=geometry)


def say(*, incident: Incident, text: str, by: str, at: datetime, to: str = "") -> None:
    """Write what was said or seen into the log; closed incidents too may be added to.

    Raises
    ------
    NeedsReason
        If there is no text.
    """
    if not text.strip():
        raise NeedsReason(_("Write what was said or done."))
    log.record("incident.said", incident, at, by, note=text.strip(), to=to)


def unfinished(incident: Incident) -> int:
    """How many tasks are not over yet."""
    return Task.objects.filter(incident=incident, status__in=UNFINISHED).count()


def close(*, incident: Incident, note: str, by: str, at: datetime, cancel_rest: bool) -> None:
    """Close an incident; what is still open is cancelled only when `cancel_rest` says so.

    Raises
    ------
    NeedsReason
        Without a note how it ended, or while tasks are open.
    NotOpen
        If somebody closed or merged it first.
    """
    if not note.strip():
        raise NeedsReason(_("Say how it ended."))
    with transaction.atomic():
        locked = Incident.objects.select_for_update().get(pk=incident.pk)
        rest = unfinished(locked)
        if rest and not cancel_rest:
            text = _("%(count)s tasks are not verified yet: finish them, or cancel them too.")
            raise NeedsReason(text % {"count": rest})
        values = {
            "status": Incident.Status.CLOSED,
            "closed_at": at,
            "closed_by": by,
            "close_note": note.strip(),
        }
        change(locked, "incident.closed", by, at, values, note=note.strip(), cancelled=rest)
        _end_tasks(locked, by, at)
        warn.call_off(about=log.subject(locked))


def _end_tasks(incident: Incident, by: str, at: datetime) -> None:
    rest = Task.objects.filter(incident=incident, status__in=UNFINISHED)
    for task in rest:
        clock.settle(task, at)
    rest.update(status=Task.Status.CANCELLED)
    going = Dispatch.objects.filter(task__incident=incident, released_at=None)
    resources = list(going.values_list("resource_id", flat=True))
    going.update(released_at=at, released_by=by)
    Resource.objects.filter(pk__in=resources, state=Resource.State.SENT).update(
        state=Resource.State.READY
    )


def reopen(*, incident: Incident, reason: str, by: str, at: datetime) -> None:
    """Open a closed incident again.

    Raises
    ------
    NeedsReason
        Without a reason.
    NotOpen
        If it is not closed.
    """
    if not reason.strip():
        raise NeedsReason(_("Say why it is opened again."))
    with transaction.atomic():
        closed = Incident.objects.filter(pk=incident.pk, status=Incident.Status.CLOSED)
        if not closed.update(status=OPEN, closed_at=None, closed_by="", close_note=""):
            raise NotOpen(_("Only a closed incident can be opened again."))
        said = {"note": reason.strip(), "city_objects": log.objects_of(incident)}
        log.record("incident.reopened", incident, at, by, **said)


def now_in(incident: Incident, at: datetime) -> datetime:
    """Give the time in `incident`: `at`, or the simulated time of a rehearsal."""
    return incident.clock_at or at
