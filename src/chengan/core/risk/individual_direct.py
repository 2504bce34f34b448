"""Individual risk the long way: every source, outcome, weather and direction at every point.

What `individual_grid` is measured against; for a few points, or to check a map.
"""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike

from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import Source
from chengan.core.risk.polar import NEAREST_M, checked_rose, plume_tables

NODES = 4096
NOBODY = -100.0


def individual_risk_at(
    sources: Sequence[Source], rose: FloatArray, x: ArrayLike, y: ArrayLike
) -> FloatArray:
    """Give the yearly probability of death at each point, in the open.

    Parameters
    ----------
    sources, rose : see `individual_grid.individual_risk`
    x, y : array of float, shape (points,), m east and north of the origin

    Raises
    ------
    OutOfRange
    """
    east = np.asarray(x, np.float64).ravel()
    north = np.asarray(y, np.float64).ravel()
    total = np.zeros(len(east))
    for source in sources:
        shares = checked_rose(source, rose)
        far = max(1.0 + _farthest(source), 2.0)
        root = np.linspace(NEAREST_M**0.25, far**0.25, NODES)
        frequency, probit, narrow = plume_tables(source, root**4, len(shares))
        _add(total, east - source.x, north - source.y, root, frequency, probit, narrow, shares)
        away = np.maximum(np.hypot(east - source.x, north - source.y), NEAREST_M)
        for each in source.outcomes:
            if each.disc is not None:
                total += each.frequency * shares.sum() * each.disc.on(away)
    return total


def _farthest(source: Source) -> float:
    ends = [float(plume.distance[-1]) for each in source.outcomes for plume in each.plumes if plume]
    return max(ends, default=1.0)


@njit(cache=True, parallel=True, error_model="numpy")
def _add(
    total: FloatArray,
    x: FloatArray,
    y: FloatArray,
    root: FloatArray,
    frequency: FloatArray,
    probit: FloatArray,
    narrow: FloatArray,
    shares: FloatArray,
) -> None:
    weathers, directions = shares.shape
    to_node = 1.0 / (root[1] - root[0])
    for p in prange(x.size):
        found = 0.0
        for d in range(directions):
            angle = 2 * math.pi * d / directions
            along = x[p] * math.sin(angle) + y[p] * math.cos(angle)
            if along <= 0.0:
                continue
            across = x[p] * math.cos(angle) - y[p] * math.sin(angle)
            place = max(0.0, (math.sqrt(math.sqrt(along)) - root[0]) * to_node)
            k = int(place)
            if k >= root.size - 1:
                continue
            part = place - k
            for o in range(frequency.size):
                for w in range(weathers):
                    high = probit[o, w, k + 1]
                    if high < NOBODY:
                        continue
                    z = probit[o, w, k] + part * (high - probit[o, w, k])
                    inverse = narrow[o, w, k] + part * (narrow[o, w, k + 1] - narrow[o, w, k])
                    z -= inverse * across * across
                    if z > -8.0:
                        found += frequency[o] * shares[w, d] * 0.5 * math.erfc(-z / math.sqrt(2.0))
        total[p] += found
