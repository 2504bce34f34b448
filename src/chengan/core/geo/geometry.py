"""GeoJSON geometries: what is wrong with one, the cleaned form, its box, a point to show it at."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from chengan.core.geo.errors import BadGeometry

Geometry = dict[str, Any]

DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How deep the positions of each type are nested."""
MAX_POSITIONS = 1_000_000
MAX_NESTED = 8
DECIMALS = 9  # degrees: 0.1 mm


@dataclass(frozen=True)
class Cleaned:
    """A sound geometry (right-hand rings, two dimensions) and what had to be repaired."""

    geometry: Geometry
    repairs: tuple[str, ...]


def faults(geometry: object) -> tuple[str, ...]:
    """Say all that is wrong with a GeoJSON geometry in WGS 84; empty when it is sound.

    Looks at the type, the nesting, numbers and their ranges, closed rings, and OGC validity.
    """
    found = _form_faults(geometry)
    if found or not isinstance(geometry, Mapping):
        return found
    open_rings = tuple(_open_rings(geometry))
    return open_rings or _shape_faults(_shape(geometry))


def clean(geometry: object, *, repair: bool = True) -> Cleaned:
    """Give the sound form of a GeoJSON geometry: closed, valid, right-handed, two dimensions.

    Parameters
    ----------
    geometry : mapping
        A GeoJSON geometry, longitude and latitude in degrees.
    repair : bool
        True to close rings and untangle self-crossings where that keeps the type; every repair
        is named. False to refuse them.

    Raises
    ------
    BadGeometry
        With everything that is wrong.
    """
    found = _form_faults(geometry)
    if found or not isinstance(geometry, Mapping):
        raise BadGeometry(found)
    repairs = list(_open_rings(geometry))
    made = _shape(geometry)
    crossed = _shape_faults(made)
    if (repairs or crossed) and not repair:
        raise BadGeometry((*repairs, *crossed))
    if crossed:
        made = _untangled(made, crossed)
        repairs += [f"untangled: {fault}" for fault in crossed]
    return Cleaned(_plain(made), tuple(repairs))


def to_shape(geometry: Mapping[str, Any]) -> BaseGeometry:
    """Give the shapely form of a GeoJSON geometry.

    Raises
    ------
    BadGeometry
        If it has not the form of GeoJSON.
    """
    found = _form_faults(geometry)
    if found:
        raise BadGeometry(found)
    return _shape(geometry)


def bbox(geometry: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Give west, south, east, north of a geometry, degrees; the antimeridian is not crossed."""
    west, south, east, north = to_shape(geometry).bounds
    return west, south, east, north


def representative_point(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Give a longitude and latitude on the geometry: the middle of a line, inside a polygon."""
    made = to_shape(geometry)
    if made.geom_type == "LineString":
        point = made.interpolate(0.5, normalized=True)
    else:
        point = made.point_on_surface()
    return float(point.x), float(point.y)


def _form_faults(geometry: object) -> tuple[str, ...]:
    if not isinstance(geometry, Mapping):
        return (f"a geometry is a JSON object, got {type(geometry).__name__}",)
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        return ("a GeometryCollection is not one object: split it into its parts",)
    if kind not in DEPTH:
        return (f"type {kind!r} is none of {', '.join(DEPTH)}",)
    positions = 0
    for position in _positions(geometry.get("coordinates"), DEPTH[kind]):
        positions += 1
        fault = _position_fault(position)
        if fault:
            return (f"position {positions}: {fault}",)
        if positions > MAX_POSITIONS:
            return (f"more than {MAX_POSITIONS} positions: split the geometry",)
    return tuple(_short_parts(geometry)) if positions else ("no positions",)


def _positions(value: object, depth: int) -> Iterator[object]:
    if depth == 0:
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _positions(part, depth - 1)
    else:
        yield value


def _position_fault(position: object) -> str:
    if not isinstance(position, list | tuple) or len(position) not in (2, 3):
        return f"expected [longitude, latitude], got {str(position)[:60]}"
    lon, lat = position[0], position[1]
    for figure in (lon, lat):
        if isinstance(figure, bool) or not isinstance(figure, int | float):
            return f"{figure!r} is not a number"
        if isinstance(figure, float) and not math.isfinite(figure):
            return f"{figure!r} is not finite"
    if abs(lon) <= 180 and abs(lat) <= 90:
        return ""
    if abs(lat) <= 180 and abs(lon) <= 90:
        return f"latitude {lat:g} is outside ±90: longitude and latitude look swapped"
    return f"({lon}, {lat}) is outside ±180, ±90: not degrees, or another coordinate system"


def _lines(geometry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give each line and ring with the word for it."""
    kind, parts = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        yield "line", parts
    elif kind == "MultiLineString":
        yield from (("line", line) for line in parts)
    elif kind == "Polygon":
        yield from (("ring", ring) for ring in parts)
    elif kind == "MultiPolygon":
        yield from (("ring", ring) for polygon in parts for ring in polygon or [[]])


def _short_parts(geometry: Mapping[str, Any]) -> Iterator[str]:
    for number, (word, line) in enumerate(_lines(geometry), 1):
        different = len({(position[0], position[1]) for position in line})
        needed = 3 if word == "ring" else 2
        if different < needed:
            yield f"{word} {number} has {different} different positions, needs {needed}"


def _open_rings(geometry: Mapping[str, Any]) -> Iterator[str]:
    for number, (word, line) in enumerate(_lines(geometry), 1):
        if word == "ring" and list(line[0][:2]) != list(line[-1][:2]):
            yield f"ring {number} is not closed"


def _closed(geometry: Mapping[str, Any]) -> Geometry:
    def ring(line: Any) -> Any:
        return line if list(line[0][:2]) == list(line[-1][:2]) else [*line, line[0]]

    kind, parts = geometry["type"], geometry["coordinates"]
    if kind == "Polygon":
        return {"type": kind, "coordinates": [ring(line) for line in parts]}
    if kind == "MultiPolygon":
        return {"type": kind, "coordinates": [[ring(line) for line in part] for part in parts]}
    return dict(geometry)


def _shape(geometry: Mapping[str, Any]) -> BaseGeometry:
    return shapely.force_2d(shape(_closed(geometry)))


def _shape_faults(made: BaseGeometry) -> tuple[str, ...]:
    return () if made.is_valid else (shapely.is_valid_reason(made),)


def _untangled(made: BaseGeometry, found: tuple[str, ...]) -> BaseGeometry:
    """Give a valid geometry of the same sort, or refuse."""
    sort = made.geom_type.removeprefix("Multi")
    mended = shapely.make_valid(made, method="structure", keep_collapsed=False)
    if mended.is_empty or mended.geom_type.removeprefix("Multi") != sort:
        raise BadGeometry(found)
    return mended


def _plain(made: BaseGeometry) -> Geometry:
    """Give GeoJSON with lists, rings right-handed (RFC 7946, 3.1.6)."""
    turned = shapely.orient_polygons(made) if "Polygon" in made.geom_type else made
    found = mapping(turned)
    return {"type": found["type"], "coordinates": _lists(found["coordinates"])}


def _lists(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_lists(part) for part in value]
    return round(float(value), DECIMALS)
