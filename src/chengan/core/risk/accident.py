"""Accident grades of State Council decree 493: 4 特别重大, 3 重大, 2 较大, 1 一般 (mark V-)."""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import CodeArray

DEATHS: Final = (3.0, 10.0, 30.0)
INJURIES: Final = (10.0, 50.0, 100.0)
LOSS_YUAN: Final = (1e7, 5e7, 1e8)


def grade(
    deaths: npt.ArrayLike, serious_injuries: npt.ArrayLike, loss_yuan: npt.ArrayLike
) -> CodeArray:
    """Give the grade of each accident: the worst of the three criteria, "以上" includes the number.

    By hand: exactly 3 deaths are 较大 (2).

    Raises
    ------
    errors.OutOfRange
        If a figure is negative.
    """
    pairs = ((deaths, DEATHS), (serious_injuries, INJURIES), (loss_yuan, LOSS_YUAN))
    found = []
    for given, edges in pairs:
        values = np.asarray(given, dtype=np.float64)
        if np.any(values < 0):
            raise errors.OutOfRange(f"a figure must not be negative, got {values.min():g}")
        found.append(1 + np.searchsorted(edges, values, side="right"))
    return np.maximum.reduce(np.broadcast_arrays(*found)).astype(np.int8)
