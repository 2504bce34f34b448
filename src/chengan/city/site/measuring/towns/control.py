"""By which level of the tank that it fills each pump is switched on and off: hysteresis."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

SUPPLY: Final = {
    "PU1": "T1", "PU2": "T1", "PU3": "T1", "PU4": "T3", "PU5": "T3", "PU6": "T4", "PU7": "T4",
    "V2": "T2", "PU8": "T5", "PU9": "T5", "PU10": "T7", "PU11": "T7",
}  # fmt: skip
"""The tank that each pump, and the one valve, fills; T6 lies behind T7 and fills with it."""


@dataclass(frozen=True)
class Law:
    """Levels (m) of the tank: on below the one, off above the other, between them as it was."""

    on_below: float
    off_above: float

    @property
    def is_fixed(self) -> bool:
        """Whether no level of the tank changes anything."""
        return math.isinf(self.on_below)

    def decided(self, level: float, was_on: bool) -> bool:
        """Say whether the pump is on at `level` (m), if it `was_on` before."""
        return level < self.on_below or (was_on and level <= self.off_above)


ALWAYS: Final = Law(math.inf, math.inf)
NEVER: Final = Law(-math.inf, -math.inf)


@dataclass(frozen=True)
class _Habit:
    """Shares of the tank's height between which a town's two levels lie; or `fixed`, so `often`."""

    on: tuple[float, float] = (0.0, 0.0)
    off: tuple[float, float] = (0.0, 0.0)
    fixed: Law = NEVER
    often: float = 0.0


_HABITS: Final = {
    "PU1": _Habit((0.7, 0.7), (0.985, 0.985), ALWAYS, 0.5),
    "PU2": _Habit((0.12, 0.3), (0.62, 0.7)),
    "PU3": _Habit(often=1.0),
    "PU4": _Habit((0.4, 0.5), (0.75, 0.85)),
    "PU5": _Habit((0.15, 0.2), (0.5, 0.6), often=0.5),
    "PU6": _Habit((0.4, 0.5), (0.8, 0.9)),
    "PU7": _Habit((0.2, 0.36), (0.6, 0.7)),
    "V2": _Habit((0.1, 0.2), (0.85, 0.93)),
    "PU8": _Habit((0.3, 0.5), (0.8, 0.92)),
    "PU9": _Habit((0.2, 0.2), (0.6, 0.6), often=0.7),
    "PU10": _Habit((0.4, 0.55), (0.8, 0.92)),
    "PU11": _Habit((0.2, 0.38), (0.55, 0.7)),
}


def drawn(heights: Mapping[str, float], chance: np.random.Generator) -> dict[str, Law]:
    """Draw a town's laws, by pump; `heights` (m) of its tanks by name."""
    return {pump: _law(habit, heights[SUPPLY[pump]], chance) for pump, habit in _HABITS.items()}


def _law(habit: _Habit, height: float, chance: np.random.Generator) -> Law:
    if habit.often == 1.0 or (habit.often and chance.random() < habit.often):
        return habit.fixed
    return Law(height * _share(habit.on, chance), height * _share(habit.off, chance))


def _share(bounds: tuple[float, float], chance: np.random.Generator) -> float:
    least, greatest = bounds
    return least if least == greatest else float(chance.uniform(least, greatest))
