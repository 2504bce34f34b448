"""The hidden dangers a user may see: of their branches and ground, and those they reported."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from chengan.city.close.models import HiddenDanger
from chengan.city.places import api as places
from chengan.core.geo.distance import box_around, distances_m

May = places.Permission
PAGE: Final = 50
NEAR_M: Final = 100.0
"""How near a danger counts as perhaps the same [ours]."""
RELATED: Final = ("organisation__parent", "city_object__kind", "area", "risk")
NUMBERS: Final = ("level", "kind", "source")
DIGITS: Final = 19
OVER: Final = (HiddenDanger.Status.CLOSED, HiddenDanger.Status.DISMISSED)


def visible_dangers(
    user: places.Somebody, permission: str = May.VIEW_DANGERS
) -> QuerySet[HiddenDanger]:
    """Dangers that the user's branches answer for or that lie on their own ground.

    What a duty names is not enough: a firm sees its own dangers only. Who reported one sees what
    became of it.
    """
    reach = places.branches(user, permission)
    wanted = reach.paths_q("organisation_path", "area_path")
    own = not reach.everything and permission == May.VIEW_DANGERS
    if own and places.may(user, May.REPORT_DANGERS):
        wanted |= Q(found_by=user.get_username())
    return HiddenDanger.objects.filter(wanted).select_related(*RELATED)


def filtered(
    user: places.Somebody, filters: Mapping[str, str], at: datetime
) -> QuerySet[HiddenDanger]:
    """Give the dangers that `filters` leave, newest first.

    status (open, or one of them), due (overdue or days), level, kind, source, listed, owner and
    area (codes), object (id), q (text or number).
    """
    found = _by_state(visible_dangers(user), filters, at)
    for name in NUMBERS:
        if filters.get(name, "").isdecimal():
            found = found.filter(**{name: int(filters[name])})
    if filters.get("listed"):
        found = found.exclude(listed_at=None)
    if filters.get("object", "").isdecimal():
        found = found.filter(city_object=int(filters["object"]))
    if code := filters.get("owner", ""):
        path = places.Organisation.objects.filter(code=code).values_list("path", flat=True).first()
        found = found.filter(organisation_path__startswith=path) if path else found.none()
    if text := filters.get("q", "").strip()[:100]:
        found = found.filter(_matching(text))
    return found.order_by("-pk")


def _by_state(
    found: QuerySet[HiddenDanger], filters: Mapping[str, str], at: datetime
) -> QuerySet[HiddenDanger]:
    status, due = filters.get("status", ""), filters.get("due", "")
    if status == "open":
        found = found.exclude(status__in=OVER)
    elif status in HiddenDanger.Status.values:
        found = found.filter(status=status)
    going = [HiddenDanger.Status.ORDERED, HiddenDanger.Status.RECTIFYING]
    if due == "overdue":
        found = found.filter(overdue_at__isnull=False).exclude(status__in=OVER)
    elif due in {"7", "30"}:
        until = at + timedelta(days=int(due))
        found = found.filter(status__in=going, due_at__range=(at, until))
    return found


def matching(user: places.Somebody, text: str) -> QuerySet[HiddenDanger]:
    """Give the dangers that are called so or have this number, newest first."""
    return visible_dangers(user).filter(_matching(text)).order_by("-pk")


def _matching(text: str) -> Q:
    match = Q(title__icontains=text) | Q(description__icontains=text)
    match |= Q(city_object__name_zh__icontains=text) | Q(city_object__name_en__icontains=text)
    match |= Q(organisation__name_zh__icontains=text) | Q(organisation__name_en__icontains=text)
    number = text.removeprefix("#")
    return match | Q(pk=int(number)) if number.isdecimal() and len(number) < DIGITS else match


def page_of(
    found: QuerySet[HiddenDanger], after: str, most: int = PAGE
) -> tuple[list[HiddenDanger], str]:
    """Give one page behind the number `after`, and where the next begins (empty on the last)."""
    if after.isdecimal():
        found = found.filter(pk__lt=int(after))
    rows = list(found[: most + 1])
    return rows[:most], str(rows[most - 1].pk) if len(rows) > most else ""


def alike(user: places.Somebody, kind: int, lon: float, lat: float) -> list[HiddenDanger]:
    """Open dangers of the same type within NEAR_M that the user may see, nearest first."""
    west, south, east, north = box_around(lon, lat, NEAR_M)
    seen = visible_dangers(user).exclude(status__in=OVER)
    rows = list(seen.filter(kind=kind, lon__range=(west, east), lat__range=(south, north)))
    lons, lats = [each.lon or 0.0 for each in rows], [each.lat or 0.0 for each in rows]
    metres = distances_m(lon, lat, lons, lats)
    near = sorted(zip(metres.tolist(), rows, strict=True), key=lambda pair: pair[0])
    return [each for far, each in near if far <= NEAR_M]
