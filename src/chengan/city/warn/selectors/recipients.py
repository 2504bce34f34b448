"""Who is told of a warning, in which role, and why: by duties, rosters and the tree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, Value

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.models import Routing

Whom = Routing.Whom
HOW_ZH = {"roster": "当班", "post": "任职", "substitute": "替补"}
HOW_EN = {"roster": "on the roster", "post": "holds the post", "substitute": "substitute"}
DUTY_ROOM = ["city", "department"]


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told: a person, or an organisation where nobody is on duty.

    `chain` names the seat that must answer: whoever answers in it answers for it.
    """

    whom: str
    organisation: places.Organisation | None
    person: places.Person | None
    why_zh: str
    why_en: str
    needs_receipt: bool
    chain: str
    substitutes: list[places.Person] = field(default_factory=list)


def routes(warning: models.Warning, severity: int) -> list[Routing]:
    """The rules that hold at this level; one of the event type stands before the general one."""
    rows = Routing.objects.filter(
        Q(event_type=warning.event_type) | Q(event_type=None), is_active=True
    ).order_by("whom", F("event_type").desc(nulls_last=True))
    nearest: dict[str, Routing] = {}
    for row in rows:
        nearest.setdefault(row.whom, row)
    order = list(Whom.values)
    found = [row for row in nearest.values() if row.from_severity <= severity]
    return sorted(found, key=lambda row: order.index(row.whom))


def who_is_told(
    warning: models.Warning, at: datetime, severity: int | None = None
) -> list[Recipient]:
    """Everybody to be told at `severity` (the warning's own when None), each person once."""
    told: dict[int, Recipient] = {}
    empty: list[Recipient] = []
    for route in routes(warning, severity or warning.severity):
        for each in _of_route(route, warning, at):
            if each.person is None:
                empty.append(each)
            elif each.person.pk not in told:
                told[each.person.pk] = each
    return [*told.values(), *empty]


def tells_public(warning: models.Warning, severity: int | None = None) -> bool:
    """Say whether the public is told at this level."""
    level = severity or warning.severity
    return warning.is_public and any(row.whom == Whom.PUBLIC for row in routes(warning, level))


def reaches_public(warning: models.Warning) -> bool:
    """Say whether the next message is for the public: whoever heard of it hears how it goes on."""
    out = warning.messages.filter(direction=models.CapMessage.Direction.OUT, scope="Public")
    return tells_public(warning) or out.exists()


def duty_room(at: datetime) -> list[places.Person]:
    """Who sits in the duty room at `at`: the rosters of the city and its departments."""
    return places.on_rosters(at, DUTY_ROOM)


def _of_route(route: Routing, warning: models.Warning, at: datetime) -> Iterator[Recipient]:
    place = warning.city_object
    if route.whom == Whom.RESPONSIBLE:
        found = list(_holders(route, warning, at, {"responsible", "maintenance"}))
        yield from found or _people(route, warning.responsible, at)
    elif route.whom == Whom.SUPERVISION and place:
        yield from _holders(route, warning, at, {"supervision"})
    elif route.whom == Whom.OWNER:
        yield from _people(route, warning.responsible, at)
    elif route.whom == Whom.DEPARTMENT:
        for each in _above(warning.responsible, "department"):
            yield from _people(route, each, at)
    elif route.whom == Whom.DISTRICT:
        for each in _districts(warning):
            yield from _people(route, each, at)
    elif route.whom == Whom.CITY:
        yield from _city(route, at)


def _holders(
    route: Routing, warning: models.Warning, at: datetime, roles: set[str]
) -> Iterator[Recipient]:
    if warning.city_object is None:
        return
    holders = places.duty_holders(city_object=warning.city_object, at=at)
    fitting = [each for each in holders if each.role in roles]
    for holder in fitting:
        if holder.how == "substitute":
            continue
        stand_in = [
            each.person
            for each in fitting
            if each.how == "substitute" and each.post.pk == holder.post.pk
        ]
        target, post = holder.target, holder.post
        yield Recipient(
            route.whom,
            post.organisation,
            holder.person,
            f"{target.name_zh} · {post.name_zh}（{HOW_ZH[holder.how]}）",
            f"{target.name_en or target.name_zh} · {post.name_en or post.name_zh}"
            f" ({HOW_EN[holder.how]})",
            route.needs_receipt,
            f"{route.whom}:{holder.person.pk}",
            stand_in,
        )


def _people(
    route: Routing, organisation: places.Organisation | None, at: datetime
) -> Iterator[Recipient]:
    if organisation is None:
        return
    label_zh = f"{organisation.name_zh} · {_WORDS_ZH[route.whom]}"
    label_en = f"{organisation.name_en or organisation.name_zh} · {_WORDS_EN[route.whom]}"
    found = places.people_of(organisation, at)
    for person, how in found:
        yield Recipient(
            route.whom,
            organisation,
            person,
            f"{label_zh}（{HOW_ZH[how]}）",
            f"{label_en} ({HOW_EN[how]})",
            route.needs_receipt,
            f"{route.whom}:{organisation.pk}",
        )
    if not found:
        yield Recipient(
            route.whom,
            organisation,
            None,
            f"{label_zh}（无人值班，按电话通知）",
            f"{label_en} (nobody on duty: call them)",
            route.needs_receipt,
            f"{route.whom}:{organisation.pk}",
        )


def _city(route: Routing, at: datetime) -> Iterator[Recipient]:
    for organisation in places.Organisation.objects.filter(kind="city", retired_at=None):
        if places.people_of(organisation, at):
            yield from _people(route, organisation, at)
    for person in duty_room(at):
        yield Recipient(
            route.whom,
            person.organisation,
            person,
            f"{person.organisation.name_zh} · 值班室（当班）",
            f"{person.organisation.name_en or person.organisation.name_zh}"
            " · duty room (on the roster)",
            route.needs_receipt,
            f"{route.whom}:{person.organisation_id}",
        )


def _above(organisation: places.Organisation | None, kind: str) -> list[places.Organisation]:
    """The nearest organisation of `kind` on the way up the tree, the organisation included."""
    if organisation is None:
        return []
    ids = [int(part) for part in organisation.path.strip("/").split("/") if part]
    found = places.Organisation.objects.filter(pk__in=ids, kind=kind, retired_at=None)
    return list(found.order_by("-path")[:1])


def _districts(warning: models.Warning) -> list[places.Organisation]:
    if not warning.area_path:
        return []
    place = Value(warning.area_path)
    found = places.Organisation.objects.filter(
        kind="district", retired_at=None, area__isnull=False
    ).annotate(place=place)
    return list(found.filter(place__startswith=F("area__path")))


def up_the_tree(warning: models.Warning, at: datetime) -> list[places.Person]:
    """Who is on duty in the nearest organisation above the responsible one that has somebody."""
    organisation = warning.responsible
    while organisation is not None and organisation.parent_id:
        organisation = organisation.parent
        if organisation and (found := places.people_of(organisation, at)):
            return [person for person, _how in found]
    return []


_WORDS_ZH: dict[str, str] = {
    Whom.RESPONSIBLE: "责任单位",
    Whom.OWNER: "权属单位",
    Whom.SUPERVISION: "属地监管",
    Whom.DEPARTMENT: "行业主管部门",
    Whom.DISTRICT: "属地政府",
    Whom.CITY: "市级",
}
_WORDS_EN: dict[str, str] = {
    Whom.RESPONSIBLE: "responsible unit",
    Whom.OWNER: "owner",
    Whom.SUPERVISION: "supervises the place",
    Whom.DEPARTMENT: "department in charge",
    Whom.DISTRICT: "district government",
    Whom.CITY: "city",
}
