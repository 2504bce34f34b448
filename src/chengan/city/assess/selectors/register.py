"""The risks that a user may see, worst first, by keyset."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from chengan.city.assess.models import Control, Level, Rating, ReviewDue, Risk
from chengan.city.places import api as places

PAGE: Final = 50
RELATED: Final = ("risk__city_object__kind", "risk__city_object__owner", "risk__city_object__area")
LOWEST: Final = 0
"""Where ratings without a level stand in the order: below blue."""


def visible_ratings(
    user: places.Somebody, permission: str = places.Permission.VIEW_RISKS
) -> QuerySet[Rating]:
    """Ratings of risks of the user's branches, ground and duties."""
    reach = places.scope(user, permission)
    return Rating.objects.filter(
        reach.paths_q("owner_path", "area_path", "risk__city_object_id")
    ).select_related(*RELATED)


def visible_risks(
    user: places.Somebody, permission: str = places.Permission.VIEW_RISKS
) -> QuerySet[Risk]:
    """Risks of the user's branches, ground and duties."""
    return Risk.objects.filter(_reached(user, permission)).select_related(
        "rating", "city_object__kind", "city_object__owner", "city_object__area"
    )


def _reached(user: places.Somebody, permission: str, risk: str = "", own: str = "") -> Q:
    """Rows whose risk (by the path `risk`) the user reaches by branch, ground or duty.

    `own` names the path of an organisation whose rows the user reaches besides.
    """
    reach = places.scope(user, permission)
    found = reach.paths_q(
        f"{risk}rating__owner_path", f"{risk}rating__area_path", f"{risk}city_object_id"
    )
    return found | reach.paths_q(own) if own else found


def visible_controls(user: places.Somebody) -> QuerySet[Control]:
    """Controls of visible risks, and those that the user's organisations own."""
    found = _reached(user, places.Permission.VIEW_RISKS, "risk__", "owner__path")
    return Control.objects.filter(found).select_related(
        "owner", "risk__city_object", "risk__rating"
    )


def editable_controls(user: places.Somebody) -> QuerySet[Control]:
    """Controls of open risks that the user may change, and those of the user's organisations."""
    found = _reached(user, places.Permission.EDIT_RISKS, "risk__", "owner__path")
    return (
        Control.objects.filter(found)
        .exclude(risk__status=Risk.Status.CLOSED)
        .select_related("owner", "risk__city_object")
    )


@dataclass(frozen=True)
class Page:
    """One page of ratings; `after` opens the next one, empty on the last."""

    ratings: list[Rating]
    after: str


def filtered(user: places.Somebody, filters: Mapping[str, str]) -> QuerySet[Rating]:
    """Give the ratings that the filters leave, worst first.

    Filters: level (`by` current, residual or inherent), sector, kind, raised, overdue (a date),
    area (code), object (id), cell (`h3_9:…`), status, owner (code), q (text or number).
    """
    found = visible_ratings(user)
    if level := filters.get("level", ""):
        by = filters.get("by", "")
        name = by if by in {"residual", "inherent"} else "current"
        found = found.filter(**{name: int(level) if level.isdecimal() else None})
    plain = {"sector": "sector", "kind": "risk__city_object__kind__code",
             "object": "risk__city_object_id", "status": "risk__status"}  # fmt: skip
    for name, field in plain.items():
        if value := filters.get(name, ""):
            found = found.filter(**{field: value})
    if not filters.get("status"):
        found = found.filter(is_open=True)
    if filters.get("raised"):
        found = found.filter(is_raised=True)
    if day := filters.get("overdue", ""):
        found = found.filter(review_date__lt=day)
    for name, field in (("area", "area_path"), ("owner", "owner_path")):
        if code := filters.get(name, ""):
            model: Any = places.Area if name == "area" else places.Organisation
            path = model.objects.filter(code=code).values_list("path", flat=True).first()
            found = found.filter(**{f"{field}__startswith": path}) if path else found.none()
    scheme, _colon, cell = filters.get("cell", "").partition(":")
    if scheme in {"h3_7", "h3_8", "h3_9", "h3_10"} and cell:
        try:
            found = found.filter(**{scheme: int(cell, 16)})
        except ValueError:
            found = found.none()
    if text := filters.get("q", "").strip():
        match = Q(risk__name_zh__icontains=text) | Q(risk__name_en__icontains=text)
        match |= Q(risk__city_object__name_zh__icontains=text)
        if text.removeprefix("#").isdecimal():
            match |= Q(risk_id=int(text.removeprefix("#")))
        found = found.filter(match)
    return found.order_by(F("current").desc(nulls_last=True), "-risk_id")


def page(
    user: places.Somebody, filters: Mapping[str, str], after: str = "", most: int = PAGE
) -> Page:
    """Give the ratings worst first from behind `after` (level-number)."""
    found = filtered(user, filters)
    level, _dash, number = after.partition("-")
    if level.isdecimal() and number.isdecimal():
        below = Q(current__lt=int(level)) | Q(current=None)
        if int(level) == LOWEST:
            found = found.filter(current=None, risk_id__lt=int(number))
        else:
            found = found.filter(below | Q(current=int(level), risk_id__lt=int(number)))
    rows = list(found[: most + 1])
    last = rows[most - 1] if len(rows) > most else None
    return Page(rows[:most], f"{last.current or LOWEST}-{last.risk_id}" if last else "")


def visible_dues(user: places.Somebody) -> QuerySet[ReviewDue]:
    """Dates that are due: of visible risks, and of controls that the user's organisations own."""
    found = _reached(user, places.Permission.VIEW_RISKS, "risk__", "control__owner__path")
    return (
        ReviewDue.objects.filter(found, done_at=None)
        .select_related(
            "risk__rating",
            "risk__city_object__owner",
            "control__owner",
            "escalated_to",
        )
        .order_by("due_at", "pk")
    )


def counts(user: places.Somebody) -> dict[int | None, int]:
    """How many open risks there are, by current level; None where there is none."""
    rows = (
        visible_ratings(user)
        .select_related(None)
        .filter(is_open=True)
        .order_by()
        .values_list("current")
        .annotate(Count("risk_id"))
    )
    return dict(rows)


def sectors() -> list[tuple[str, str, str]]:
    """Give code, Chinese and English name of every sector with a library in force."""
    from chengan.city.assess.models import HazardLibrary

    rows = HazardLibrary.objects.filter(retired_at=None).order_by("code")
    return list(rows.values_list("code", "name_zh", "name_en"))


def answering(
    risk: Risk, level: int | None, policy: Mapping[str, Any]
) -> places.Organisation | None:
    """Give the organisation that answers for a risk at its tier: the nearest on its ground."""
    if level not in Level.values:
        return None
    kind = policy["answers"][str(level)]
    if kind == "city":
        return places.Organisation.objects.filter(kind="city", retired_at=None).first()
    if kind == "enterprise":
        return risk.city_object.owner
    area = risk.city_object.area
    if area is None:
        return None
    parts = area.path.strip("/").split("/")
    found = places.Organisation.objects.filter(
        kind=kind, area_id__in=[int(part) for part in parts], retired_at=None
    )
    return found.order_by("-area__path", "id").first()
