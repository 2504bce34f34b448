"""Residuals followed over several horizons; an alarm with a beginning and an end.

Each residual's mean is a local level: it wanders by `drift` a row (variance) around which rows
scatter by `noise`, both learned from the normal rows; a Kalman filter follows it. So a column that
wanders while all is well is followed, and one that stands still is held to where it stood. What is
left of a residual is averaged with weights that fade over 1, 5, 25 and 125 rows (exponentially
weighted charts), so that a jolt and a slow leak are each seen by one of them. A chart's figure is
compared with what was ordinary while learning, in two ways: the largest of all columns, and the
mean square over them.

An alarm begins when any figure exceeds its limit and ends when all have been below `CLEAR` of it
for a while: the longer, the slower the figure that began it, and the more alarms came and went
lately, so that what comes and goes is one event. While it lasts nothing is followed, and where the
norm is grows less sure by `drift` a row. When alarms have been on for `ABSORB` rows or so, the
present state becomes part of the norm: `follow` stops there, for the relations to be widened.

Source: Roberts (1959), Technometrics 1, 239-250; Lowry et al. (1992), Technometrics 34, 46-53;
Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, 4.1 (local level).
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from chengan.core.arrays import BoolArray, FloatArray, IntArray

HORIZONS: Final = (1, 5, 25, 125)
WAYS: Final[int] = 2
CLEAR: Final[float] = 0.6
CALM_ROWS: Final[int] = 5
RESTLESS: Final[float] = 250.0
"""Rows over which alarms that come and go are one event, where no days are known."""
MOST_CALM: Final[float] = 320.0
ABSORB: Final[int] = 1000
MOST: Final[float] = 40.0
"""A figure counts as no more than this many times its limit."""
FULL: Final[float] = 1.5
"""In an alarm an average remembers no more than so many times its limit."""
PLAIN: Final[float] = 2.0
"""So many times its limit a faster figure in an alarm must be, for the alarm to end by its pace."""
FORGET: Final[float] = 10_000.0
"""Rows over which it is forgotten how much a residual said when its state became the norm."""
WILDEST: Final[float] = 20.0
"""One row moves an average by no more than this many of its spreads."""
GAINS: Final = np.array([2.0 / (h + 1.0) for h in HORIZONS])

_rule = njit(cache=True, error_model="numpy")


class Charts(NamedTuple):
    """What the charts remember; arrays are changed in place.

    mean : (residuals,), followed level; doubt : (residuals,), its variance; averages : (horizons,
    residuals); known : (residuals,), at least 1, how much more each must say to be news; restless :
    (1,), alarms begun lately; runs : (5,), rows in alarm, calm rows, the horizon at which the alarm
    began (longer ones keep still while it lasts), four times the rows in alarm less the calm ones
    since, and 1 once the present state is to become the norm.
    """

    mean: FloatArray
    doubt: FloatArray
    averages: FloatArray
    known: FloatArray
    restless: FloatArray
    runs: IntArray

    @classmethod
    def empty(cls, doubt: FloatArray) -> "Charts":
        """Charts of as many residuals as `doubt` has, that have seen nothing."""
        residuals = len(doubt)
        return cls(
            np.zeros(residuals), doubt.copy(), np.zeros((len(HORIZONS), residuals)),
            np.ones(residuals),            np.zeros(1), np.zeros(5, np.int64),
        )  # fmt: skip


def settled(drift: FloatArray, noise: FloatArray) -> FloatArray:
    """Variance of the level's forecast by a filter that has run for long, from `drift`, `noise`."""
    doubt: FloatArray = 0.5 * drift + np.sqrt(0.25 * drift**2 + drift * noise)
    return doubt


@_rule
def _average(
    residual: FloatArray,
    mean: FloatArray,
    averages: FloatArray,
    gains: FloatArray,
    upto: int,
    spread: FloatArray,
) -> None:
    """Bring the first `upto` horizons up to date; the others keep still."""
    for j in range(residual.shape[0]):
        away = residual[j] - mean[j]
        if not np.isfinite(away):
            continue
        most = WILDEST * spread[0, j]
        away = min(max(away, -most), most)
        for h in range(upto):
            averages[h, j] += gains[h] * (away - averages[h, j])


@_rule
def _bounded(averages: FloatArray, cap: FloatArray, scale: FloatArray) -> None:
    """Keep no average beyond its `cap`, so that what was large is soon forgotten."""
    for h in range(averages.shape[0]):
        for j in range(averages.shape[1]):
            most = cap[h, j] * scale[j]
            averages[h, j] = min(max(averages[h, j], -most), most)


@_rule
def _figures(
    averages: FloatArray,
    spread: FloatArray,
    excess: FloatArray,
    scale: FloatArray,
    families: int,
    out: FloatArray,
    worst: IntArray,
) -> None:
    """Fill `out` (horizons, families, ways) and the column that is worst in each family.

    `excess` (residuals,) is the variance of the level beyond what it was while learning; `scale`
    (residuals,), at least 1, how much more each must say to be news.
    """
    columns = averages.shape[1] // families
    for h in range(averages.shape[0]):
        for f in range(families):
            most, total = 0.0, 0.0
            for j in range(f * columns, (f + 1) * columns):
                z = abs(averages[h, j]) / (scale[j] * np.sqrt(spread[h, j] ** 2 + excess[j]))
                total += min(z * z, 100.0)
                if z > most:
                    most = z
                    worst[h, f] = j - f * columns
            out[h, f, 0] = most
            out[h, f, 1] = np.sqrt(total / columns)


@_rule
def rehearse(
    residuals: FloatArray,
    gains: FloatArray,
    drift: FloatArray,
    noise: FloatArray,
    mean: FloatArray,
    doubt: FloatArray,
    averages: FloatArray,
    square: FloatArray,
    wander: FloatArray,
) -> None:
    """Follow normal rows: adds squares of the averages to `square`, of the levels to `wander`."""
    free = np.full((1, residuals.shape[1]), np.inf)
    for i in range(residuals.shape[0]):
        _average(residuals[i], mean, averages, gains, gains.shape[0], free)
        _level(residuals[i], mean, doubt, drift, noise, 1.0)
        square += averages**2
        wander += mean**2


@_rule
def figures(
    residuals: FloatArray,
    gains: FloatArray,
    drift: FloatArray,
    noise: FloatArray,
    spread: FloatArray,
    mean: FloatArray,
    doubt: FloatArray,
    averages: FloatArray,
    most: FloatArray,
    out: FloatArray,
) -> None:
    """Fill `out` (rows, horizons, families, ways) with the figures of normal rows.

    `most` (horizons, residuals) becomes the largest average over its spread.
    """
    free = np.full((1, residuals.shape[1]), np.inf)
    none, alike = np.zeros(residuals.shape[1]), np.ones(residuals.shape[1])
    worst = np.zeros((gains.shape[0], out.shape[2]), np.int64)
    for i in range(residuals.shape[0]):
        _average(residuals[i], mean, averages, gains, gains.shape[0], free)
        _level(residuals[i], mean, doubt, drift, noise, 1.0)
        _figures(averages, spread, none, alike, out.shape[2], out[i], worst)
        most[:] = np.maximum(most, np.abs(averages) / spread)


@_rule
def _level(
    residual: FloatArray,
    mean: FloatArray,
    doubt: FloatArray,
    drift: FloatArray,
    noise: FloatArray,
    trust: float,
) -> None:
    """Follow the level: one step of the filter, with `trust` in the row, 0..1."""
    for j in range(residual.shape[0]):
        if np.isfinite(residual[j]):
            gain = trust * doubt[j] / (doubt[j] + noise[j])
            mean[j] += gain * (residual[j] - mean[j])
            doubt[j] *= 1.0 - gain
        doubt[j] += drift[j]


@_rule
def _alarm(
    ratio: float, runs: IntArray, restless: FloatArray, memory: float, horizon: float
) -> bool:
    """Follow one row's ratio; says whether the alarm is on.

    The calm that ends an alarm is half the `horizon` that began it, and three times as long for
    each time it came back in the last `memory` rows or so.
    """
    restless[0] *= 1.0 - 1.0 / memory
    if ratio >= 1.0:
        if runs[0] == 0 or runs[1] >= CALM_ROWS:
            restless[0] += 1.0
        runs[0] = max(runs[0], 1)
        runs[1] = 0
    elif ratio < CLEAR:
        runs[1] += 1
    else:
        runs[1] = 0
    if runs[0] > 0:
        runs[0] += 1
        if runs[1] >= min(max(CALM_ROWS, 0.5 * horizon) * 3.0 ** (restless[0] - 1.0), MOST_CALM):
            runs[0] = 0
    return bool(runs[0] > 0)


@_rule
def _worst(
    figures: FloatArray, limits: FloatArray, upto: int, worst: IntArray, cause: IntArray
) -> float:
    """The largest share of a figure in its limit, and the cause: horizon, family, column."""
    most = 0.0
    for h in range(upto):
        for f in range(limits.shape[1]):
            for w in range(limits.shape[2]):
                share = figures[h, f, w] / limits[h, f, w]
                if share > most:
                    most = share
                    cause[0], cause[1], cause[2] = h, f, worst[h, f]
    return most


@_rule
def follow(
    residuals: FloatArray,
    gains: FloatArray,
    spread: FloatArray,
    limits: FloatArray,
    drift: FloatArray,
    noise: FloatArray,
    usual: FloatArray,
    rounding: FloatArray,
    broken: FloatArray,
    law: IntArray,
    absorb: int,
    memory: float,
    mean: FloatArray,
    doubt: FloatArray,
    averages: FloatArray,
    known: FloatArray,
    restless: FloatArray,
    runs: IntArray,
    ratio: FloatArray,
    alarm: BoolArray,
    cause: IntArray,
) -> int:
    """Judge rows in order, to the end or the row at which what is new has become the norm.

    Gives the rows judged; fills ratio (rows,), alarm (rows,), cause (rows, 3).

    residuals : (rows, families * columns); spread : (horizons, residuals); limits : (horizons,
    families, ways); drift, noise, usual : (residuals,), variances, the last of the level's
    forecast while learning; rounding : (rows, residuals), variance of what is rounded off; broken :
    (rows,), by how many margins a law is broken; law : (rows, 3), which, as a cause. ratio : the
    worst figure over its limit. cause : horizon, family, column, or the law.
    """
    seen = np.zeros(limits.shape)
    worst = np.zeros((limits.shape[0], limits.shape[1]), np.int64)
    cap = np.zeros(spread.shape)
    columns = spread.shape[1] // limits.shape[1]
    for h in range(limits.shape[0]):
        for j in range(spread.shape[1]):
            cap[h, j] = FULL * limits[h, j // columns, 0] * spread[h, j]
    for i in range(residuals.shape[0]):
        upto = runs[2] + 1 if runs[0] > 0 else gains.shape[0]
        if runs[0] > 0:
            _bounded(averages, cap, known)
        _average(residuals[i], mean, averages, gains, upto, spread)
        excess = np.maximum(doubt - usual, 0.0) + rounding[i]
        _figures(averages, spread, excess, known, limits.shape[1], seen, worst)
        ratio[i] = _worst(seen, limits, upto, worst, cause[i])
        slow = max(cause[i, 0], 1)
        if broken[i] > ratio[i]:
            ratio[i], slow = broken[i], 1
            cause[i] = law[i]
        ratio[i] = min(ratio[i], MOST)
        was_on = runs[0] > 0
        if not was_on:
            runs[2] = slow
        elif ratio[i] >= PLAIN:
            runs[2] = min(runs[2], slow)
        alarm[i] = _alarm(ratio[i], runs, restless, memory, 2.0 / gains[runs[2]] - 1.0)
        known += (1.0 - known) / FORGET
        trust = 0.0 if alarm[i] else min(max((1.0 - ratio[i]) / (1.0 - CLEAR), 0.0), 1.0)
        _level(residuals[i], mean, doubt, drift, noise, trust)
        if was_on and not alarm[i]:
            averages[upto:] = 0.0
        if alarm[i]:
            runs[3] += 4
        elif runs[3] > 0:
            runs[3] -= 1
        if runs[3] > 4 * absorb:
            runs[:] = 0
            runs[4] = 1
            return i + 1
    return int(residuals.shape[0])
