"""Checklist index: the weighted share of what was found wrong among what applies."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors

PASSED: Final = 1
FAILED: Final = 0
NOT_APPLICABLE: Final = -1
UNANSWERED: Final = -2


@dataclass(frozen=True)
class Index:
    """`index` 0 (all in order) … 1 (all wrong), NaN below the least coverage; `coverage` 0 … 1."""

    index: float
    coverage: float


def index(answers: npt.ArrayLike, weights: npt.ArrayLike, *, least_coverage: float = 1.0) -> Index:
    """Weigh one checklist.

    Parameters
    ----------
    answers : array of int, shape (items,): PASSED, FAILED, NOT_APPLICABLE or UNANSWERED
    weights : array, shape (items,), > 0
    least_coverage : float, 0 … 1
        Share of the applicable weight that must be answered for an index to be given.

    Raises
    ------
    errors.ShapeMismatch, errors.OutOfRange
        If the columns differ in length, a weight is not positive, or an answer none of the four.
    """
    given, weigh = np.asarray(answers), np.asarray(weights, dtype=np.float64)
    if given.shape != weigh.shape:
        raise errors.ShapeMismatch(
            "{answers} answers for {weights} weights", answers=given.size, weights=weigh.size
        )
    if np.any(~(weigh > 0)):
        raise errors.OutOfRange("weights must be positive, got {got:g}", got=float(weigh.min()))
    if not np.isin(given, [PASSED, FAILED, NOT_APPLICABLE, UNANSWERED]).all():
        raise errors.OutOfRange("an answer is one of 1, 0, -1, -2, got {got}", got=str(given))
    applies = given != NOT_APPLICABLE
    answered = applies & (given != UNANSWERED)
    total, seen = float(weigh[applies].sum()), float(weigh[answered].sum())
    if total == 0:
        return Index(float("nan"), 0.0)
    coverage = seen / total
    if seen == 0 or coverage < least_coverage:
        return Index(float("nan"), coverage)
    return Index(float(weigh[answered & (given == FAILED)].sum()) / seen, coverage)
