"""Warnings begin: from a confirmed alarm, a person, a forecast, or another authority."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import models
from chengan.city.warn.cap import polygons
from chengan.city.warn.errors import BadWarning
from chengan.city.warn.models import Alarm, EventType, Origin, Severity, State
from chengan.city.warn.services import stepping

LOCK = 0x7761726F
AROUND_M = 120.0
OTHER = "other"
OVER = (State.LIFTED, State.EVALUATED, State.ARCHIVED, State.WITHDRAWN)
COLOURS_ZH = {5: "红色", 4: "橙色", 3: "黄色", 2: "蓝色", 1: "提示"}
COLOURS_EN = {5: "red", 4: "orange", 3: "yellow", 2: "blue", 1: "notice"}


@transaction.atomic
def open_from_alarm(*, alarm: Alarm, by: str, at: datetime, note: str = "") -> models.Warning:
    """Open a warning for an alarm that somebody confirmed; a second time gives the same one.

    One event has one warning: a worse alarm of it is noted there, for a person to raise the level.
    """
    standing = models.Warning.objects.filter(alarm=alarm).exclude(state=State.WITHDRAWN).first()
    if standing:
        return standing
    if same := warning_of_event(alarm):
        said = {"alarm": str(alarm.pk), "number": alarm.number, "alarm_severity": alarm.severity}
        stepping.note(warning=same, action="joined", at=at, by=by, reason=note, data=said)
        return same
    event_type = event_type_of(alarm)
    place = alarm.city_object
    return open_warning(
        event_type=event_type,
        severity=nearest_level(event_type, alarm.severity),
        origin=Origin.ALARM,
        by=by,
        at=at,
        reason=note,
        alarm=alarm,
        group=alarm.group,
        city_object=place,
        responsible=place.owner,
        description=_described(alarm),
        is_sample=alarm.is_sample,
        evidence=[{"alarm": str(alarm.pk), "number": alarm.number}],
    )


def warning_of_event(alarm: Alarm) -> models.Warning | None:
    """The warning, not over yet, of the event that an alarm belongs to; None without one."""
    if alarm.group is None or alarm.group.status == "gathering":
        return None
    going = models.Warning.objects.filter(group=alarm.group).exclude(state__in=OVER)
    return going.order_by("-number").first()


def open_warning(
    *,
    event_type: EventType,
    severity: int,
    origin: str,
    by: str,
    at: datetime,
    reason: str = "",
    evidence: list[Any] | None = None,
    city_object: places.CityObject | None = None,
    responsible: places.Organisation | None = None,
    area: places.Area | None = None,
    headline: tuple[str, str] | None = None,
    description: tuple[str, str] = ("", ""),
    geometry: Mapping[str, Any] | None = None,
    state: str = State.JUDGED,
    action: str = "judged",
    said: Mapping[str, Any] | None = None,
    **more: Any,
) -> models.Warning:
    """Open a warning, in state `judged` unless told otherwise; `more` are columns of `Warning`.

    `said` is what its first fact says besides `stepping.fact_data`.

    Raises
    ------
    BadWarning
        For a level that the type has not, an area that crosses itself, a time that has passed.
    """
    check_level(event_type, severity)
    check_times(at, more.get("expected_at"), more.get("expires_at"))
    responsible = responsible or (city_object.owner if city_object else None)
    place = area or _ground(city_object, responsible)
    named = headline or headlines(event_type, severity, city_object, place)
    shape = polygons.checked(geometry) if geometry else around(city_object)
    with transaction.atomic():
        made = models.Warning.objects.create(
            number=_next_number(),
            event_type=event_type,
            severity=severity,
            origin=origin,
            state=state,
            state_at=at,
            step_count=1,
            judged_by=by,
            city_object=city_object,
            responsible=responsible,
            owner_path=responsible.path if responsible else "",
            area_path=place.path if place else "",
            headline_zh=named[0][:160],
            headline_en=named[1][:160],
            description_zh=description[0],
            description_en=description[1],
            instruction_zh=more.pop("instruction_zh", event_type.instruction_zh),
            instruction_en=more.pop("instruction_en", event_type.instruction_en),
            geometry=shape,
            area_zh=more.pop("area_zh", "") or _area_name(city_object, place, "name_zh"),
            area_en=more.pop("area_en", "") or _area_name(city_object, place, "name_en"),
            is_public=more.pop("is_public", event_type.tells_public),
            is_sample=more.pop("is_sample", False) or _is_sample(city_object, area),
            **more,
        )
        step = stepping.log(
            warning=made, action=action, by=by, at=at, reason=reason, evidence=evidence or []
        )
        stepping.state_fact(made, step, dict(said or {}))
    return made


def open_forecast(
    *,
    event_type: EventType,
    severity: int,
    probability: float,
    expected_at: datetime,
    geometry: Mapping[str, Any] | None,
    by: str,
    at: datetime,
    responsible: places.Organisation | None = None,
    city_object: places.CityObject | None = None,
    reason: str = "",
    **more: Any,
) -> models.Warning:
    """Open a warning of something foreseen: how likely, when, how bad, where; none may be missing.

    On release the public and the responsible unit are told in the same transaction.

    Raises
    ------
    BadWarning
        Also for a probability outside 0–1, a time that has passed, or nobody responsible.
    """
    if not 0 <= probability <= 1:
        raise BadWarning(_("A probability lies between 0 and 1, got %s.") % probability)
    if expected_at <= at:
        raise BadWarning(_("What is foreseen lies in the past: give a later time."))
    if geometry is None:
        raise BadWarning(_("A forecast says how likely, when and where: none may be missing."))
    if responsible is None and city_object is None:
        raise BadWarning(_("A forecast needs a responsible unit: they are told with the public."))
    return open_warning(
        event_type=event_type,
        severity=severity,
        origin=Origin.FORECAST,
        by=by,
        at=at,
        reason=reason,
        responsible=responsible,
        city_object=city_object,
        geometry=geometry,
        probability=probability,
        expected_at=expected_at,
        is_public=True,
        **more,
    )


def event_type_of(alarm: Alarm) -> EventType:
    """The type whose kinds and properties fit an alarm best; `other` when none does."""
    rule = alarm.group.rule if alarm.group_id and alarm.group else None
    if rule and rule.event_type:
        return rule.event_type
    kind, observed = alarm.city_object.kind.code, alarm.datastream.observed_property.code
    fitting = [
        (bool(each.kinds) + bool(each.properties), each)
        for each in EventType.objects.filter(is_active=True).order_by("pk")
        if (not each.kinds or kind in each.kinds)
        and (not each.properties or observed in each.properties)
        and (each.kinds or each.properties)
    ]
    best = max(fitting, key=lambda pair: pair[0], default=None)
    return best[1] if best else other_type()


def other_type() -> EventType:
    """The type of what fits no other."""
    made, _new = EventType.objects.get_or_create(
        code=OTHER, defaults={"name_zh": "其他突发事件", "name_en": "Other emergency"}
    )
    return made


def nearest_level(event_type: EventType, severity: int) -> int:
    """The level of this type that is nearest to `severity`, the worse one of two; or a notice."""
    if severity <= Severity.NOTICE:
        return int(Severity.NOTICE)
    return min(event_type.levels, key=lambda level: (abs(level - severity), -level))


def check_level(event_type: EventType, severity: int) -> None:
    """Refuse a level that the type has not; a notice is always there."""
    if severity != Severity.NOTICE and severity not in event_type.levels:
        names = _(", ").join(str(Severity(each).label) for each in event_type.levels)
        raise BadWarning(
            _("%(event)s has no such level: use one of %(levels)s.")
            % {"event": event_type, "levels": names}
        )


def check_times(at: datetime, expected_at: datetime | None, expires_at: datetime | None) -> None:
    """Refuse what would be over before it begins."""
    if expires_at is not None and expires_at <= at:
        raise BadWarning(_("The end of the warning lies in the past: give a later time."))
    if expected_at is not None and expires_at is not None and expires_at <= expected_at:
        raise BadWarning(_("The warning would end before what it warns of: give a later end."))


def headlines(
    event_type: EventType,
    severity: int,
    city_object: places.CityObject | None,
    area: places.Area | None,
) -> tuple[str, str]:
    """Headline in Chinese and in English."""
    zh = _area_name(city_object, area, "name_zh")
    en = _area_name(city_object, area, "name_en") or zh
    event_en = event_type.name_en or event_type.name_zh
    return (
        f"{zh}{event_type.name_zh}{COLOURS_ZH[severity]}预警",
        f"{event_en}, {COLOURS_EN[severity]}: {en}".strip(": "),
    )


def around(city_object: places.CityObject | None) -> dict[str, Any] | None:
    """The ground within 120 m of an object's point."""
    if city_object is None:
        return None
    return polygons.circle(city_object.lon, city_object.lat, AROUND_M)


def _is_sample(*named: places.CityObject | places.Area | None) -> bool:
    return any(each is not None and each.is_sample for each in named)


def _ground(
    city_object: places.CityObject | None, responsible: places.Organisation | None
) -> places.Area | None:
    if city_object:
        return city_object.area
    return responsible.area if responsible else None


def _area_name(city_object: places.CityObject | None, area: places.Area | None, field: str) -> str:
    named = city_object or area
    return (getattr(named, field) or named.name_zh)[:300] if named else ""


def _described(alarm: Alarm) -> tuple[str, str]:
    stream = alarm.datastream
    value, limit = sense.shown(stream, alarm.value), sense.shown(stream, alarm.limit)
    unit = stream.observed_property.shown_unit
    if value is None:
        return stream.name_zh, stream.name_en
    figures = f"{value:.4g} {unit}" + (f" ({limit:.4g} {unit})" if limit is not None else "")
    return (
        f"{stream.name_zh} {figures.replace('(', '（限值 ').replace(')', '）')}",
        f"{stream.name_en or stream.name_zh} {figures.replace('(', '(limit ')}",
    )


def _next_number() -> int:
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        sql.execute("select coalesce(max(number), 0) + 1 from warn_warning")
        return int(sql.fetchone()[0])
