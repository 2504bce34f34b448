"""Who is to be protected: classes of GB 36894-2018 by kind of object or project, and people.

The standard's own list of targets is not at hand: these classes are our reading [D] of the 2014
notice (schools, hospitals and the like highly sensitive; others by their number of people), and
the numbers of people where nobody has counted are defaults that a city replaces (attribute
`people_day`, `people_night` of the object).
"""

from collections.abc import Mapping
from typing import Any, Final

HIGH: Final = "high_sensitive"
OBJECTS: Final[Mapping[str, tuple[str, int, int]]] = {
    "school": (HIGH, 600, 0),
    "hospital": (HIGH, 800, 400),
    "crowded_place": ("", 200, 50),
    "station": ("", 200, 50),
    "subway_entrance": ("", 100, 20),
    "building": ("", 30, 60),
}
"""Kind of object: class ("" by its people), people by day and by night [D]."""
PROJECTS: Final[Mapping[str, str]] = {
    "school": HIGH,
    "hospital": HIGH,
    "housing": "",
    "other": "",
}
"""Kind of project that is to be protected: its class."""
HAZARDS: Final[Mapping[str, str]] = {
    "plant": "chemical_plant",
    "lpg_station": "city_gas",
    "pipeline": "pipeline",
}
"""Kind of project that is a hazard: what GB/T 37243-2019 calls it."""


def class_of(given: str, people: int) -> str:
    """Give a target's class: as given, or by the number of people (notice 13 of 2014, V)."""
    if given:
        return given
    return "general_1" if people >= 100 else "general_2" if people >= 30 else "general_3"


def of_object(kind: str, attributes: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """Give class, people by day and people by night of an object; None if it is no target."""
    if kind not in OBJECTS:
        return None
    given, day, night = OBJECTS[kind]
    day = _count(attributes.get("people_day"), day)
    night = _count(attributes.get("people_night"), night)
    return class_of(given, max(day, night)), day, night


def _count(given: Any, otherwise: int) -> int:
    return int(given) if isinstance(given, int | float) and given >= 0 else otherwise
