"""The four-colour map: its page, its layers, the risks within a cell."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import h3
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from chengan.city.assess.models import Level
from chengan.city.assess.selectors import layers, register
from chengan.city.assess.services import layers as layer_writes
from chengan.city.places import api as places

LOOK_BACK: Final = 365
MOST_OBJECTS: Final = 2000
MOST_CELLS: Final = 400
DUTY_SCHEME: Final = "h3_9"


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The map with its rules, days and legend; everything chosen stands in the address."""
    places.require(request.user, places.Permission.VIEW_RISKS)
    counts = register.counts(request.user)
    today = timezone.localdate()
    context = {
        "counts": [(level, counts.get(level, 0)) for level in reversed(Level.values)],
        "unrated": counts.get(None, 0),
        "total": sum(counts.values()),
        "schemes": _schemes(),
        "rules": _rules(),
        "today": today.isoformat(),
        "earliest": (today - timedelta(days=LOOK_BACK)).isoformat(),
        "span": LOOK_BACK,
        "days": [day.isoformat() for day in layers.days()],
    }
    return render(request, "assess/map.html", context)


def _schemes() -> list[tuple[str, str]]:
    return [
        ("", _("By zoom")),
        ("district", _("Districts")),
        ("street", _("Streets")),
        ("grid", _("Grid cells")),
        ("h3_7", _("Hexagons, 5 km²")),
        ("h3_8", _("Hexagons, 0.7 km²")),
        ("h3_9", _("Hexagons, 0.1 km²")),
        ("h3_10", _("Hexagons, 0.015 km²")),
    ]


def _rules() -> list[tuple[str, str, str]]:
    return [
        ("worst", _("Worst"), _("A cell has the colour of its worst risk.")),
        (
            "area",
            _("Area-weighted"),
            _("Levels are averaged by area, half up; a red is never averaged away."),
        ),
        ("loss", _("Expected loss"), _("Expected losses are summed and banded; a red stays red.")),
    ]


@login_required
@never_cache
def layer(request: HttpRequest, scheme: str) -> HttpResponse:
    """Columns of one layer for one day, compressed as they are kept."""
    if scheme not in layers.SCHEMES:
        return HttpResponseBadRequest(_("There is no such layer."))
    at, day = timezone.now(), _day(request)
    if day is None:
        return HttpResponseBadRequest(_("The day must be YYYY-MM-DD, at most a year back."))
    if not layer_writes.ensure(day, at):
        return JsonResponse({"is_waiting": True}, status=202)
    answer = HttpResponse(
        layers.body(request.user, scheme, day, at), content_type="application/json"
    )
    answer["Content-Encoding"] = "gzip"
    return answer


def _day(request: HttpRequest) -> date | None:
    text, today = request.GET.get("day", ""), timezone.localdate()
    try:
        found = date.fromisoformat(text) if text else today
    except ValueError:
        return None
    return found if today - timedelta(days=LOOK_BACK) <= found <= today else None


@login_required
@never_cache
def map_layer(request: HttpRequest) -> HttpResponse:
    """The duty room's layer: cells as columns; with `?at=` as they were at the end of that day."""
    try:
        at = (
            datetime.fromtimestamp(float(request.GET["at"]), UTC)
            if "at" in request.GET
            else timezone.now()
        )
    except (ValueError, OverflowError, OSError):
        return HttpResponseBadRequest(_("“at” must be a time in seconds since 1970."))
    reach = places.scope(request.user, places.Permission.VIEW_RISKS)
    day = min(timezone.localdate(at), timezone.localdate())
    if not layer_writes.ensure(day, timezone.now()):
        text = _("This day is being summed: ask again in a moment.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    sums = layers.summed(DUTY_SCHEME, day, reach, timezone.now())
    return JsonResponse(_ringed(sums))


def _ringed(sums: layers.Rows) -> dict[str, Any]:
    found: dict[str, Any] = {"ring": [], "severity": [], "name": [], "url": []}
    for key, values in sums.items():
        name = h3.int_to_str(key)
        ring = [
            figure
            for lat, lon in h3.cell_to_boundary(name)
            for figure in (round(lon, 6), round(lat, 6))
        ]
        worst = next((level for level in (5, 4, 3, 2) if values[level - 2]), -1)
        found["ring"].append([*ring, *ring[:2]])
        found["severity"].append(worst)
        given = {"seen": int(values[9]), "all": int(values[10])}
        found["name"].append(_("%(seen)s of %(all)s objects assessed") % given)
        found["url"].append(reverse("assess:cell", args=[DUTY_SCHEME, name]))
    return found


@login_required
@never_cache
def cell(request: HttpRequest, scheme: str, key: str) -> HttpResponse:
    """The worst risks of a cell or area, as a fragment for a drawer."""
    filters = {"cell": f"{scheme}:{key}"} if scheme in layers.CELLS else {"area": key}
    found = register.page(request.user, filters, most=12)
    point = {}
    if scheme in layers.CELLS and h3.is_valid_cell(key):
        lat, lon = h3.cell_to_latlng(key)
        point = {"lon": lon, "lat": lat}
    name, value = next(iter(filters.items()))
    context = {"page": found, "scheme": scheme, "key": key, "name": name, "value": value, **point}
    return render(request, "assess/_cell.html", context)


@login_required
@never_cache
def objects(request: HttpRequest) -> HttpResponse:
    """Single risks within `bbox` (west,south,east,north), the worst first, at most MOST_OBJECTS."""
    try:
        west, south, east, north = (float(each) for each in request.GET.get("bbox", "").split(","))
    except ValueError:
        return HttpResponseBadRequest(_("bbox must be west,south,east,north in degrees."))
    inside = _cells_of(west, south, east, north)
    if inside is None:
        return JsonResponse({"too_many": True, "id": []})
    is_chinese = (get_language() or "zh").startswith("zh")
    name = "risk__name_zh" if is_chinese else "risk__name_en"
    rows = (
        register.visible_ratings(request.user)
        .filter(
            is_open=True,
            h3_9__in=inside,
            risk__lon__range=(west, east),
            risk__lat__range=(south, north),
        )
        .order_by("-current")
        .values_list("risk_id", name, "risk__lon", "risk__lat", "current", "is_raised")[
            :MOST_OBJECTS
        ]
    )
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * 6
    names = ("id", "name", "lon", "lat", "severity", "raised")
    found = {each: list(values) for each, values in zip(names, columns, strict=True)}
    found["severity"] = [-1 if each is None else each for each in found["severity"]]
    return JsonResponse(found)


def _cells_of(west: float, south: float, east: float, north: float) -> list[int] | None:
    """Cells of resolution 9 that a box touches; None when there are too many to ask for."""
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return []
    if (east - west) * (north - south) > 0.02:
        return None
    ring = h3.LatLngPoly([(south, west), (south, east), (north, east), (north, west)])
    inside = set(h3.h3shape_to_cells_experimental(ring, 9, "overlap"))
    return [h3.str_to_int(each) for each in inside] if len(inside) <= MOST_CELLS else None
