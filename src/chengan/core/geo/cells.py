"""The H3 cells that a geometry touches, resolutions 7 (5 km²) to 10 (0.015 km²)."""

from collections.abc import Iterable, Mapping
from typing import Any

import h3
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from chengan.core.geo.distance import ELLIPSOID
from chengan.core.geo.errors import BadGeometry, TooManyCells
from chengan.core.geo.geometry import representative_point, to_shape

RESOLUTIONS = (7, 8, 9, 10)
MAX_CELLS = 100_000


def point_cells(lon: float, lat: float) -> dict[int, int]:
    """Give the cell of a point at each of RESOLUTIONS, as 63-bit integers.

    Parameters
    ----------
    lon, lat : float, degrees, WGS 84
    """
    return {level: h3.str_to_int(h3.latlng_to_cell(lat, lon, level)) for level in RESOLUTIONS}


def cells(
    geometry: Mapping[str, Any], resolution: int, *, at_most: int = MAX_CELLS
) -> frozenset[str]:
    """Give every H3 cell that a GeoJSON geometry touches.

    Parameters
    ----------
    geometry : mapping
        Sound GeoJSON in WGS 84, not across the antimeridian.
    resolution : int
        One of RESOLUTIONS.
    at_most : int
        Refuse rather than return more cells.

    Raises
    ------
    TooManyCells
        If the geometry is too large for the resolution.
    BadGeometry
        If it is no geometry, or the resolution none of ours.
    """
    if resolution not in RESOLUTIONS:
        raise BadGeometry((f"resolution {resolution} is none of {RESOLUTIONS}",))
    made = to_shape(geometry)
    _refuse_large(made, resolution, at_most)
    found: set[str] = set()
    for part in getattr(made, "geoms", [made]):
        found |= _part_cells(part, resolution)
    return frozenset(found or {_cell(*representative_point(geometry), resolution)})


def cell_polygon(cell: str) -> dict[str, Any]:
    """Give a cell's outline as a GeoJSON polygon.

    Raises
    ------
    BadGeometry
        If there is no such cell.
    """
    if not h3.is_valid_cell(cell):
        raise BadGeometry((f"{cell!r} is no H3 cell",))
    ring = [[lon, lat] for lat, lon in h3.cell_to_boundary(cell)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _cell(lon: float, lat: float, resolution: int) -> str:
    return str(h3.latlng_to_cell(lat, lon, resolution))


def _refuse_large(made: BaseGeometry, resolution: int, at_most: int) -> None:
    area, length = (abs(size) for size in _size(made))
    edge = h3.average_hexagon_edge_length(resolution, unit="m")
    guess = area / h3.average_hexagon_area(resolution, unit="m^2") + length / edge
    if guess > at_most:
        raise TooManyCells(
            f"about {guess:.0f} cells at resolution {resolution}, at most {at_most}: "
            "use a lower resolution or a smaller geometry"
        )


def _size(made: BaseGeometry) -> tuple[float, float]:
    """Give area, m², and length, m."""
    if "Polygon" in made.geom_type:
        area, length = ELLIPSOID.geometry_area_perimeter(made)
        return float(area), float(length)
    return 0.0, float(ELLIPSOID.geometry_length(made))


def _part_cells(part: BaseGeometry, resolution: int) -> set[str]:
    if part.geom_type == "Point":
        return {_cell(part.x, part.y, resolution)}
    return _touched(part, _candidates(part, resolution))


def _candidates(part: BaseGeometry, resolution: int) -> set[str]:
    """Give the cells along the part's lines and their neighbours, and those inside it."""
    edge = h3.average_hexagon_edge_length(resolution, unit="m") / 111_320 / 2
    lines = part.boundary if part.geom_type == "Polygon" else part
    along = shapely.get_coordinates(shapely.segmentize(lines, edge))
    found: set[str] = set()
    for cell in {_cell(float(lon), float(lat), resolution) for lon, lat in along}:
        found.update(h3.grid_disk(cell, 1))
    if part.geom_type == "Polygon":
        found.update(h3.geo_to_cells(part, resolution))
    return found


def _touched(part: BaseGeometry, candidates: Iterable[str]) -> set[str]:
    names = list(candidates)
    outlines = [Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in names]
    shapely.prepare(part)
    return {
        cell for cell, hit in zip(names, shapely.intersects(part, outlines), strict=True) if hit
    }
