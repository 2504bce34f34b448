"""Buildings and heights of the ground around a project: what laws of flat open ground ignore."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from chengan.city.assess.models import SitingProject
from chengan.city.places import api as places
from chengan.core.geo.local import LocalPlan

NEAR_M: Final = 1000.0
MOST: Final = 1500
STOREY_M: Final = 3.0
"""Height of a storey where only their number is known [D]."""
STOREYS: Final = 2.0
"""Of a building of which nothing is known [D]."""
BUILDINGS: Final = ("building", "school", "hospital")


def gather(project: SitingProject, plan: LocalPlan) -> dict[str, list[list[float]]]:
    """Give buildings (east, north, height, lesser side) and ground (east, north, above sea), m.

    Heights are read from what the register of objects was loaded with: `height_m` or OSM's
    `height` and `building:levels`; `elevation_m` or OSM's `ele`.
    """
    near = places.objects_near(project.lon, project.lat, NEAR_M)
    objects = [each.city_object for each in near][:MOST]
    buildings = [_building(each, plan) for each in objects if each.kind.code in BUILDINGS]
    return {
        "buildings": [each for each in buildings if each],
        "ground": [_height(each, plan) for each in objects if _elevation(each) is not None],
    }


def outline(geometry: dict[str, Any], plan: LocalPlan) -> list[list[float]]:
    """Give the corners of an outline, or the points of what has none, in metres."""
    positions = np.array(_positions(geometry), np.float64)
    if geometry["type"] in ("Polygon", "MultiPolygon"):
        positions = positions[:-1]
    east, north = plan.to_metres(positions[:, 0], positions[:, 1])
    corners: list[list[float]] = np.round(np.column_stack([east, north]), 1).tolist()
    return corners


def _positions(geometry: dict[str, Any]) -> list[Any]:
    given = geometry["coordinates"]
    match geometry["type"]:
        case "Point":
            return [given[:2]]
        case "Polygon":
            return [each[:2] for each in given[0]]
        case "MultiPolygon":
            return [each[:2] for each in max((part[0] for part in given), key=len)]
        case "MultiLineString":
            return [each[:2] for part in given for each in part]
    return [each[:2] for each in given]


def _building(each: places.CityObject, plan: LocalPlan) -> list[float]:
    corners = np.array(outline(each.geometry, plan))
    width = float(np.ptp(corners, axis=0).min())
    if width <= 0:
        return []
    middle = corners.mean(axis=0)
    return [round(float(middle[0]), 1), round(float(middle[1]), 1), height_of(each.attributes),
            round(width, 1)]  # fmt: skip


def height_of(attributes: Mapping[str, Any]) -> float:
    """Give a building's height (m): as known, by its storeys, or two storeys [D]."""
    for name, scale in (("height_m", 1.0), ("height", 1.0), ("building:levels", STOREY_M)):
        found = number(attributes.get(name))
        if found is not None and found > 0:
            return round(found * scale, 1)
    return STOREYS * STOREY_M


def number(given: Any) -> float | None:
    """Give the number that a text such as "12.5 m" begins with; None if there is none."""
    words = str("" if given is None else given).replace(",", ".").split()
    try:
        return float(words[0].removesuffix("m")) if words else None
    except ValueError:
        return None


def _elevation(each: places.CityObject) -> float | None:
    found = number(each.attributes.get("elevation_m"))
    return number(each.attributes.get("ele")) if found is None else found


def _height(each: places.CityObject, plan: LocalPlan) -> list[float]:
    east, north = np.array(outline(each.geometry, plan)).mean(axis=0)
    return [round(float(east), 1), round(float(north), 1), round(_elevation(each) or 0.0, 1)]
