"""The alarms a user may see, worst and newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from chengan.city.places import api as places
from chengan.city.warn.models import Alarm

PAGE = 50
FILTERS = ("status", "severity", "category", "cause")


RELATED = ("city_object__kind", "city_object__owner", "datastream__observed_property")


def visible_alarms(user: places.Somebody) -> QuerySet[Alarm]:
    """Alarms of the branches, ground and duties of `user`."""
    reach = places.scope(user, places.Permission.VIEW_ALARMS)
    found = Alarm.objects.filter(reach.paths_q("owner_path", "area_path", "city_object_id"))
    return found.select_related(*RELATED)


@dataclass(frozen=True)
class Queue:
    """One page of alarms; `after` opens the next one, empty on the last."""

    alarms: list[Alarm]
    after: str


def queue(
    user: places.Somebody, filters: Mapping[str, str], after: str = "", most: int = PAGE
) -> Queue:
    """Give the alarms worst first, then newest, from behind `after` (severity-number)."""
    found = visible_alarms(user).filter(
        **{name: filters[name] for name in FILTERS if filters.get(name)}
    )
    severity, _dash, number = after.partition("-")
    if severity.isdigit() and number.isdigit():
        behind = Q(severity__lt=int(severity)) | Q(severity=int(severity), number__lt=int(number))
        found = found.filter(behind)
    page = _with_related(found.order_by("-severity", "-number")[: most + 1])
    last = page[most - 1] if len(page) > most else None
    return Queue(page[:most], f"{last.severity}-{last.number}" if last else "")


def _with_related(page: QuerySet[Alarm]) -> list[Alarm]:
    """Choose the rows of a page by index first, and only then join what they hang on."""
    chosen = list(page.select_related(None).values_list("pk", flat=True))
    rows = Alarm.objects.select_related(*RELATED).in_bulk(chosen)
    return [rows[each] for each in chosen if each in rows]


def counts(user: places.Somebody) -> dict[int, int]:
    """How many alarms wait, by severity."""
    rows = (
        visible_alarms(user)
        .filter(status=Alarm.Status.OPEN)
        .order_by()
        .values_list("severity")
        .annotate(Count("number"))
    )
    return dict(rows)


def similar(alarm: Alarm, most: int = 5) -> QuerySet[Alarm]:
    """Past alarms of the same kind of object and cause, the same object's first."""
    same = Alarm.objects.filter(
        category=alarm.category, cause=alarm.cause, city_object__kind=alarm.city_object.kind
    ).exclude(pk=alarm.pk)
    here = same.filter(city_object=alarm.city_object)
    return (
        (here if here.exists() else same).select_related("city_object").order_by("-number")[:most]
    )


def precision_by_rule() -> list[dict[str, Any]]:
    """Share of confirmed among judged safety alarms, by rule; None where none was judged."""
    confirmed = Count("pk", filter=Q(status=Alarm.Status.CONFIRMED))
    dismissed = Count("pk", filter=Q(status=Alarm.Status.DISMISSED))
    rows = (
        Alarm.objects.filter(category=Alarm.Category.SAFETY)
        .values("rule")
        .annotate(raised=Count("pk"), confirmed=confirmed, dismissed=dismissed)
        .order_by("rule")
    )
    return [row | {"precision": _share(row["confirmed"], row["dismissed"])} for row in rows]


def _share(confirmed: int, dismissed: int) -> float | None:
    judged = confirmed + dismissed
    return confirmed / judged if judged else None
