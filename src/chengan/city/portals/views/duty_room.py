"""The duty room: queue, map and what is chosen on one screen."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from chengan.city.hub import api as hub
from chengan.city.portals import layers
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

LEVELS = (5, 4, 3, 2, 1)


@login_required
def duty_room(request: HttpRequest) -> HttpResponse:
    """The whole screen; the queue alone when htmx asks for it."""
    context = queue_of(request)
    is_part = request.headers.get("HX-Request") == "true"
    if not is_part:
        context |= {
            "health": hub.health_counts(request.user, timezone.now()),
            "layers": layers.offered(request.user),
            "show": "map" if request.GET.get("show") == "map" else "queue",
        }
    template = "portals/_queue.html" if is_part else "portals/duty_room.html"
    answer = render(request, template, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def queue_of(request: HttpRequest) -> dict[str, Any]:
    """The alarms that wait, as the address's filters leave them, each with its figure."""
    severity = request.GET.get("severity", "")
    is_mine = request.GET.get("assigned") == "me"
    filters = {
        "status": "open",
        "severity": severity if severity.isdecimal() else "",
        "assigned": request.user.get_username() if is_mine else "",
    }
    counts = warn.counts(request.user)
    page = warn.queue(request.user, filters, request.GET.get("after", ""))
    return {
        "rows": [_row(each) for each in page.alarms],
        "after": page.after,
        "severity": filters["severity"],
        "is_mine": is_mine,
        "counts": [(level, counts.get(level, 0)) for level in LEVELS],
    }


def _row(alarm: warn.Alarm) -> dict[str, Any]:
    return {
        "alarm": alarm,
        "value": sense.shown(alarm.datastream, alarm.value),
        "limit": sense.shown(alarm.datastream, alarm.limit),
        "unit": alarm.datastream.observed_property.shown_unit,
    }


@login_required
def health(request: HttpRequest) -> HttpResponse:
    """How many sources send as expected, are late, or silent: what the frame's strip says."""
    found = hub.health_counts(request.user, timezone.now())
    return render(request, "portals/_health.html", {"health": found})
