"""What a geometry says of an object: its point, its H3 cells, the area that it lies in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from chengan.city.places.errors import BadObject
from chengan.core.geo.cells import point_cells
from chengan.core.geo.geometry import bbox, faults, representative_point


@dataclass(frozen=True)
class Located:
    """A geometry's representative point (degrees, WGS 84) and the H3 cells of that point."""

    lon: float
    lat: float
    cells: dict[str, int]


def check(geometry: Any, allowed: Iterable[str] = ()) -> None:
    """Refuse a GeoJSON geometry that is unsound or of a type not `allowed`.

    Raises
    ------
    BadObject
        With everything that is wrong.
    """
    found = faults(geometry)
    if found:
        raise BadObject("geometry", _("Not a sound geometry: %(why)s.") % {"why": "; ".join(found)})
    types = sorted(set(allowed))
    if types and geometry["type"] not in types:
        text = _("This kind takes %(types)s, not %(type)s.")
        raise BadObject("geometry", text % {"types": ", ".join(types), "type": geometry["type"]})


def bounds(geometry: Any, allowed: Iterable[str] = ()) -> tuple[float, float, float, float]:
    """Give west, south, east, north of a geometry, degrees.

    Raises
    ------
    BadObject
        As `check`.
    """
    check(geometry, allowed)
    return bbox(geometry)


def locate(geometry: Any, allowed: Iterable[str] = ()) -> Located:
    """Give the representative point of a geometry and its cells.

    Raises
    ------
    BadObject
        As `check`.
    """
    check(geometry, allowed)
    lon, lat = representative_point(geometry)
    return Located(lon, lat, {f"h3_{level}": cell for level, cell in point_cells(lon, lat).items()})


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
