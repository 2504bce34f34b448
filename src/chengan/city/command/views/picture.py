"""The map of one incident as data: what is drawn for everybody who takes part."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chengan.city.command import selectors
from chengan.city.command.models import Dispatch, FieldReport, Incident
from chengan.city.command.plume_words import LIMITS
from chengan.city.command.views.incident import found
from chengan.city.command.views.layers import local_name, sign_of
from chengan.city.places import api as places
from chengan.core.geo.geometry import representative_point

TONES = (3, 4, 5)
"""Levels by which the outlines of a cloud are filled, the outermost first."""


@require_GET
@login_required
@never_cache
def map_data(request: HttpRequest, incident_id: Any) -> JsonResponse:
    """Give what the case's map draws, layer by layer, as GeoJSON features."""
    case = found(request, incident_id)
    wind = selectors.wind_near(case.lon, case.lat, timezone.now())
    thing = case.city_object
    return JsonResponse(
        {
            "incident": _case(case),
            "teams": _teams(case),
            "reports": _reports(case),
            "cordons": [
                drawn for each in case.cordons.filter(lifted_at=None) for drawn in _cordon(each)
            ],
            "plume": _plume(case),
            "wind": [_wind(wind)] if wind else [],
            "ways": selectors.ways(request.user, thing) if thing else {"up": [], "down": []},
        }
    )


@require_GET
@login_required
@never_cache
def ways(request: HttpRequest, incident_id: Any, object_id: int) -> JsonResponse:
    """Give ids of what lies up- and downstream of an object pressed on the case's map."""
    found(request, incident_id)
    thing = get_object_or_404(places.visible_objects(request.user), pk=object_id)
    return JsonResponse({"name": local_name(thing), **selectors.ways(request.user, thing)})


def feature(geometry: Any, **about: Any) -> dict[str, Any]:
    """Give a GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": about}


def point(lon: float | None, lat: float | None, **about: Any) -> dict[str, Any]:
    """Give a GeoJSON feature of a point."""
    return feature({"type": "Point", "coordinates": [lon, lat]}, **about)


def _case(case: Incident) -> list[dict[str, Any]]:
    area = [feature(case.affected_area, severity=case.level)] if case.affected_area else []
    if case.lon is None:
        return area
    return [*area, point(case.lon, case.lat, name=case.title, severity=case.level)]


def _teams(case: Incident) -> list[dict[str, Any]]:
    sent = Dispatch.objects.filter(task__incident=case, released_at=None)
    rows = [each.resource for each in sent.select_related("resource")]
    return [point(r.lon, r.lat, name=local_name(r), sign=sign_of(r)) for r in rows]


def _reports(case: Incident) -> list[dict[str, Any]]:
    """The newest position that each task was reported from."""
    rows = (
        FieldReport.objects.filter(task__incident=case)
        .exclude(lon=None)
        .select_related("task")
        .order_by("task", "-received_at")
        .distinct("task")
    )
    return [
        point(r.lon, r.lat, name=f"{_title(r.task)} · {r.by}", sign="report-ready") for r in rows
    ]


def _cordon(cordon: Any) -> list[dict[str, Any]]:
    """Its edge, and on it the sign of what holds inside."""
    kind = str(cordon.get_kind_display())
    name = f"{cordon.name} · {kind}" if cordon.name else kind
    lon, lat = representative_point(cordon.geometry)
    return [
        feature(cordon.geometry, severity=1, edge=2.5, name=name),
        point(lon, lat, sign=f"{cordon.kind}-ready", name=name),
    ]


def _title(task: Any) -> str:
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(task.title_zh if is_chinese else task.title_en or task.title_zh)


def _plume(case: Incident) -> list[dict[str, Any]]:
    outlines = (case.plume or {}).get("outlines", [])
    drawn = []
    for tone, each in zip(_tones(len(outlines)), outlines, strict=True):
        name = f"{LIMITS[each['code']]} · {each['reach_m']:.0f} m"
        geometry = {"type": "Polygon", "coordinates": [each["ring"]]}
        drawn.append(feature(geometry, severity=tone, name=name))
    return drawn


def _tones(count: int) -> list[int]:
    """Levels for `count` outlines: the innermost is the gravest, more than three share the mildest.

    A substance both toxic and burning has four: three of its toxicity, one of its explosion.
    """
    more = max(0, count - len(TONES))
    return [TONES[0]] * more + list(TONES[len(TONES) - (count - more) :])


def _wind(wind: Any) -> dict[str, Any]:
    word = f"{wind.speed:.1f} m/s · {local_name(wind)}"
    if wind.is_old:
        word += " · " + _("%(minutes)s min old") % {"minutes": round(wind.age_s / 60)}
    return point(
        wind.lon,
        wind.lat,
        sign="wind",
        turn=(wind.blows_from + 180) % 360,
        name=word,
        measured_at=wind.measured_at.isoformat(),
    )
