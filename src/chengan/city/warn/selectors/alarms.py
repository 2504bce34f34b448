"""The alarms a user may see, worst and newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from chengan.city.places import api as places
from chengan.city.warn.models import Alarm, Silence
from chengan.city.warn.selectors import silences

PAGE = 50
FILTERS = {
    "status": "status",
    "severity": "severity",
    "category": "category",
    "cause": "cause",
    "kind": "city_object__kind__code",
    "assigned": "assigned_to",
}
TEXT = ("city_object__name_zh", "city_object__name_en", "datastream__name_zh", "datastream__key")


RELATED = (
    "city_object__kind",
    "city_object__owner",
    "datastream__observed_property",
    "group",
)


def visible_alarms(
    user: places.Somebody, permission: str = places.Permission.VIEW_ALARMS
) -> QuerySet[Alarm]:
    """Alarms of the branches, ground and duties where `user` holds `permission`."""
    reach = places.scope(user, permission)
    found = Alarm.objects.filter(reach.paths_q("owner_path", "area_path", "city_object_id"))
    return found.select_related(*RELATED)


def silenced(user: places.Somebody, at: datetime) -> list[tuple[Silence, int]]:
    """Silences and maintenance windows in force at `at`, and how many alarms each hides."""
    going = silences.visible_silences(user).filter(ended_at=None, starts_at__lte=at, ends_at__gt=at)
    waiting = visible_alarms(user).filter(status=Alarm.Status.OPEN).order_by()
    return [(each, waiting.filter(silences.matches(each)).count()) for each in going]


@dataclass(frozen=True)
class Queue:
    """One page of alarms; `after` opens the next one, empty on the last."""

    alarms: list[Alarm]
    after: str


def filtered(user: places.Somebody, filters: Mapping[str, str]) -> QuerySet[Alarm]:
    """Give the alarms that `filters` (FILTERS, and `q` for text or a number) leave, worst first."""
    found = visible_alarms(user).filter(
        **{FILTERS[name]: filters[name] for name in FILTERS if filters.get(name)}
    )
    found = _shown(found, filters)
    if text := filters.get("q", "").strip():
        match = Q()
        for name in TEXT:
            match |= Q(**{f"{name}__icontains": text})
        if text.removeprefix("#").isdecimal():
            match |= Q(number=int(text.removeprefix("#")))
        found = found.filter(match)
    return found.order_by("-severity", "-number")


def _shown(found: QuerySet[Alarm], filters: Mapping[str, str]) -> QuerySet[Alarm]:
    """Leave out what is not the officer's to look at now, or (`show=hidden`) only that.

    Hidden are: followers in a group, alarms that another one explains, silenced ones.
    """
    if filters.get("group", "").isdecimal():
        return found.filter(group=int(filters["group"]))
    silenced = silences.hidden_q(silences.in_force())
    if filters.get("show") == "hidden":
        wanted = Q(inhibited_by__isnull=False)
        found = found.filter(status=Alarm.Status.OPEN)
        return found.filter(wanted | silenced if silenced is not None else wanted)
    found = found.filter(is_lead=True)
    if filters.get("status") != Alarm.Status.OPEN:
        return found
    found = found.filter(inhibited_by=None)
    return found.exclude(silenced) if silenced is not None else found


def waiting(user: places.Somebody) -> QuerySet[Alarm]:
    """Visible alarms that wait for an officer: an event once, nothing silenced or explained."""
    found = visible_alarms(user).filter(status=Alarm.Status.OPEN)
    return _shown(found, {"status": Alarm.Status.OPEN})


def hidden_count(user: places.Somebody, most: int = 1000) -> int:
    """How many waiting alarms are silenced or explained by others, up to `most`."""
    found = _shown(visible_alarms(user), {"show": "hidden"}).order_by()
    return len(found.values_list("pk")[:most])


def queue(
    user: places.Somebody, filters: Mapping[str, str], after: str = "", most: int = PAGE
) -> Queue:
    """Give the alarms worst first, then newest, from behind `after` (severity-number)."""
    found = filtered(user, filters)
    severity, _dash, number = after.partition("-")
    if severity.isdecimal() and number.isdecimal():
        behind = Q(severity__lt=int(severity)) | Q(severity=int(severity), number__lt=int(number))
        found = found.filter(behind)
    page = _with_related(found[: most + 1])
    last = page[most - 1] if len(page) > most else None
    return Queue(page[:most], f"{last.severity}-{last.number}" if last else "")


def _with_related(page: QuerySet[Alarm]) -> list[Alarm]:
    """Choose the rows of a page by index first, and only then join what they hang on."""
    chosen = list(page.select_related(None).values_list("pk", flat=True))
    rows = Alarm.objects.select_related(*RELATED).in_bulk(chosen)
    return [rows[each] for each in chosen if each in rows]


def counts(user: places.Somebody) -> dict[int, int]:
    """How many alarms wait, by severity."""
    rows = waiting(user).order_by().values_list("severity").annotate(Count("number"))
    return dict(rows)


def similar(alarm: Alarm, user: places.Somebody, most: int = 5) -> QuerySet[Alarm]:
    """Past alarms of the same kind of object and cause that `user` may see, its own first."""
    same = (
        visible_alarms(user)
        .filter(
            category=alarm.category, cause=alarm.cause, city_object__kind=alarm.city_object.kind
        )
        .exclude(pk=alarm.pk)
    )
    here = same.filter(city_object=alarm.city_object)
    return (
        (here if here.exists() else same).select_related("city_object").order_by("-number")[:most]
    )


def precision_by_rule() -> list[dict[str, Any]]:
    """Share of confirmed among judged safety alarms, by rule; None where none was judged.

    A group counts once, by the alarm that leads it.
    """
    confirmed = Count("pk", filter=Q(status=Alarm.Status.CONFIRMED))
    dismissed = Count("pk", filter=Q(status=Alarm.Status.DISMISSED))
    rows = (
        Alarm.objects.filter(category=Alarm.Category.SAFETY, is_lead=True)
        .values("rule")
        .annotate(raised=Count("pk"), confirmed=confirmed, dismissed=dismissed)
        .order_by("rule")
    )
    return [row | {"precision": _share(row["confirmed"], row["dismissed"])} for row in rows]


def precision_by_code() -> dict[str, dict[str, Any]]:
    """As `precision_by_rule`, all versions of a limit set together."""
    sums: dict[str, dict[str, Any]] = {}
    for row in precision_by_rule():
        code = row["rule"].rpartition("/")[0]
        kept = sums.setdefault(code, {"raised": 0, "confirmed": 0, "dismissed": 0})
        for name in kept:
            kept[name] += row[name]
    return {
        code: row | {"precision": _share(row["confirmed"], row["dismissed"])}
        for code, row in sums.items()
    }


def _share(confirmed: int, dismissed: int) -> float | None:
    judged = confirmed + dismissed
    return confirmed / judged if judged else None
