"""What would make a refused site pass: farther away, less in the vessel, or a barrier more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk import consequences
from chengan.core.risk.footprint import Source
from chengan.core.risk.installation import KNOWN_BARRIERS, Installation
from chengan.core.risk.point_risk import risk_at_points
from chengan.core.risk.site_target import Target

FARTHEST = 8000.0  # m that a target is moved at most
LEAST = 0.01  # of the inventory that is tried at least
_STEPS = 10


@dataclass(frozen=True)
class Move:
    """Metres to move a target straight away from what threatens it most; None: none helps."""

    away_from: str
    metres: float | None
    bearing: float  # degrees clockwise from north

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"away_from": self.away_from, "metres": self.metres, "bearing": self.bearing}


@dataclass(frozen=True)
class LessInventory:
    """The share of the named installations' inventories that passes; None: no share does."""

    installation: str
    factor: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"installation": self.installation, "factor": self.factor}


@dataclass(frozen=True)
class BarrierEffect:
    """A target's risk with one barrier more on the installations that threaten it."""

    barrier: str
    name_zh: str
    name_en: str
    risk: float
    passes: bool
    source: str
    mark: str

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return dict(self.__dict__)


def worst(sources: Sequence[Source], rose: FloatArray, target: Target) -> tuple[float, FloatArray]:
    """The greatest individual risk (a year) on a target's ground, and where, (2,) m."""
    points = target.points()
    risk = risk_at_points(sources, rose, points)
    place = int(np.argmax(risk))
    return float(risk[place]), points[place]


def move(
    sources: Sequence[Source], rose: FloatArray, target: Target, source: Installation, limit: float
) -> Move:
    """Least distance along the line from `source` to the target at which it passes.

    Risk is taken to fall along the line; the answer itself is checked and rounded up to 5 m.
    """
    line = target.centre() - (source.x, source.y)
    length = float(np.hypot(*line))
    unit = line / length if length > 0 else np.array([0.0, 1.0])
    bearing = float(np.degrees(np.arctan2(unit[0], unit[1])) % 360)

    def passes(metres: float) -> bool:
        return worst(sources, rose, target.moved(unit * metres))[0] <= limit

    low, high = 0.0, FARTHEST
    if not passes(high):
        return Move(source.name, None, round(bearing, 1))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    metres = float(np.ceil(high / 5) * 5)
    return Move(source.name, metres, round(bearing, 1))


def less_inventory(
    plants: Sequence[Installation],
    others: Sequence[Source],
    rose: FloatArray,
    target: Target,
    limit: float,
    told: consequences.Assumptions,
) -> LessInventory:
    """The greatest share of the plants' inventories, all alike, with which the target passes.

    `others` are all other sources, left as they are.
    """
    names = ", ".join(plant.name for plant in plants)

    def passes(factor: float) -> bool:
        try:
            changed = [
                consequences.source(replace(p, mass=max(p.mass * factor, 10.0)), told)
                for p in plants
            ]
        except errors.OutOfRange:
            return False
        return worst([*changed, *others], rose, target)[0] <= limit

    if not passes(LEAST):
        return LessInventory(names, None)
    low, high = LEAST, 1.0
    for _ in range(7):
        middle = (low + high) / 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return LessInventory(names, round(low, 3))


def barrier_effects(
    plants: Sequence[Installation],
    others: Sequence[Source],
    rose: FloatArray,
    target: Target,
    limit: float,
    told: consequences.Assumptions,
) -> list[BarrierEffect]:
    """The target's risk with each known barrier more on all of `plants`, the best first."""
    found = []
    for known in KNOWN_BARRIERS.values():
        changes: dict[str, Any] = dict(known.changes)
        guarded = [
            consequences.source(replace(p, barriers=replace(p.barriers, **changes)), told)
            for p in plants
        ]
        risk = worst([*guarded, *others], rose, target)[0]
        passes = risk <= limit
        texts = (known.zh, known.en, risk, passes, known.source, known.mark)
        found.append(BarrierEffect(known.name, *texts))
    return sorted(found, key=lambda each: each.risk)
