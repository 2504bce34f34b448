"""What the duty room's map draws of command: incidents and resources, and a card of each."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chengan.city.command import selectors
from chengan.city.command.models import Incident, Resource
from chengan.city.command.views.incident import found
from chengan.city.places import api as places

MOST = 2000


@require_GET
@login_required
@never_cache
def incidents_layer(request: HttpRequest) -> JsonResponse:
    """Open incidents as GeoJSON: the place, and the affected area where one is drawn."""
    seen = selectors.visible_incidents(request.user).filter(status="open", clock_at=None)
    features = [each for case in seen.order_by("-number")[:MOST] for each in _features(case)]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _features(case: Incident) -> list[dict[str, Any]]:
    about = {"severity": case.level, "name": str(case)} | _drill(case)
    about["url"] = reverse("command:incident_card", args=[case.pk])
    point = {"type": "Point", "coordinates": [case.lon, case.lat]} if case.lon is not None else None
    shapes = [each for each in (case.affected_area, point) if each]
    return [{"type": "Feature", "geometry": each, "properties": about} for each in shapes]


def _drill(case: Incident) -> dict[str, Any]:
    """A drill has a sign of its own and an area without a level's colour."""
    if not case.is_drill:
        return {}
    name = f"{_('DRILL')} · {case}"
    return {"severity": 0, "name": name, "is_drill": True, "sign": "drill-ready", "edge": 2}


@require_GET
@login_required
@never_cache
def resources_layer(request: HttpRequest) -> JsonResponse:
    """Resources as columns; `sign` says what each is and whether it is ready."""
    places.require(request.user, places.Permission.VIEW_INCIDENTS)
    rows = list(selectors.visible_resources(request.user)[:MOST])
    return JsonResponse(
        {
            "lon": [each.lon for each in rows],
            "lat": [each.lat for each in rows],
            "sign": [sign_of(each) for each in rows],
            "name": [f"{local_name(each)} · {each.get_state_display()}" for each in rows],
            "url": [reverse("command:resource_card", args=[each.pk]) for each in rows],
        }
    )


def sign_of(resource: Resource) -> str:
    """Name the map's sign of a resource: its kind and state."""
    return f"{resource.kind}-{resource.state}"


def local_name(row: Any) -> str:
    """Give the name of a row in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(row.name_zh if is_chinese else row.name_en or row.name_zh)


@require_GET
@login_required
@never_cache
def incident_card(request: HttpRequest, incident_id: Any) -> HttpResponse:
    """One incident as a fragment for a drawer."""
    case = found(request, incident_id)
    tasks = selectors.tasks_of(case)
    context = {
        "incident": case,
        "count": len(tasks),
        "over": sum(each.is_over for each in tasks),
        "overdue": sum(each.supervision >= 2 and not each.is_over for each in tasks),
        "looking": selectors.looking(case, timezone.now()),
    }
    return render(request, "command/_incident_card.html", context)


@require_GET
@login_required
@never_cache
def resource_card(request: HttpRequest, resource_id: int) -> HttpResponse:
    """One resource as a fragment for a drawer: where it belongs, whom to call, where it is sent."""
    places.require(request.user, places.Permission.VIEW_INCIDENTS)
    row = get_object_or_404(selectors.visible_resources(request.user), pk=resource_id)
    going = row.dispatches.filter(released_at=None).select_related("task__incident").first()
    seen = selectors.visible_incidents(request.user)
    if going and not seen.filter(pk=going.task.incident_id).exists():
        going = None
    return render(request, "command/_resource_card.html", {"resource": row, "dispatch": going})
