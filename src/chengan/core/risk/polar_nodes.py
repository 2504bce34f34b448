"""Where a polar table needs its nodes: fine where the shares of deaths change fast.

Along a ray and along a circle a plume's z is nearly straight over a step, and its share of deaths
is a function of z alone. So the steps are chosen for the change of z within one: STEP at most,
wherever the share still counts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from scipy.special import ndtri

from chengan.core.arrays import FloatArray
from chengan.core.risk.plume_columns import Columns

STEP: Final = 0.35
"""Most that z changes from one node to the next."""
COUNTS: Final = 1e-12
"""Risk a year from which a term counts here: a thousandth of the least that is judged."""
BINS: Final = 512
MOST_RADII: Final = 700
MOST_ANGLES: Final = 9600
LEAST_ANGLES: Final = 480
_UPPER: Final = 2.5  # z above which a share hardly changes
_LOOSE: Final = 16.0  # radii at least in each factor e of the distance


@dataclass(frozen=True)
class Nodes:
    """`radii` (n,) m; `place` (BINS + 1,): how many nodes lie before the square root of a
    distance, at equal steps of it from that of the first radius to that of the last.
    """

    radii: FloatArray
    place: np.ndarray
    angles: int  # even, and a multiple of the directions


def nodes(plumes: Sequence[Columns], shares: FloatArray, nearest: float, reach: float) -> Nodes:
    """Choose radii from `nearest` to `reach` m, and how many angles, for the plumes of a source."""
    most = shares.max(axis=1)
    dense = np.full(BINS, _LOOSE * STEP)
    edge = (math.sqrt(nearest), (math.sqrt(reach) - math.sqrt(nearest)) / BINS)
    steepest = 0.0
    for each in plumes:
        often = each.frequency * most[each.weather]
        if often > COUNTS:
            least = float(ndtri(COUNTS / often)) if often > 2 * COUNTS else 0.0
            found = _steepness(dense, each.z, each.narrow, each.step, min(least, 0.0), edge)
            steepest = max(steepest, found)
    root = edge[0] + edge[1] * np.arange(BINS + 1)
    each_bin = dense / STEP * np.diff(np.log(root)) * 2
    place = np.concatenate([[0.0], np.cumsum(each_bin)])
    count = min(max(math.ceil(place[-1]), 2), MOST_RADII)
    place *= count / place[-1]
    radii = np.interp(np.arange(count + 1), place, root) ** 2
    around = 2 * shares.shape[1]
    angles = min(max(2 * math.pi * steepest / STEP, LEAST_ANGLES), MOST_ANGLES)
    return Nodes(radii, place.astype(np.float32), around * math.ceil(angles / around))


@njit(cache=True, nogil=True)
def _steepness(
    dense: FloatArray,
    z: np.ndarray,
    narrow: np.ndarray,
    step: float,
    least: float,
    edge: tuple[float, float],
) -> float:
    """Raise `dense` (bins of distance) to |dz / d ln r|; give the greatest |dz / d angle|.

    On the centre line and where z has fallen to `least`; in between it is less than at one of them.
    """
    first, wide = edge
    steepest, before = 0.0, 0.0
    for i in range(1, z.size - 1):
        if z[i] < least or z[i + 1] < -100.0:
            continue
        x = (step * i) ** 2
        apart = 2 * math.log((i + 1) / max(i - 1, 0.5))
        by_log = (z[i + 1] - z[i - 1]) / apart
        thinner = math.log(narrow[i + 1] / narrow[i - 1]) / apart
        if z[i] < _UPPER:
            _raise(dense, x, x, abs(by_log), first, wide)
        fall = z[i] - least
        y2 = fall / narrow[i]
        away = math.sqrt(x * x + y2)
        ray = by_log - fall * thinner - 2 * fall
        _raise(dense, min(max(before, 0.9 * away), away), away, abs(ray), first, wide)
        before = away
        if away >= first * first and x > 0:
            y = math.sqrt(y2)
            turn = abs(y / x * (by_log - fall * thinner) + 2 * fall * x / max(y, 1e-9))
            steepest = max(steepest, turn)
    return steepest


@njit(cache=True, inline="always")
def _raise(
    dense: FloatArray, low: float, high: float, value: float, first: float, wide: float
) -> None:
    begin = max(0, int((math.sqrt(low) - first) / wide) - 1)
    for k in range(begin, min(dense.size, int((math.sqrt(high) - first) / wide) + 2)):
        dense[k] = max(dense[k], value)
