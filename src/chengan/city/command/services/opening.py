"""Opens incidents: from a warning, an alarm, a report, a telephone call, or as a drill."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import BadTask, NotMixed
from chengan.city.command.models import Incident
from chengan.city.command.places_of import checked_area, checked_point
from chengan.city.command.services import log
from chengan.city.places import api as places

LOCK = 0x636D6E64  # "cmnd": keeps numbers without gaps


@dataclass(frozen=True)
class Draft:
    """An incident as it will be opened; what is empty is unknown."""

    kind: str
    title: str
    origin: str
    level: int = Incident.Level.ORDINARY
    origin_ref: str = ""
    summary: str = ""
    city_object: places.CityObject | None = None
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    affected_area: Any = None
    caller_name: str = ""
    caller_phone: str = ""
    occurred_at: datetime | None = None
    is_sample: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def open_incident(
    *, draft: Draft, lead: places.Organisation, by: str, at: datetime
) -> tuple[Incident, bool]:
    """Open an incident led by `lead`; give it and whether it is new.

    The same warning or alarm opens one incident only, whoever presses, however often.

    Raises
    ------
    BadPlace
        If its position or area is no sound one.
    BadTask
        If it began after `at`, or has no title.
    NotMixed
        If a drill names a real origin.
    """
    _refuse(draft, at)
    made = _row(draft, lead, by, at)
    try:
        with transaction.atomic():
            made.number = _next_number()
            made.save(force_insert=True)
            log.record("incident.opened", made, at, by, **_said(draft, made))
    except IntegrityError:
        same = Incident.objects.filter(origin_ref=draft.origin_ref).exclude(origin_ref="").first()
        if same is None:
            raise
        return same, False
    return made, True


def _refuse(draft: Draft, at: datetime) -> None:
    if not draft.title.strip():
        raise BadTask(_("An incident needs a title."))
    if draft.kind not in Incident.Kind.values:
        raise BadTask(_("There is no kind of incident “%(kind)s”.") % {"kind": draft.kind})
    if draft.occurred_at and draft.occurred_at > at:
        raise BadTask(_("It can't have begun in the future: check the time."))
    if draft.origin == Incident.Origin.DRILL and draft.origin_ref:
        raise NotMixed(_("A drill can't be opened from a real alarm or warning."))


def _row(draft: Draft, lead: places.Organisation, by: str, at: datetime) -> Incident:
    lon, lat = checked_point(draft.lon, draft.lat)
    if lon is None and draft.city_object:
        lon, lat = draft.city_object.lon, draft.city_object.lat
    area = places.area_at(lon, lat) or (draft.city_object.area if draft.city_object else None)
    return Incident(
        kind=draft.kind,
        level=draft.level,
        origin=draft.origin,
        origin_ref=draft.origin_ref,
        is_drill=draft.origin == Incident.Origin.DRILL,
        is_sample=draft.is_sample or bool(draft.city_object and draft.city_object.is_sample),
        title=draft.title.strip(),
        summary=draft.summary.strip(),
        caller_name=draft.caller_name,
        caller_phone=draft.caller_phone,
        lead=lead,
        owner_path=lead.path,
        area=area,
        area_path=area.path if area else "",
        city_object=draft.city_object,
        address=draft.address,
        lon=lon,
        lat=lat,
        affected_area=checked_area(draft.affected_area),
        occurred_at=draft.occurred_at or at,
        opened_at=at,
        opened_by=by,
    )


def _said(draft: Draft, made: Incident) -> dict[str, Any]:
    return {
        "number": made.number,
        "title": made.title,
        "incident_kind": made.kind,
        "level": made.level,
        "origin": made.origin,
        "origin_ref": made.origin_ref,
        "city_object": made.city_object_id,
        "note": made.summary,
        **draft.more,
    }


def _next_number() -> int:
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        sql.execute("select coalesce(max(number), 0) + 1 from command_incident")
        return int(sql.fetchone()[0])
