"""How large a residual is ordinary: learned from rows that the relations have not seen.

The rows are cut into blocks; each block is judged by relations learned from the others. So the
spread that is learned holds what a stretch of time differs from the next, and the limits are
honest even after a few hundred rows.
"""

import itertools
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray, IntArray
from chengan.core.joint import chart, grain
from chengan.core.joint.laws import Laws, following
from chengan.core.joint.relations import FAMILIES, MARGINAL, Relations
from chengan.core.joint.scatter import Scatter

BLOCKS: Final[int] = 5
REACH: Final[float] = 1.15
"""A limit lies this far beyond the largest figure of the normal rows, less the wildest of them."""
FEW: Final[float] = 2.0
"""How much further when looks were few, over the root of their number: rows over the horizon."""
BROAD: Final[float] = 1.5
"""The whole state may go this much further than it did; how long it stays there says nothing."""
NEW: Final[float] = 0.3
"""Share of all that is normal that a state has which lasted."""
MARGIN: Final[float] = 1.1
PIECE: Final[int] = 20
"""Rows whose mean is one look at a residual's level."""
FASTEST: Final[float] = 1 / 2500
"""Drift over noise at most, so that a level is followed over no less than 50 rows."""
STRETCH: Final[int] = 100
TAIL: Final[float] = 6.0
"""A residual whose largest average lies further out than so many spreads is held to its own."""
FEWEST: Final[float] = 50.0
"""Rows over which alarms that come and go are one event, at least, where days are known."""
WILD: Final[float] = 0.3
"""Stretches wilder than the limit, over the root of their number: not all are normal."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Relations, and how they err while all is well.

    laws : what no column did; scatter : how widely residuals scatter, by the switches; all figures
    below are of residuals over that. decimals : (columns,), to which columns were written.
    spread : (horizons, residuals), of the averages; limits : (horizons, families, ways).
    drift, noise : (residuals,), variances of the local level.
    usual, strange : (residuals,), variance of the level's forecast while it is followed, and where
    nothing was seen just before.
    mean : (residuals,), the last level.
    memory : rows over which alarms that come and go are one event.
    wider : (residuals,), at least 1, how much more each must say since a state that lasted.
    """

    relations: Relations
    laws: Laws
    scatter: Scatter
    decimals: IntArray
    spread: FloatArray
    limits: FloatArray
    drift: FloatArray
    noise: FloatArray
    usual: FloatArray
    strange: FloatArray
    mean: FloatArray
    memory: float
    wider: FloatArray


def calibrated(values: FloatArray, times: IntArray) -> Calibrated:
    """Learn relations, spreads and limits from rows taken as normal."""
    laws = Laws.learned(values, times)
    relations = Relations.learned(values, times)
    before = following(values[0], int(times[0]), values, times, laws.step)
    residuals = _unseen(values, times, relations)
    scatter = Scatter.learned(residuals, values, before, laws.switches, laws.rest)
    factor = scatter.factor(values, before)
    residuals /= factor
    drift, noise = wandering(residuals)
    usual = chart.settled(drift, noise)
    spread, wander = _spread(residuals, drift, noise)
    spread = spread * np.maximum(_figures(residuals, drift, noise, spread)[1] / TAIL, 1.0)
    seen = _figures(residuals, drift, noise, spread)[0]
    last = _figures(relations.residuals(values, times) / factor, drift, noise, spread)[2]
    return Calibrated(
        relations, laws, scatter, grain.needed(values), spread, _limits(seen), drift, noise,
        usual, usual + wander, last, _memory(times, relations), np.ones(len(drift)),
    )  # fmt: skip


def absorbed(known: Calibrated, values: FloatArray, times: IntArray) -> Calibrated:
    """What is known once a state that lasted (`values` at `times`) is part of the norm."""
    relations = known.relations.widened(values, times, NEW)
    before = following(values[0], int(times[0]), values, times, known.laws.step)
    residuals = relations.residuals(values, times) / known.scatter.factor(values, before)
    residuals = np.where(np.isfinite(residuals), residuals, 0.0)
    shift = residuals.mean(0)
    seen, most, last = _figures(residuals - shift, known.drift, known.noise, known.spread)
    wider = _wider(seen.max(0), most, known.limits)
    laws = known.laws.widened(values, before)
    return replace(known, relations=relations, laws=laws, mean=shift + last, wider=wider)


def _wider(seen: FloatArray, most: FloatArray, limits: FloatArray) -> FloatArray:
    """By how much each residual exceeds what makes an alarm, at least 1; (residuals,)."""
    alone = (most.reshape(len(most), FAMILIES, -1) / limits[:, :, :1]).max(0)
    together = (seen[:, :, 1] / limits[:, :, 1]).max(0)
    out: FloatArray = MARGIN * np.maximum(alone, together[:, None]).ravel()
    return np.maximum(out, 1.0)


def _unseen(values: FloatArray, times: IntArray, whole: Relations) -> FloatArray:
    """Residuals of each block from relations learned from the other blocks."""
    edges = np.linspace(0, len(values), BLOCKS + 1).astype(int)
    parts = []
    for begin, end in itertools.pairwise(edges):
        rest = np.r_[0:begin, end : len(values)]
        learned = Relations.learned(values[rest], times[rest], like=whole)
        parts.append(learned.residuals(values[begin:end], times[begin:end]))
    return np.vstack(parts)


def wandering(residuals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Variances (drift a row, noise of a row) of each residual's level, from means of `PIECE` rows.

    Means L pieces apart differ by 2 noise / PIECE + drift PIECE L in the mean square (a random walk
    seen through noise): the line through these, L up to half the rows, gives both.
    """
    pieces = len(residuals) // PIECE
    cut = residuals[: pieces * PIECE].reshape(pieces, PIECE, -1)
    known = np.isfinite(cut)
    means = np.where(known, cut, 0.0).sum(1) / np.maximum(known.sum(1), 1)
    lags = np.unique(np.geomspace(1, max(pieces // 2, 1), 12).astype(int)).astype(np.float64)
    square = np.stack([((means[int(k) :] - means[: -int(k)]) ** 2).mean(0) for k in lags])
    slope, rest = _line(lags, square)
    drift, noise = slope / PIECE, np.maximum(0.5 * PIECE * rest, 1e-9)
    return np.minimum(drift, noise * FASTEST), noise


def _line(lags: FloatArray, square: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope, at least 0, and intercept; longer lags are fewer and wilder: weight 1 over the lag."""
    weight = (1 / lags / (1 / lags).sum())[:, None]
    middle, level = float((weight[:, 0] * lags).sum()), (weight * square).sum(0)
    away = lags[:, None] - middle
    wide = float((weight * away**2).sum())
    slope = (weight * away * square).sum(0) / wide if wide > 0 else np.zeros(square.shape[1])
    slope = np.clip(slope, 0.0, square[0] / lags[0])
    return slope, level - slope * middle


def _spread(
    residuals: FloatArray, drift: FloatArray, noise: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Root mean square of every average (horizons, residuals), mean square of every level."""
    memory = chart.Charts.empty(chart.settled(drift, noise))
    square, wander = np.zeros(memory.averages.shape), np.zeros(len(drift))
    chart.rehearse(
        residuals, chart.GAINS, drift, noise, memory.mean, memory.doubt, memory.averages,
        square, wander,
    )  # fmt: skip
    rows = len(residuals)
    return np.maximum(np.sqrt(square / rows), 1e-3), wander / rows


def _figures(
    residuals: FloatArray, drift: FloatArray, noise: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Figures (rows, horizons, families, ways), largest averages over spread, the last level."""
    memory = chart.Charts.empty(chart.settled(drift, noise))
    seen = np.zeros((len(residuals), len(chart.HORIZONS), FAMILIES, chart.WAYS))
    most = np.zeros(spread.shape)
    chart.figures(
        residuals, chart.GAINS, drift, noise, spread, memory.mean, memory.doubt, memory.averages,
        most, seen,
    )  # fmt: skip
    return seen, most, memory.mean


def _memory(times: IntArray, relations: Relations) -> float:
    """Rows over which alarms that come and go are one event: three days, where days are known."""
    if not relations.days or len(times) < 2:
        return chart.RESTLESS
    step = max(float(np.median(np.diff(times))), 1.0)
    return float(np.clip(3 * 86_400e6 / step, FEWEST, chart.ABSORB))


def _limits(figures: FloatArray) -> FloatArray:
    """Limits (horizons, families, ways) from the figures (rows, ...) of normal rows."""
    looks = len(figures) / np.array(chart.HORIZONS)
    reach = (REACH + FEW / np.sqrt(looks))[:, None, None]
    limit: FloatArray = np.maximum(reach * _largest(figures), 1e-3)
    limit[0, MARGINAL] *= BROAD
    limit[1:, MARGINAL] = np.inf
    return limit


def _largest(figures: FloatArray) -> FloatArray:
    """The largest of the figures (rows, ...), less those of the few wildest stretches."""
    starts = np.arange(0, len(figures), STRETCH)
    highest = np.sort(np.maximum.reduceat(figures, starts, axis=0), axis=0)
    passed = int(WILD * np.sqrt(len(starts)))
    out: FloatArray = highest[len(starts) - 1 - passed]
    return out
