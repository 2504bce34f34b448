"""What the duty room's map asks for: the state of what is monitored, objects by kind, onsets."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache

from chengan.city.places import api as places
from chengan.city.portals import monitored
from chengan.city.warn import api as warn

LOOK_BACK = timedelta(hours=48)
SPANS_H = (24, 48)
MOST_KINDS = 100


@login_required
@never_cache
def sensors(request: HttpRequest) -> HttpResponseBase:
    """Every object with sensors, in columns; with `?at=` (s since 1970) as it was then."""
    if "at" not in request.GET:
        return JsonResponse(monitored.now(request.user))
    try:
        at = datetime.fromtimestamp(float(request.GET["at"]), UTC)
    except (ValueError, OverflowError, OSError):
        return HttpResponseBadRequest(_("“at” must be a time in seconds since 1970."))
    now = timezone.now()
    if not now - LOOK_BACK - timedelta(minutes=5) <= at <= now + timedelta(minutes=1):
        return HttpResponseBadRequest(_("The map looks back no more than 48 hours."))
    return JsonResponse(monitored.then(request.user, at))


@login_required
@never_cache
def onsets(request: HttpRequest) -> JsonResponse:
    """When objects passed a limit in the last `hours`, for the marks on the time control."""
    asked = request.GET.get("hours", "")
    hours = int(asked) if asked.isdecimal() and int(asked) in SPANS_H else SPANS_H[0]
    now = timezone.now()
    found = warn.onsets(request.user, now - timedelta(hours=hours), now)
    return JsonResponse(
        {
            "times_ms": [round(at.timestamp() * 1000) for at, _level in found],
            "severity": [level for _at, level in found],
        }
    )


@login_required
@cache_control(private=True, max_age=600)
def objects(request: HttpRequest) -> JsonResponse:
    """Objects of the `kind`s asked for that the user may see, as GeoJSON."""
    asked = request.GET.getlist("kind")[:MOST_KINDS]
    is_chinese = (get_language() or "zh").startswith("zh")
    rows = (
        places.visible_objects(request.user)
        .filter(kind__code__in=asked)
        .values_list(
            "id", "geometry", "kind__code", "network__code", "network__medium", "name_zh", "name_en"
        )
    )
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {
                "id": key,
                "kind": kind,
                "network": network or "",
                "medium": medium or "",
                "name": zh if is_chinese else en or zh,
            },
        }
        for key, geometry, kind, network, medium, zh, en in rows
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
