"""What a geometry says of an object: its point, its H3 cells, its area; metres between points."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import h3
import shapely
from shapely.geometry import shape

from chengan.city.places.errors import BadObject

EARTH_RADIUS = 6_371_008.8  # metres, mean radius of WGS 84 (IUGG)
RESOLUTIONS = (7, 8, 9, 10)


@dataclass(frozen=True)
class Located:
    """A geometry's representative point (degrees, WGS 84) and the H3 cells of that point."""

    lon: float
    lat: float
    cells: dict[str, int]


def read(geometry: Any, allowed: Iterable[str] = ()) -> shapely.Geometry:
    """Shapely geometry of a GeoJSON geometry.

    Raises
    ------
    BadObject
        If it is no geometry, empty, crosses itself, off the earth or of a type not `allowed`.
    """
    try:
        found = shape(geometry)
    except (AttributeError, TypeError, ValueError, KeyError, shapely.errors.ShapelyError) as error:
        raise BadObject("geometry", f"not a GeoJSON geometry: {geometry!r:.80}") from error
    types = set(allowed)
    if types and found.geom_type not in types:
        raise BadObject(
            "geometry", f"{found.geom_type}: this kind takes {', '.join(sorted(types))}"
        )
    if found.is_empty or not all(map(math.isfinite, found.bounds)):
        raise BadObject("geometry", "it is empty")
    if not found.is_valid:
        raise BadObject("geometry", shapely.is_valid_reason(found))
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadObject("geometry", f"outside ±180°, ±90°: {found.bounds}; is the datum right?")
    return found


def locate(found: shapely.Geometry) -> Located:
    """Give the representative point of a geometry and its cells."""
    point = found.representative_point()
    cells = {
        f"h3_{resolution}": h3.str_to_int(h3.latlng_to_cell(point.y, point.x, resolution))
        for resolution in RESOLUTIONS
    }
    return Located(point.x, point.y, cells)


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance in metres (haversine)."""
    north, other_north = math.radians(lat), math.radians(other_lat)
    half = math.sin((other_north - north) / 2) ** 2
    half += (
        math.cos(north) * math.cos(other_north) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


def box(lon: float, lat: float, radius_m: float) -> tuple[float, float, float, float]:
    """West, south, east, north of a box that holds the circle (degrees)."""
    north = math.degrees(radius_m / EARTH_RADIUS) * 1.0001
    east = north / max(0.01, math.cos(math.radians(min(90.0, abs(lat) + north))))
    return lon - east, lat - north, lon + east, lat + north


class AreaFinder:
    """Says in which area a point lies: the deepest of those that hold it."""

    def __init__(self, areas: Iterable[tuple[int, str, Any]]) -> None:
        """Take (id, path, GeoJSON geometry) of each area."""
        known = [(key, path.count("/"), shape(geometry)) for key, path, geometry in areas]
        self.keys = [(depth, key) for key, depth, _ in known]
        self.tree = shapely.STRtree([polygon for _, _, polygon in known])

    def area_id(self, lon: float, lat: float) -> int | None:
        """Id of the deepest area that holds the point; None outside all."""
        hits = self.tree.query(shapely.Point(lon, lat), predicate="intersects")
        found = [self.keys[hit] for hit in hits]
        return max(found, key=lambda pair: (pair[0], -pair[1]))[1] if found else None
