"""From a warning or an alarm to the draft of an incident: nothing is typed twice."""

from django.db.models import Q
from django.utils.translation import gettext as _

from chengan.city.command.models import Incident
from chengan.city.command.services.opening import Draft
from chengan.city.warn import api as warn

Kind = Incident.Kind
BY_OBJECT = {
    "gas_well": Kind.GAS_LEAK,
    "gas_pipe": Kind.GAS_LEAK,
    "water_pipe": Kind.BURST_MAIN,
    "water_junction": Kind.BURST_MAIN,
    "bridge": Kind.BRIDGE_LIMIT,
    "underpass": Kind.FLOODED_UNDERPASS,
    "crowded_place": Kind.CROWD,
    "station": Kind.CROWD,
    "chemical_plant": Kind.CHEMICAL_RELEASE,
    "road_detector": Kind.TRAFFIC,
}
"""Kind of object → kind of incident that is proposed; the officer chooses."""


def from_alarm(alarm: warn.Alarm) -> Draft:
    """Give the draft of an incident from an alarm that an officer confirmed."""
    thing = alarm.city_object
    return Draft(
        kind=BY_OBJECT.get(thing.kind.code, Kind.OTHER),
        title=_("%(object)s: alarm %(number)s") % {"object": thing.name_zh, "number": alarm.number},
        origin=Incident.Origin.ALARM,
        origin_ref=f"alarm:{alarm.pk}",
        level=_level(alarm.severity),
        city_object=thing,
        occurred_at=alarm.first_at,
        is_sample=alarm.is_sample,
        more={"alarm": str(alarm.pk)},
    )


def from_warning(warning: warn.Warning) -> Draft:
    """Give the draft of an incident from a warning; an exercise becomes a drill of its own."""
    thing, is_drill = warning.city_object, warning.is_exercise
    return Draft(
        kind=BY_OBJECT.get(thing.kind.code, Kind.OTHER) if thing else Kind.OTHER,
        title=warning.headline_zh,
        summary=warning.description_zh,
        origin=Incident.Origin.DRILL if is_drill else Incident.Origin.WARNING,
        origin_ref="" if is_drill else f"warning:{warning.pk}",
        level=_level(warning.severity),
        city_object=thing,
        affected_area=warning.geometry,
        is_sample=warning.is_sample,
        more={"warning": str(warning.pk)},
    )


def known_refs(
    *, alarm: warn.Alarm | None = None, warning: warn.Warning | None = None
) -> list[str]:
    """Give every origin by which the same event may have an incident already."""
    refs = []
    if warning is not None:
        refs.append(f"warning:{warning.pk}")
        refs += [f"alarm:{warning.alarm_id}"] if warning.alarm_id else []
    if alarm is not None:
        refs.append(f"alarm:{alarm.pk}")
        of_event = Q(alarm=alarm)
        if alarm.group is not None and alarm.group.status != "gathering":
            of_event |= Q(group=alarm.group)
        same = warn.Warning.objects.filter(of_event, is_exercise=False)
        refs += [f"warning:{key}" for key in same.values_list("pk", flat=True)]
    return refs


def _level(severity: int) -> int:
    """Give the level that a colour proposes: red Ⅰ … blue Ⅳ; a notice is ordinary."""
    return min(max(severity, Incident.Level.ORDINARY), Incident.Level.EXTREME)
