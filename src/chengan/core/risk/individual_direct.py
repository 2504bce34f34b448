"""Individual risk the long way: every source, outcome, weather and direction at every point.

What `individual_grid` is measured against; for a few points, or to check a map.
"""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike

from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import FARTHEST_M, Source
from chengan.core.risk.rose import checked_rose

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
        root, often, z, narrow, upwind2 = _columns(source, len(shares))
        _add(total, east - source.x, north - source.y, root, often, z, narrow, upwind2, shares)
        away = np.hypot(east - source.x, north - source.y)
        for each in source.outcomes:
            if each.disc is not None:
                total += each.frequency * shares.sum() * each.disc.on(away)
    return total


def _columns(source: Source, weathers: int) -> tuple[FloatArray, ...]:
    """Fourth roots of distances; frequency (outcomes,); z, narrow (outcomes, weathers, nodes);
    squares of upwind (outcomes, weathers).
    """
    outcomes = [each for each in source.outcomes if each.disc is None]
    ends = [float(plume.distance[-1]) for each in outcomes for plume in each.plumes if plume]
    root = np.linspace(0.0, max(ends, default=1.0) ** 0.25, NODES)
    z = np.full((len(outcomes), weathers, NODES), -np.inf)
    narrow, upwind = np.ones_like(z), np.ones(z.shape[:2])
    for o, outcome in enumerate(outcomes):
        for w, plume in enumerate(outcome.plumes):
            if plume is not None:
                probit, narrow[o, w] = plume.on(np.minimum(root**4, FARTHEST_M))
                z[o, w], upwind[o, w] = probit - 5.0, plume.upwind
    often = np.array([each.frequency for each in outcomes], float)
    return root, often, np.maximum(z, 2 * NOBODY), narrow, upwind**2


@njit(cache=True, parallel=True, error_model="numpy")
def _add(
    total: FloatArray,
    x: FloatArray,
    y: FloatArray,
    root: FloatArray,
    frequency: FloatArray,
    z: FloatArray,
    narrow: FloatArray,
    upwind2: FloatArray,
    shares: FloatArray,
) -> None:
    weathers, directions = shares.shape
    to_node = 1.0 / root[1]
    for p in prange(x.size):
        found = 0.0
        for d in range(directions):
            angle = 2 * math.pi * d / directions
            along = x[p] * math.sin(angle) + y[p] * math.cos(angle)
            across = x[p] * math.cos(angle) - y[p] * math.sin(angle)
            behind = min(along, 0.0)
            place = math.sqrt(math.sqrt(max(along, 0.0))) * to_node
            k = int(place)
            if k >= root.size - 1 or math.hypot(along, across) > FARTHEST_M:
                continue
            part = place - k
            for o in range(frequency.size):
                for w in range(weathers):
                    high = z[o, w, k + 1]
                    if high < NOBODY:
                        continue
                    level = z[o, w, k] + part * (high - z[o, w, k])
                    inverse = narrow[o, w, k] + part * (narrow[o, w, k + 1] - narrow[o, w, k])
                    level -= inverse * (across * across + upwind2[o, w] * behind * behind)
                    if level > -8.0:
                        death = 0.5 * math.erfc(-level / math.sqrt(2.0))
                        found += frequency[o] * shares[w, d] * death
        total[p] += found
