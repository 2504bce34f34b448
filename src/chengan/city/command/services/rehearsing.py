"""Rehearses a plan on a clock of its own: a drill whose time is stepped, sixty times as fast."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError, NotOpen
from chengan.city.command.models import Incident, Plan
from chengan.city.command.services import activating, clock, opening
from chengan.city.places import api as places

SPEED = 60
"""Simulated seconds a second."""
LONGEST = timedelta(hours=24)


@transaction.atomic
def begin(
    *,
    plan: Plan,
    lead: places.Organisation,
    city_object: places.CityObject | None,
    level: int,
    by: str,
    at: datetime,
) -> Incident:
    """Open a drill on a clock of its own, beginning at `at`, and activate `plan` (a draft too).

    Raises
    ------
    CommandError
        If the plan is not for this level.
    """
    draft = opening.Draft(
        kind=plan.kind,
        title=_("Rehearsal: %(plan)s") % {"plan": plan.name_zh},
        origin=Incident.Origin.DRILL,
        level=level,
        city_object=city_object,
        is_sample=plan.is_sample,
    )
    incident, _new = opening.open_incident(draft=draft, lead=lead, by=by, at=at)
    Incident.objects.filter(pk=incident.pk).update(clock_at=at)
    incident.clock_at = at
    activating.activate(incident=incident, plan=plan, by=by, at=at)
    return incident


@transaction.atomic
def step(*, incident: Incident, before: datetime, seconds: float) -> datetime:
    """Move the simulated clock on by `seconds` and fire what passes; give the new time.

    Two open pages step once: only who saw the clock at `before` moves it.

    Raises
    ------
    CommandError
        If the incident is no rehearsal, or the step is not forward or too long.
    NotOpen
        If it is over.
    """
    if incident.clock_at is None:
        raise CommandError(_("This is no rehearsal: its clock can't be moved."))
    if not 0 < seconds <= LONGEST.total_seconds():
        raise CommandError(_("Move the clock on by at most 24 hours."))
    later = before + timedelta(seconds=seconds)
    same = Incident.objects.filter(pk=incident.pk, clock_at=before, status=Incident.Status.OPEN)
    if not same.update(clock_at=later):
        incident.refresh_from_db()
        if incident.status != Incident.Status.OPEN or incident.clock_at is None:
            raise NotOpen(_("The rehearsal is over."))
        return incident.clock_at
    incident.clock_at = later
    while clock.sweep(later, rehearsal=incident):
        pass
    return later
