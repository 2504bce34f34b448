"""The incidents a user may see: of their branches and ground, and those they take part in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from chengan.city.command.models import Incident, IncidentNotice, Task, Viewer
from chengan.city.places import api as places

PAGE = 50
LOOKING_S = 60
RELATED = ("lead", "area", "city_object__kind")
FILTERS = {"status": "status", "kind": "kind", "level": "level", "origin": "origin"}


def visible_incidents(user: places.Somebody) -> QuerySet[Incident]:
    """Incidents led in the user's branches, on their ground or objects, or with their tasks."""
    reach = places.scope(user, places.Permission.VIEW_INCIDENTS)
    wanted = reach.paths_q("owner_path", "area_path", "city_object_id")
    if not reach.everything:
        wanted |= Q(pk__in=_with_part_of(user))
    return Incident.objects.filter(wanted).select_related(*RELATED)


def _with_part_of(user: places.Somebody) -> Any:
    """Ids of the incidents that the user's branches or person have a task in, or were told of."""
    if not user.is_authenticated or not user.is_active:
        return Task.objects.none().values("incident")
    branches = places.scope(user, places.Permission.HANDLE_TASKS)
    of_branch = Q()
    for path in branches.owner_paths:
        of_branch |= Q(organisation_path__startswith=path)
    mine = Q(person__user_id=user.pk)
    tasks = Task.objects.filter(mine | of_branch if branches.owner_paths else mine)
    told = IncidentNotice.objects.none().values("incident")
    if branches.owner_paths:
        of_org = Q()
        for path in branches.owner_paths:
            of_org |= Q(organisation__path__startswith=path)
        told = IncidentNotice.objects.filter(of_org, sent_at__isnull=False).values("incident")
    return tasks.values("incident").union(tasks.values("first_incident"), told)


def filtered(user: places.Somebody, filters: Mapping[str, str]) -> QuerySet[Incident]:
    """Give the incidents that `filters` leave, newest first.

    FILTERS by value; `drill` yes or no; `q` for text or a number.
    """
    found = visible_incidents(user).filter(
        **{FILTERS[name]: filters[name] for name in FILTERS if filters.get(name)}
    )
    if filters.get("drill") in {"yes", "no"}:
        found = found.filter(is_drill=filters["drill"] == "yes")
    if text := filters.get("q", "").strip()[:100]:
        match = Q(title__icontains=text) | Q(address__icontains=text)
        match |= Q(city_object__name_zh__icontains=text) | Q(city_object__name_en__icontains=text)
        if text.removeprefix("#").isdecimal():
            match |= Q(number=int(text.removeprefix("#")))
        found = found.filter(match)
    return found.order_by("-number")


def page_of(found: QuerySet[Incident], after: str, most: int = PAGE) -> tuple[list[Incident], str]:
    """Give one page behind the number `after`, and where the next begins (empty on the last)."""
    if after.isdecimal():
        found = found.filter(number__lt=int(after))
    overdue = Count("tasks", filter=Q(tasks__supervision__gte=2, tasks__status__in=GOING))
    open_count = Count("tasks", filter=Q(tasks__status__in=GOING))
    rows: list[Any] = list(found.annotate(overdue=overdue, open_tasks=open_count)[: most + 1])
    return rows[:most], str(rows[most - 1].number) if len(rows) > most else ""


GOING = ["given", "acknowledged", "en_route", "on_scene", "done", "refused"]


def counts(user: places.Somebody) -> dict[str, int]:
    """How many incidents stand where, drills apart."""
    rows = (
        visible_incidents(user)
        .select_related(None)
        .filter(is_drill=False)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    return dict(rows)


def looking(incident: Incident, at: datetime) -> list[places.User]:
    """Who has the incident's page open."""
    since = at - timedelta(seconds=LOOKING_S)
    found = Viewer.objects.filter(incident=incident, seen_at__gte=since)
    return [each.user for each in found.select_related("user").order_by("user__username")]
