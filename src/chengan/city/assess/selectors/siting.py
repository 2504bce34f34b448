"""Reads of the siting review: who may see which project, installation, finding and condition."""

from django.db.models import Q, QuerySet

from chengan.city.assess.models import Condition, Installation, SitingProject, Standing, WeatherYear
from chengan.city.places import api as places

VIEW = places.Permission.VIEW_SITES


def visible_projects(user: places.Somebody) -> QuerySet[SitingProject]:
    """Projects of the user's branches and on their ground; all of them for the whole city."""
    found = places.scope(user, VIEW).paths_q("organisation__path", "area_path")
    return SitingProject.objects.filter(found).select_related("organisation").order_by("-id")


def filtered_projects(user: places.Somebody, filters: dict[str, str]) -> QuerySet[SitingProject]:
    """The visible projects that fit the filters status, kind and q (a part of the name)."""
    found = visible_projects(user)
    if filters.get("status"):
        found = found.filter(status=filters["status"])
    if filters.get("kind"):
        found = found.filter(kind=filters["kind"])
    if wanted := filters.get("q"):
        found = found.filter(Q(name_zh__icontains=wanted) | Q(name_en__icontains=wanted))
    return found


def visible_installations(user: places.Somebody) -> QuerySet[Installation]:
    """Installations at objects the user may see, and those of projects they may see."""
    at_objects = places.scope(user, VIEW).q("city_object__") & Q(project=None)
    planned = Q(project__in=visible_projects(user))
    found = Installation.objects.filter(at_objects | planned, retired_at=None)
    return found.select_related("city_object", "project").order_by("id")


def visible_conditions(user: places.Somebody) -> QuerySet[Condition]:
    """Conditions of projects the user may see, and those their own organisation answers for."""
    own = places.scope(user, VIEW).paths_q("owner__path")
    found = Condition.objects.filter(own | Q(project__in=visible_projects(user)))
    return found.select_related("project", "owner").order_by("due_date", "id")


def visible_standings(user: places.Somebody) -> QuerySet[Standing]:
    """Findings about a hazard or a target that the user may see, worst first."""
    seen = places.scope(user, VIEW)
    found = Standing.objects.filter(seen.q("target__") | seen.q("installation__city_object__"))
    known = found.select_related("installation__city_object", "target__kind")
    return known.order_by("-status", "-risk")


def weather_in_use() -> WeatherYear | None:
    """The newest weather of a year, one that is no sample before one that is."""
    return WeatherYear.objects.order_by("is_sample", "-effective_at", "-id").first()
