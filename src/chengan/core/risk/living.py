"""The current level of a risk: the residual one, raised by what happens, never lowered by it."""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import CodeArray
from chengan.core.risk.bands import NO_DATA

WORST: Final = 5


def current(
    residual: npt.ArrayLike,
    risk: npt.ArrayLike,
    raise_by: npt.ArrayLike,
    at_least: npt.ArrayLike,
) -> CodeArray:
    """Current level of each risk.

    The largest `raise_by` in force is added (they do not add up: one event seen by two rules is
    one event), then the level is at least the largest `at_least`, at most red.

    Parameters
    ----------
    residual : array of int, shape (risks,); NO_DATA where never assessed
    risk : array of int, shape (raises,): the risk that each raise is about
    raise_by, at_least : arrays of int, shape (raises,), >= 0; 0 for none

    Returns
    -------
    current : array of int, shape (risks,)
        A risk that was never assessed gets what `at_least` says, else stays NO_DATA.
    """
    base = np.asarray(residual, dtype=np.int64)
    steps, floor = np.zeros(base.size, dtype=np.int64), np.full(base.size, NO_DATA)
    which = np.asarray(risk, dtype=np.int64)
    np.maximum.at(steps, which, np.asarray(raise_by, dtype=np.int64))
    np.maximum.at(floor, which, np.where(np.asarray(at_least) > 0, at_least, NO_DATA))
    raised = np.where(base == NO_DATA, NO_DATA, np.minimum(base + steps, WORST))
    return np.maximum(raised, floor).astype(np.int8)
