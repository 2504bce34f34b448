"""How finely columns are written: 2.37 is written to hundredths.

Who learned from finely written rows and judges rounded ones sees the rounding itself where
relations are almost exact. A value rounded to a step q is off by a variance of q^2 / 12. A
zero tells nothing.
"""

from typing import Final

import numpy as np
from numba import njit

from chengan.core.arrays import FloatArray, IntArray

UNKNOWN: Final[int] = -1
FINEST: Final[int] = 7
"""Decimals from which on a value counts as not rounded."""


@njit(cache=True, error_model="numpy")
def refine(values: FloatArray, decimals: IntArray, out: IntArray) -> None:
    """Raise `decimals` (columns,) to what `values` (rows, columns) need; `out`: after each row."""
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            x = abs(values[i, j])
            if np.isfinite(x) and x > 0:
                decimals[j] = max(decimals[j], 0)
            while np.isfinite(x) and x > 0 and decimals[j] < FINEST:
                scaled = x * 10.0 ** decimals[j]
                if abs(scaled - np.round(scaled)) <= 1e-6 + 1e-12 * scaled:
                    break
                decimals[j] += 1
            out[i, j] = decimals[j]


def needed(values: FloatArray) -> IntArray:
    """Decimals that `values` (rows, columns) are written to; (columns,)."""
    found = np.full(values.shape[1], UNKNOWN, np.int64)
    refine(values, found, np.zeros(values.shape, np.int64))
    return found


def coarser(now: IntArray, learned: IntArray) -> FloatArray:
    """The step to which values of `now` decimals are rounded; 0 if unknown, or as `learned`."""
    step: FloatArray = np.where((now > UNKNOWN) & (now < learned), 10.0**-now, 0.0)
    return step
