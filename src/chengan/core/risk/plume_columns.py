"""A plume as columns along the distance, at equal steps of its square root from the source on."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit

from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import Plume
from chengan.core.risk.standard_normal import LEAST

NODES: Final = 1024
NOTHING: Final = -1e3  # a probit of nobody


@dataclass(frozen=True)
class Columns:
    """Of one plume in one weather class: `z` = probit - 5 and `narrow` = slope / (2 spread²) at
    (step·k)² metres; `ends` are how far it reaches downwind, upwind, to its side and in all (m).
    """

    plume: Plume
    weather: int
    frequency: float
    z: np.ndarray
    narrow: np.ndarray
    step: float
    ends: tuple[float, float, float, float]

    def area(self) -> float:
        """m2 of the rectangle that it reaches."""
        along, back, across, _away = self.ends
        return 2 * across * (along + back)


def columns(plume: Plume, weather: int, frequency: float, far: float) -> Columns:
    """Lay a plume over NODES steps up to `far` metres; float32."""
    z, narrow = np.empty(NODES, np.float32), np.empty(NODES, np.float32)
    step = math.sqrt(far) / (NODES - 1)
    x, probit, spread = (
        np.asarray(each, np.float64) for each in (plume.distance, plume.probit, plume.spread)
    )
    _fill(z, narrow, step, x, probit, spread, plume.slope)
    ends = _ends(z, narrow, step, plume.upwind)
    return Columns(plume, weather, frequency, z, narrow, step, ends)


@njit(cache=True, nogil=True)
def _fill(
    z: np.ndarray,
    narrow: np.ndarray,
    step: float,
    distance: FloatArray,
    probit: FloatArray,
    spread: FloatArray,
    slope: float,
) -> None:
    """Interpolate linearly in the logarithm of the distance; nearer than the first, as there."""
    known, width = np.log(distance), np.log(spread)
    k, last = 0, distance.size - 1
    for i in range(z.size):
        x = (step * i) ** 2
        if x > distance[last] * (1 + 1e-9):
            z[i:] = NOTHING
            narrow[i:] = slope / (2 * spread[last] ** 2)
            return
        while k < last - 1 and distance[k + 1] < x:
            k += 1
        part = 0.0
        if x > distance[0]:
            part = (math.log(x) - known[k]) / (known[k + 1] - known[k])
        z[i] = probit[k] + part * (probit[k + 1] - probit[k]) - 5.0
        narrow[i] = 0.5 * slope * math.exp(-2 * (width[k] + part * (width[k + 1] - width[k])))


@njit(cache=True, nogil=True)
def _ends(
    z: np.ndarray, narrow: np.ndarray, step: float, upwind: float
) -> tuple[float, float, float, float]:
    """How far a plume kills more than the share below LEAST: along, back, across, in all."""
    along, across, away = 0.0, 0.0, 0.0
    for i in range(z.size):
        room = z[i] - LEAST
        if room > 0.0:
            x = (step * (i + 1)) ** 2
            y2 = room / narrow[i]
            along, across = x, max(across, y2)
            away = max(away, x * x + y2)
    back = math.sqrt(max(z[0] - LEAST, 0.0) / narrow[0]) / upwind
    return along, back, math.sqrt(across), math.sqrt(away)
