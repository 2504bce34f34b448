"""The warnings a user may see, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.models import State

PAGE = 50
OVER = (State.LIFTED, State.EVALUATED, State.ARCHIVED, State.WITHDRAWN)
FILTERS = {
    "state": "state",
    "severity": "severity",
    "event": "event_type__code",
    "origin": "origin",
}
TEXT = ("headline_zh", "headline_en", "identifier", "city_object__name_zh", "sender")
RELATED = ("event_type", "city_object__kind", "responsible")


def visible_warnings(
    user: places.Somebody, permission: str = places.Permission.VIEW_ALARMS
) -> QuerySet[models.Warning]:
    """Warnings of the branches, ground and duties where `user` holds `permission`.

    A warning without a place (from another authority) is for whoever holds it anywhere.
    """
    reach = places.scope(user, permission)
    wanted = reach.paths_q("owner_path", "area_path", "city_object_id")
    if reach and not reach.everything:
        wanted |= Q(owner_path="", area_path="", city_object=None)
    return models.Warning.objects.filter(wanted).select_related(*RELATED)


def going_on(user: places.Somebody) -> QuerySet[models.Warning]:
    """Visible warnings that are not over, worst first."""
    found = visible_warnings(user).exclude(state__in=OVER)
    return found.order_by("-severity", "-number")


@dataclass(frozen=True)
class WarningPage:
    """One page of warnings; `after` opens the next one, empty on the last."""

    warnings: list[models.Warning]
    after: str


def filtered_warnings(
    user: places.Somebody, filters: Mapping[str, str]
) -> QuerySet[models.Warning]:
    """Give the warnings that `filters` leave: FILTERS, `show` (going, supervised), `q`."""
    found = visible_warnings(user).filter(
        **{FILTERS[name]: filters[name] for name in FILTERS if filters.get(name)}
    )
    if filters.get("show") == "going":
        found = found.exclude(state__in=OVER)
    if filters.get("show") == "supervised":
        found = found.exclude(supervised_at=None).exclude(state__in=OVER)
    if text := filters.get("q", "").strip():
        match = Q()
        for name in TEXT:
            match |= Q(**{f"{name}__icontains": text})
        if text.removeprefix("#").isdecimal():
            match |= Q(number=int(text.removeprefix("#")))
        found = found.filter(match)
    return found.order_by("-number")


def warning_page(
    user: places.Somebody, filters: Mapping[str, str], after: str = "", most: int = PAGE
) -> WarningPage:
    """Give the newest warnings from behind the number `after`."""
    found = filtered_warnings(user, filters)
    if after.isdecimal():
        found = found.filter(number__lt=int(after))
    rows = list(found[: most + 1])
    last = rows[most - 1] if len(rows) > most else None
    return WarningPage(rows[:most], str(last.number) if last else "")
