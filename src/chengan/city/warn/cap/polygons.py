"""Polygons of warnings: valid, closed, not across themselves; CAP writes latitude first."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shapely import errors as shapely_errors
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.ops import unary_union
from shapely.validation import explain_validity

from chengan.city.warn.errors import BadWarning

EARTH_M = 6_371_008.8
CORNERS = 32


def circle(lon: float, lat: float, radius_m: float) -> dict[str, Any]:
    """A closed ring of 32 corners about a point, as a GeoJSON polygon; metres on the sphere."""
    north = math.degrees(radius_m / EARTH_M)
    east = north / max(math.cos(math.radians(lat)), 1e-6)
    turns = [2 * math.pi * step / CORNERS for step in range(CORNERS)]
    ring = [[lon + east * math.cos(t), lat + north * math.sin(t)] for t in turns]
    return {"type": "Polygon", "coordinates": [[*ring, list(ring[0])]]}


def checked(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Give a Polygon or MultiPolygon back, closed and oriented as it came.

    Raises
    ------
    BadWarning
        If it is no polygon, crosses itself, or leaves the earth.
    """
    try:
        found = shape(dict(geometry))
    except (ValueError, TypeError, AttributeError, KeyError, shapely_errors.ShapelyError) as error:
        raise BadWarning(f"区域不是有效的 GeoJSON · the area is not GeoJSON: {error}") from error
    if found.geom_type not in {"Polygon", "MultiPolygon"} or found.is_empty:
        raise BadWarning(
            f"区域必须是多边形 · the area must be a polygon, got {found.geom_type or 'nothing'}"
        )
    if not found.is_valid:
        why = explain_validity(found)
        raise BadWarning(f"多边形自相交 · the polygon is not valid: {why}")
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadWarning("区域超出经纬度范围 · the area lies beyond ±180°, ±90°")
    return dict(mapping(found)) if found.geom_type == "Polygon" else _plain(found)


def _plain(found: Any) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": mapping(found)["coordinates"]}


def rings(geometry: Mapping[str, Any] | None) -> list[list[tuple[float, float]]]:
    """Outer rings as (lon, lat), each closed; none without a geometry."""
    if not geometry:
        return []
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    return [_closed([(float(p[0]), float(p[1])) for p in polygon[0]]) for polygon in polygons]


def to_cap(ring: list[tuple[float, float]]) -> str:
    """`lat,lon lat,lon …` in full precision, first and last the same."""
    return " ".join(f"{lat!r},{lon!r}" for lon, lat in _closed(ring))


def from_cap(text: str) -> list[tuple[float, float]]:
    """Read `lat,lon lat,lon …` as (lon, lat); empty text gives an empty ring.

    Raises
    ------
    BadWarning
        If a pair is not two numbers, or the ring is too short or not closed.
    """
    pairs = [pair.split(",") for pair in text.split()]
    try:
        ring = [(float(lon), float(lat)) for lat, lon in pairs]
    except ValueError as error:
        raise BadWarning(f"polygon: expected lat,lon pairs, got {text[:60]!r}") from error
    if ring and (len(ring) < 4 or ring[0] != ring[-1]):
        raise BadWarning(f"polygon: needs 4 pairs, the last equal to the first; got {len(ring)}")
    return ring


def circle_ring(text: str) -> list[tuple[float, float]]:
    """Read CAP's circle, `lat,lon radius` with the radius in km, as a ring of (lon, lat).

    A radius of 0 stands for a point and gives an empty ring.

    Raises
    ------
    BadWarning
        If it is not three numbers, or reaches beyond the earth.
    """
    try:
        point, radius = text.split()
        lat, lon = (float(part) for part in point.split(","))
        radius_m = float(radius) * 1000
    except ValueError as error:
        raise BadWarning(f"circle: expected lat,lon radius; got {text[:60]!r}") from error
    if radius_m == 0:
        return []
    ring = checked(circle(lon, lat, radius_m))["coordinates"][0]
    return [(float(x), float(y)) for x, y in ring]


def united(rings: Sequence[Sequence[tuple[float, float]]]) -> dict[str, Any] | None:
    """Give valid rings as one area; those that touch or overlap become one, others stay.

    Neighbouring areas of one message share their border as a rule: side by side they would be no
    valid MultiPolygon.
    """
    if not rings:
        return None
    parts = [Polygon(ring) for ring in rings]
    found = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    return dict(mapping(found if found.is_valid else unary_union(parts)))


def _closed(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]
