"""What a review must say beside its verdict: unknown weather, unconfirmed criteria, bad ground."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.physics import site_flags
from chengan.core.risk.criteria import Criteria
from chengan.core.risk.installation import Installation

KNOWN_KINDS: Final = ("chemical_plant", "tank_farm", "lpg_plant", "storage")
SOURCE_HEIGHT: Final = 3.0  # m, of an opening in a vessel (D)
CLOUD_HEIGHT: Final = 10.0  # m, of a cloud that is dangerous on the ground (D)


@dataclass(frozen=True)
class Note:
    """`code`: weather_unknown, criteria_unconfirmed, kind_unknown, wake or hilly; and figures."""

    code: str
    about: dict[str, Any]


@dataclass(frozen=True)
class Building:
    """A building: its middle, m east and north, its height and the lesser of its sides, m."""

    x: float
    y: float
    height: float
    width: float


@dataclass(frozen=True)
class Surroundings:
    """Buildings, and heights of the ground (n, 3): east, north, above sea, m; none: not known."""

    buildings: tuple[Building, ...] = ()
    ground: FloatArray = field(default_factory=lambda: np.zeros((0, 3)))


def notes(
    plants: Sequence[Installation], rose: FloatArray, rules: Criteria, around: Surroundings
) -> Iterator[Note]:
    """What to note of a review."""
    if np.count_nonzero(rose) <= 2 * rose.shape[1] and np.ptp(rose, axis=1).max() == 0:
        yield Note("weather_unknown", {})
    if any(each.mark != "V" for each in rules.limits):
        yield Note("criteria_unconfirmed", {"criteria": rules.code})
    for plant in plants:
        if plant.kind not in KNOWN_KINDS:
            yield Note("kind_unknown", {"installation": plant.name, "kind": plant.kind})
        count = _wakes(plant, around.buildings)
        if count:
            yield Note("wake", {"installation": plant.name, "buildings": count})
    hilly = [plant.name for plant in plants if _is_hilly(plant, around.ground)]
    if hilly:
        yield Note("hilly", {"installation": ", ".join(hilly), "metres": CLOUD_HEIGHT})


def _wakes(plant: Installation, buildings: Sequence[Building]) -> int:
    """How many buildings draw what the plant lets go into their wake."""
    if not buildings:
        return 0
    x, y, tall, wide = np.array([(b.x, b.y, b.height, b.width) for b in buildings]).T
    away = np.hypot(x - plant.x, y - plant.y)
    return int(np.sum(site_flags.is_in_wake(away, SOURCE_HEIGHT, tall, wide)))


def _is_hilly(plant: Installation, ground: FloatArray) -> bool:
    """Whether the ground around rises or falls more, against that nearest to the plant."""
    if not len(ground):
        return False
    nearest = int(np.argmin(np.hypot(ground[:, 0] - plant.x, ground[:, 1] - plant.y)))
    return site_flags.is_hilly(ground[:, 2], float(ground[nearest, 2]), CLOUD_HEIGHT)
