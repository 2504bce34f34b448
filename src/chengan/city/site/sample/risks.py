"""The sample city's risk register: invented judgements about its real objects, marked as sample.

Nothing here was assessed by anybody: figures follow from the kind of object and its number, the
same each time. Buildings and most roads have no risk on purpose, so that the map shows what
nobody has looked at yet.
"""

import math
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from chengan.city.site.sample.shapes import CityObject, Dependency, Risk

L: Final = (0.5, 1, 3, 6)
C: Final = (3, 7, 15, 40)
# kind: (hazard, likelihoods and consequences to choose among, exposure, people, loss a year)
KINDS: Final[dict[str, list[tuple[str, tuple[int, ...], tuple[int, ...], int, int, float]]]] = {
    "gas_well": [("gas-underground-space", (1, 2, 3), (2, 3), 6, 60, 4.0)],
    "bridge": [
        ("bridge-bearing", (2, 3), (3,), 6, 200, 60.0),
        ("bridge-overload", (1, 2), (2, 3), 6, 200, 20.0),
    ],
    "school": [
        ("crowd-fire", (0, 1), (2, 3), 6, 400, 3.0),
        ("transport-school", (1, 2), (1, 2), 6, 300, 2.0),
    ],
    "hospital": [("crowd-fire", (1, 2), (2, 3), 10, 250, 8.0)],
    "station": [("crowd-stampede", (1, 2), (3,), 10, 3000, 15.0)],
    "subway_entrance": [("transport-metro", (0, 1), (1, 2), 6, 500, 2.0)],
    "crowded_place": [("crowd-fire", (0, 1, 2), (1, 2), 6, 150, 2.0)],
    "park": [("natural-wind", (1, 2), (1, 2), 3, 80, 0.5)],
    "water_tank": [("water-quality", (0, 1), (2, 3), 6, 2000, 10.0)],
    "water_reservoir": [("water-quality", (0, 1), (3,), 6, 5000, 20.0)],
    "water_pump": [("water-pump-stop", (1, 2), (1,), 10, 3000, 12.0)],
    "water_body": [("natural-flood", (1, 2), (1, 2), 3, 300, 9.0)],
    "road_detector": [("transport-blackspot", (2, 3), (1, 2), 6, 50, 6.0)],
    "water_pipe": [("water-burst", (1, 2), (0, 1), 6, 100, 3.0)],
}
EVERY: Final = {"water_pipe": 4}
"""Of these kinds only every n-th object is in the register."""
PLANT: Final = "sample/plant-1"
DAYS: Final = 60


def risks(objects: Iterable[CityObject]) -> list[Risk]:
    """Give the register of the sample city's objects, the plant's major hazard included."""
    found = [risk for each in objects for risk in _of_object(each)]
    return [*found, *_plant()]


def _of_object(each: CityObject) -> Iterator[Risk]:
    key = f"{each.namespace}/{each.external_id}"
    chance = zlib.crc32(key.encode())
    if chance % EVERY.get(each.kind, 1):
        return
    for hazard, likely, severe, exposure, people, loss in KINDS.get(each.kind, ()):
        turn = zlib.crc32(f"{key}:{hazard}".encode())
        first = likely[turn % len(likely)]
        consequence = C[severe[(turn >> 4) % len(severe)]]
        better = max(0, first - 1 - (turn >> 8) % 2)
        yield Risk(
            object=key,
            hazard=hazard,
            method="lec",
            inputs={
                "inherent": {"L": L[first], "E": exposure, "C": consequence},
                "residual": {"L": L[better], "E": exposure, "C": consequence},
            },
            people=people,
            loss=round(loss * L[better] / 3, 2),
            days_ago=(turn >> 12) % DAYS,
            controls=1 + (turn >> 16) % 3,
        )


def _plant() -> list[Risk]:
    """The works keep ammonia for cooling and methanol as a solvent: invented amounts."""
    methanol = {"name": "甲醇", "category": "W5.3", "amount_t": 80.0}
    full, less = (
        {"people": 120, "substances": [{"name": "氨", "amount_t": amount}, methanol]}
        for amount in (12.0, 6.0)
    )
    major: dict[str, Any] = {"inherent": full, "residual": less}
    storage = {"inherent": {"L": 4, "S": 4}, "residual": {"L": 3, "S": 4}}
    return [
        Risk(PLANT, "chemicals-major", "gb18218", major, 120, 25.0, 20, 4),
        Risk(PLANT, "chemicals-storage", "ls", storage, 40, 5.0, 12, 2),
    ]


def dependencies(objects: Iterable[CityObject]) -> list[Dependency]:
    """Schools and hospitals take water from the nearest junction, pumps power from one place."""
    kept = list(objects)
    junctions = [each for each in kept if each.kind == "water_junction"]
    substation = next(each for each in kept if each.kind == "substation")
    found = [
        Dependency(
            _key(each),
            _key(_nearest(each, junctions)),
            "water",
            2.0 if each.kind == "hospital" else 0.0,
            "样例：按最近供水节点假定 · sample: the nearest junction is assumed",
        )
        for each in kept
        if each.kind in {"school", "hospital"}
    ]
    return found + [
        Dependency(_key(each), _key(substation), "power", 0.0, "样例：假定 · sample: assumed")
        for each in kept
        if each.kind == "water_pump"
    ]


def _key(each: CityObject) -> str:
    return f"{each.namespace}/{each.external_id}"


def _point(each: CityObject) -> tuple[float, float]:
    """The first position of a geometry: near enough to choose a neighbour."""
    place = each.geometry["coordinates"]
    while isinstance(place[0], list):
        place = place[0]
    return float(place[0]), float(place[1])


def _nearest(each: CityObject, among: list[CityObject]) -> CityObject:
    lon, lat = _point(each)
    scale = math.cos(math.radians(lat))

    def far(other: CityObject) -> float:
        x, y = _point(other)
        return ((x - lon) * scale) ** 2 + (y - lat) ** 2

    return min(among, key=far)
