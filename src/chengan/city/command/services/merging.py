"""Merges two incidents and splits one; nothing is lost, and each names the other."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError, NeedsReason, NotMixed, NotOpen
from chengan.city.command.models import (
    Activation,
    Cordon,
    Decision,
    Incident,
    IncidentLink,
    IncidentNotice,
    Photo,
    Task,
)
from chengan.city.command.services import log, opening
from chengan.city.places import api as places


@transaction.atomic
def merge(*, source: Incident, into: Incident, reason: str, by: str, at: datetime) -> None:
    """Merge `source` into `into`: its tasks, notices, decisions and photos go along.

    Plans it activated go along too, its area and cloud where the other has none.

    Its log stays where it was written and is shown with the other's; the graver level wins, and
    losses are not added: both may have counted the same people.

    Raises
    ------
    CommandError
        If both are the same.
    NeedsReason
        Without a reason.
    NotMixed
        If one is a drill and the other is not, or a rehearsal.
    NotOpen
        If one of them was closed or merged first.
    """
    if source.pk == into.pk:
        raise CommandError(_("An incident can't be merged into itself."))
    if not reason.strip():
        raise NeedsReason(_("Say why they are one incident."))
    both = _locked(source, into)
    if both[0].is_drill != both[1].is_drill:
        raise NotMixed(_("A drill can't be merged with a real incident."))
    if any(each.clock_at for each in both):
        raise NotMixed(_("A rehearsal runs on a clock of its own and is not merged."))
    source, into = both
    for model in (Task, IncidentNotice, Decision, Photo, Cordon):
        model._default_manager.filter(incident=source).update(incident=into)
    _move_plans(source, into)
    _take_over_picture(source, into)
    Incident.objects.filter(pk=source.pk).update(
        status=Incident.Status.MERGED, merged_into=into, closed_at=at, closed_by=by
    )
    Incident.objects.filter(pk=into.pk, level__lt=source.level).update(level=source.level)
    _link(source, into, IncidentLink.Way.MERGED, reason, by, at)
    said = {"note": reason, "other": source.number, "city_objects": log.objects_of(into)}
    log.record("incident.took_in", into, at, by, **said)
    log.record("incident.merged", source, at, by, note=reason, other=into.number)


@transaction.atomic
def split(
    *,
    source: Incident,
    title: str,
    tasks: list[Task],
    lead: places.Organisation,
    reason: str,
    by: str,
    at: datetime,
) -> Incident:
    """Split a part off into an incident of its own, with some of its tasks.

    Raises
    ------
    NeedsReason
        Without a reason.
    NotOpen
        If the incident was closed or merged first.
    """
    if not reason.strip():
        raise NeedsReason(_("Say why this is an incident of its own."))
    (source,) = _locked(source)
    if source.clock_at:
        raise NotMixed(_("A rehearsal runs on a clock of its own and is not split."))
    draft = opening.Draft(
        kind=source.kind,
        title=title,
        origin=source.origin,
        level=source.level,
        summary=reason,
        city_object=source.city_object,
        address=source.address,
        lon=source.lon,
        lat=source.lat,
        occurred_at=source.occurred_at,
        is_sample=source.is_sample,
        more={"other": source.number},
    )
    made, _new = opening.open_incident(draft=draft, lead=lead, by=by, at=at)
    keys = [each.pk for each in tasks]
    moved = Task.objects.filter(pk__in=keys, incident=source)
    Photo.objects.filter(task__in=moved).update(incident=made)
    moved.update(incident=made)
    _link(made, source, IncidentLink.Way.SPLIT, reason, by, at)
    log.record("incident.split", source, at, by, note=reason, other=made.number)
    return made


def _move_plans(source: Incident, into: Incident) -> None:
    """Take along what was activated, so that no plan is activated twice and doubles its tasks."""
    known = Activation.objects.filter(incident=into).values("plan_code")
    moved = Activation.objects.filter(incident=source).exclude(plan_code__in=known)
    moved.update(incident=into)


def _take_over_picture(source: Incident, into: Incident) -> None:
    """Keep the affected area and the cloud on the map where the survivor has none."""
    names = [
        name
        for name in ("affected_area", "plume")
        if getattr(source, name) and not getattr(into, name)
    ]
    if names:
        values = {name: getattr(source, name) for name in names}
        Incident.objects.filter(pk=into.pk).update(**values)


def _locked(*incidents: Incident) -> list[Incident]:
    """Lock in order of their keys, so that two officers never wait for each other."""
    keys = [each.pk for each in incidents]
    rows = {
        each.pk: each
        for each in Incident.objects.select_for_update(of=("self",))
        .select_related("city_object", "lead")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    found = [rows[key] for key in keys]
    for each in found:
        if each.status != Incident.Status.OPEN:
            raise NotOpen(_("Incident %(number)s is no longer open.") % {"number": each.number})
    return found


def _link(source: Incident, target: Incident, way: str, reason: str, by: str, at: datetime) -> None:
    IncidentLink.objects.create(
        source=source, target=target, way=way, reason=reason.strip(), by=by, at=at
    )
