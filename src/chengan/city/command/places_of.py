"""Positions and areas as they come in: checked, and where they lie."""

import json
from collections.abc import Mapping
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from chengan.city.command.errors import BadPlace
from chengan.city.places import api as places
from chengan.core.geo.geometry import bbox, faults

REACH_DEG = 0.03
"""So far outside an area, about 3 km, what may cross it has its middle at most."""
AREAS = ("Polygon", "MultiPolygon")
Ground = Mapping[str, Any]


def checked_area(given: object) -> dict[str, Any] | None:
    """Give an affected area as GeoJSON; text is read as JSON, emptiness gives None.

    Raises
    ------
    BadPlace
        If it is no JSON, no polygon, not closed, or crosses itself.
    """
    if given in (None, ""):
        return None
    try:
        geometry: Any = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError) as error:
        raise BadPlace(_("The area is not GeoJSON: %(why)s.") % {"why": error}) from error
    if isinstance(geometry, Mapping) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if found := faults(geometry):
        text = _("The affected area is not sound: %(why)s. Draw it again without crossing lines.")
        raise BadPlace(text % {"why": "; ".join(found)})
    if geometry["type"] not in AREAS:
        raise BadPlace(
            _("An affected area is a Polygon, got %(type)s.") % {"type": geometry["type"]}
        )
    return dict(geometry)


def checked_point(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """Give a position, both or neither.

    Raises
    ------
    BadPlace
        If one is missing or it is not on Earth.
    """
    if lon is None and lat is None:
        return None, None
    if lon is None or lat is None:
        raise BadPlace(_("A position needs longitude and latitude."))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadPlace(
            _("Longitude is -180 to 180 and latitude -90 to 90, got %(lon)s and %(lat)s.")
            % {"lon": lon, "lat": lat}
        )
    return lon, lat


def inside(area: Ground, found: Any) -> list[Any]:
    """Give those of `found` (a query of objects or risks) whose point lies in `area`."""
    west, south, east, north = bbox(area)
    return _held(area, list(found.filter(lon__range=(west, east), lat__range=(south, north))))


def touching(area: Ground, found: Any) -> list[places.CityObject]:
    """Give those of `found` (a query of objects) that lie in `area` or cross it.

    A pipe or road whose middle lies outside counts as well, as far as REACH_DEG beyond the area.
    """
    west, south, east, north = bbox(area)
    near = found.filter(
        lon__range=(west - REACH_DEG, east + REACH_DEG),
        lat__range=(south - REACH_DEG, north + REACH_DEG),
    )
    points = {"geometry__type__in": ("Point", "MultiPoint")}
    held = inside(area, near.filter(**points).select_related("kind").defer("geometry"))
    ground = shape(dict(area))
    shapely.prepare(ground)
    rows = list(near.exclude(**points).select_related("kind"))
    hits = shapely.intersects(ground, [shape(row.geometry) for row in rows])
    return held + [row for row, hit in zip(rows, hits, strict=True) if hit]


def _held(area: Ground, rows: list[Any]) -> list[Any]:
    ground = shape(dict(area))
    shapely.prepare(ground)
    is_in = shapely.contains_xy(ground, [r.lon for r in rows], [r.lat for r in rows])
    return [row for row, held in zip(rows, is_in, strict=True) if held]
