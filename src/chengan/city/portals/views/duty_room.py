"""The duty room: queue, map and the chosen alarm on one screen, and what feeds them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control

from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

LEVELS = (5, 4, 3, 2, 1)
BASE_KINDS = ("road", "building", "school", "hospital", "bridge", "water_body", "water_pipe")


@login_required
def duty_room(request: HttpRequest) -> HttpResponse:
    """The whole screen; the queue alone when htmx asks for it."""
    filters = {"status": "open", "severity": request.GET.get("severity", "")}
    if not filters["severity"].isdigit():
        filters["severity"] = ""
    counts = warn.counts(request.user)
    context = {
        "page": warn.queue(request.user, filters, request.GET.get("after", "")),
        "severity": filters["severity"],
        "counts": [(level, counts.get(level, 0)) for level in LEVELS],
    }
    is_part = request.headers.get("HX-Request") == "true"
    if not is_part:
        context["health"] = hub.health_counts(request.user, timezone.now())
    template = "portals/_queue.html" if is_part else "portals/duty_room.html"
    answer = render(request, template, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


@login_required
def health(request: HttpRequest) -> HttpResponse:
    """How many sources send as expected, are late, or silent: what the frame's strip says."""
    found = hub.health_counts(request.user, timezone.now())
    return render(request, "portals/_health.html", {"health": found})


@login_required
def sensors(request: HttpRequest) -> JsonResponse:
    """Every place with sensors, in columns: its worst state; -1 where there is no data."""
    is_chinese = (get_language() or "zh").startswith("zh")
    found: dict[int, dict[str, Any]] = {}
    for stream in sense.visible_datastreams(request.user):
        thing = stream.thing
        latest = getattr(stream, "latest", None)
        severity = latest.severity if latest else -1
        name = thing.city_object.name_zh if is_chinese else thing.city_object.name_en
        row = found.setdefault(
            thing.city_object_id,
            {"lon": thing.lon, "lat": thing.lat, "name": name, "severity": severity},
        )
        row["severity"] = max(row["severity"], severity)
    return JsonResponse(
        {
            "id": list(found),
            "kind": ["sensor"] * len(found),
            **{
                name: [row[name] for row in found.values()]
                for name in ("lon", "lat", "name", "severity")
            },
        }
    )


@login_required
@cache_control(private=True, max_age=3600)
def basemap(request: HttpRequest) -> JsonResponse:
    """Roads, buildings, water and pipes that the user may see, as GeoJSON."""
    rows = (
        places.visible_objects(request.user)
        .filter(kind__code__in=BASE_KINDS)
        .values_list("geometry", "kind__code")
    )
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"kind": kind}}
        for geometry, kind in rows
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
