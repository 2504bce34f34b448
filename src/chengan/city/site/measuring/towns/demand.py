"""What a town's districts take, hour by hour: day, week, year, and noise of zone and junction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray

MEANS: Final = {"A": 60.0, "B": 18.0, "C": 28.0, "D": 22.0, "E": 15.0, "G": 20.0}
"""Mean demand of each district, L/s."""
_YEAR_H: Final = 8760
Shapes = Mapping[str, tuple[FloatArray, FloatArray]]
"""By district: the 24 hours of a working day and of a day of the weekend, about 1."""


@dataclass(frozen=True)
class Junction:
    """A junction's district, and its mean demand in L/s."""

    district: str
    mean: float


def shapes(chance: np.random.Generator) -> Shapes:
    """Draw the days of each district: a morning, a midday and an evening peak."""
    return {district: _days(chance) for district in MEANS}


def _days(chance: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    morning, evening = chance.uniform(6.5, 8.5), chance.uniform(17.5, 20.5)
    working, weekend = _day(morning, evening), _day(morning + 1.5, evening)
    return working, weekend * chance.uniform(0.93, 1.1)


def _day(morning: float, evening: float) -> FloatArray:
    peaks = 0.8 * _peak(morning, 2.2) + 0.75 * _peak(evening, 2.6) + 0.35 * _peak(13.0, 4.0)
    day: FloatArray = 0.55 + peaks
    return day / float(day.mean())


def _peak(hour: float, width: float) -> FloatArray:
    apart = (np.arange(24) - hour + 12) % 24 - 12
    height: FloatArray = np.exp(-0.5 * apart**2 / width**2)
    return height


def drawn(
    junctions: Mapping[str, Junction], days: Shapes, hours: range, chance: np.random.Generator,
    growth: float = 1.0,
) -> dict[str, FloatArray]:  # fmt: skip
    """Draw the demand of each junction, L/s (hours,); hour 0 is the midnight before a Monday."""
    at = np.arange(hours.start, hours.stop)
    town = 1 + _wandering(len(at), 0.98, 0.02, chance)
    season = 1 + 0.1 * np.sin(2 * np.pi * (at / _YEAR_H - 0.3))
    zones = {
        name: _usual(day, at) * season * (town + _wandering(len(at), 0.9, 0.03, chance))
        for name, day in days.items()
    }
    return {
        name: _taken(growth * node.mean, zones[node.district], chance)
        for name, node in junctions.items()
    }


def _usual(days: tuple[FloatArray, FloatArray], hours: np.ndarray) -> FloatArray:
    working, weekend = days
    is_weekend = hours // 24 % 7 >= 5
    usual: FloatArray = np.where(is_weekend, weekend[hours % 24], working[hours % 24])
    return usual


def _taken(mean: float, zone: FloatArray, chance: np.random.Generator) -> FloatArray:
    noise = 1 + 0.05 * chance.normal(size=len(zone))
    taken: FloatArray = np.maximum(mean * zone * noise, 0.05 * mean)
    return taken


def _wandering(rows: int, kept: float, spread: float, chance: np.random.Generator) -> FloatArray:
    """First-order autoregression of the given spread, begun at rest."""
    from scipy.signal import lfilter

    steps = chance.normal(size=rows) * spread * np.sqrt(1 - kept * kept)
    found: FloatArray = lfilter([1.0], [1.0, -kept], steps)
    return found
