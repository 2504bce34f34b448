"""How widely each residual scatters, by what the switches do.

In the row in which a pump is switched its flow was on for an unknown part of the interval: levels
and pressures scatter more than between two rows of one state. Each residual's variance is v0 + sum
of v_k over the switches that have just turned + sum of w_k over those that are on, all at least 0
(least squares of the squared residuals: Lawson, Hanson 1974, chapter 23).
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from scipy.optimize import nnls

from chengan.core.arrays import FloatArray, IntArray

FLOOR: Final[float] = 0.2
"""Share of the mean variance that every row has besides."""
WILDEST: Final[float] = 100.0
"""A squared residual counts as no more than this many times the mean one."""


@dataclass(frozen=True, eq=False)
class Scatter:
    """Variances over the mean one.

    switches, rest : (switches,), columns, and the value at which each is off.
    share : (residuals, 1 + 2 switches), of every row, of a row in which each has turned, of one in
    which each is on.
    """

    switches: IntArray
    rest: FloatArray
    share: FloatArray

    @classmethod
    def even(cls, residuals: int) -> Self:
        """The same in every row."""
        return cls(np.zeros(0, np.int64), np.zeros(0), np.ones((residuals, 1)))

    @classmethod
    def learned(
        cls,
        residuals: FloatArray,
        values: FloatArray,
        before: FloatArray,
        switches: IntArray,
        rest: FloatArray,
    ) -> Self:
        """Learn from normal rows: residuals (rows, residuals) of `values` after `before`."""
        if not len(switches):
            return cls.even(residuals.shape[1])
        square = np.where(np.isfinite(residuals), residuals, 0.0) ** 2
        square = np.minimum(square / np.maximum(square.mean(0), 1e-12), WILDEST)
        flags = _flags(values, before, switches, rest)
        q, r = np.linalg.qr(flags)
        share = np.stack([nnls(r, each)[0] for each in (q.T @ square).T])
        share[:, 0] += FLOOR
        return cls(switches, rest, share)

    def factor(self, values: FloatArray, before: FloatArray) -> FloatArray:
        """How widely `values` after `before` scatter, over the usual; (rows, residuals)."""
        if not len(self.switches):
            return np.ones((len(values), len(self.share)))
        flags = _flags(values, before, self.switches, self.rest)
        out: FloatArray = np.sqrt(flags @ self.share.T)
        return out


def _flags(
    values: FloatArray, before: FloatArray, switches: IntArray, rest: FloatArray
) -> FloatArray:
    """1, whether each switch has turned, whether it is on: (rows, 1 + 2 switches)."""
    now, was = values[:, switches] > rest, before[:, switches] > rest
    has_turned = (now != was) & np.isfinite(before[:, switches])
    out: FloatArray = np.hstack([np.ones((len(values), 1)), has_turned, now]).astype(np.float64)
    return out
