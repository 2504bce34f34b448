"""How large a residual is ordinary: learned from rows that the relations have not seen.

The rows are cut into blocks; each block is judged by relations learned from the others. So the
spread that is learned holds what a stretch of time differs from the next, and the limits are
honest even after a few hundred rows.
"""

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray, IntArray
from chengan.core.joint import chart
from chengan.core.joint.relations import FAMILIES, MARGINAL, Relations

BLOCKS: Final[int] = 5
REACH: Final[float] = 1.15
"""A limit lies this far beyond the largest figure of the normal rows, less the wildest of them."""
FEW: Final[float] = 3.0
"""How much further when rows were few, over the root of their number."""
BROAD: Final[float] = 1.5
"""The whole state may go this much further than it did; how long it stays there says nothing."""
WILD: Final[float] = 0.002
"""Share of the normal rows that may be wilder than a limit: what was normal was not all normal."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Relations with their spreads (horizons, residuals) and limits (horizons, families, ways)."""

    relations: Relations
    spread: FloatArray
    limits: FloatArray


def calibrated(values: FloatArray, times: IntArray) -> Calibrated:
    """Learn relations, spreads and limits from rows taken as normal."""
    relations = Relations.learned(values, times)
    residuals = _unseen(values, times, relations)
    averages = _averages(residuals)
    spread = np.maximum(np.sqrt(np.nanmean(averages**2, axis=0)), 1e-3)
    return Calibrated(relations, spread, _limits(averages, spread))


def _unseen(values: FloatArray, times: IntArray, whole: Relations) -> FloatArray:
    """Residuals of each block from relations learned from the other blocks."""
    edges = np.linspace(0, len(values), BLOCKS + 1).astype(int)
    parts = []
    for begin, end in itertools.pairwise(edges):
        rest = np.r_[0:begin, end : len(values)]
        learned = Relations.learned(values[rest], times[rest], like=whole)
        parts.append(learned.residuals(values[begin:end], times[begin:end]))
    return np.vstack(parts)


def _averages(residuals: FloatArray) -> FloatArray:
    """Averages of every row, shape (rows, horizons, residuals)."""
    out = np.zeros((len(residuals), len(chart.HORIZONS), residuals.shape[1]))
    memory = chart.Charts.empty(residuals.shape[1])
    chart.spreads(residuals, chart.GAINS, chart.DRIFT, memory.mean, memory.averages, out)
    return out


def _limits(averages: FloatArray, spread: FloatArray) -> FloatArray:
    rows, horizons, residuals = averages.shape
    columns = residuals // FAMILIES
    z = (np.abs(averages) / spread).reshape(rows, horizons, FAMILIES, columns)
    figures = np.stack([z.max(-1), np.sqrt(np.minimum(z * z, 100.0).mean(-1))], axis=-1)
    reach = REACH + FEW / np.sqrt(rows)
    limit: FloatArray = np.maximum(reach * np.quantile(figures, 1 - WILD, axis=0), 1e-3)
    limit[0, MARGINAL] *= BROAD
    limit[1:, MARGINAL] = np.inf
    return limit
