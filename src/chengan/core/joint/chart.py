"""Residuals followed over several horizons; an alarm with a beginning and an end.

Each residual, less its slow mean, is averaged with weights that fade over 1, 5, 25 and 125 rows
(exponentially weighted charts), so that a jolt and a slow leak are each seen by one of them. A
chart's figure is compared with what was ordinary while learning, in two ways: the largest of all
columns, and the mean square over them. An alarm begins when any exceeds its limit and ends when
all have been below `CLEAR` of it for a while. A state that has lasted for `ABSORB` rows becomes
the new norm: the alarm ends and the charts begin again from there, ready for the next change.

Source: Roberts (1959), Technometrics 1, 239-250; Lowry et al. (1992), Technometrics 34, 46-53.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from chengan.core.arrays import BoolArray, FloatArray, IntArray

HORIZONS: Final = (1, 5, 25, 125)
WAYS: Final[int] = 2
CLEAR: Final[float] = 0.6
CALM_ROWS: Final[int] = 5
ABSORB: Final[int] = 1000
DRIFT: Final[float] = 2000.0
"""Rows over which a slow drift of a residual's mean is followed while there is no alarm."""
RECENT: Final[float] = 200.0
WILDEST: Final[float] = 20.0
"""One row moves an average by no more than this many of its spreads."""
GAINS: Final = np.array([2.0 / (h + 1.0) for h in HORIZONS])

_rule = njit(cache=True, error_model="numpy")


class Charts(NamedTuple):
    """What the charts remember; arrays are changed in place.

    mean : (residuals,), slow mean; averages : (horizons, residuals); recent :
    (residuals,), mean of the last 200 rows or so, alarm or not; runs : (3,), rows in alarm, calm
    rows, the horizon at which the alarm began; longer ones keep still while it lasts.
    """

    mean: FloatArray
    averages: FloatArray
    recent: FloatArray
    runs: IntArray

    @classmethod
    def empty(cls, residuals: int) -> "Charts":
        """Charts of `residuals` residuals that have seen nothing."""
        return cls(
            np.zeros(residuals), np.zeros((len(HORIZONS), residuals)),
            np.zeros(residuals),
            np.zeros(3, np.int64),
        )  # fmt: skip


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
def _figures(
    averages: FloatArray, spread: FloatArray, families: int, out: FloatArray, worst: IntArray
) -> None:
    """Fill `out` (horizons, families, ways) and the column that is worst in each family."""
    columns = averages.shape[1] // families
    for h in range(averages.shape[0]):
        for f in range(families):
            most, total = 0.0, 0.0
            for j in range(f * columns, (f + 1) * columns):
                z = abs(averages[h, j]) / spread[h, j]
                total += min(z * z, 100.0)
                if z > most:
                    most = z
                    worst[h, f] = j - f * columns
            out[h, f, 0] = most
            out[h, f, 1] = np.sqrt(total / columns)


@_rule
def spreads(
    residuals: FloatArray,
    gains: FloatArray,
    drift: float,
    mean: FloatArray,
    averages: FloatArray,
    out: FloatArray,
) -> None:
    """Fill `out` (rows, horizons, residuals) with the averages of every row, for calibration."""
    free = np.full((1, residuals.shape[1]), np.inf)
    for i in range(residuals.shape[0]):
        _average(residuals[i], mean, averages, gains, gains.shape[0], free)
        _drift(residuals[i], mean, drift)
        out[i] = averages


@_rule
def _drift(residual: FloatArray, mean: FloatArray, rows: float) -> None:
    for j in range(residual.shape[0]):
        if np.isfinite(residual[j]):
            mean[j] += (residual[j] - mean[j]) / rows


@_rule
def _restart(mean: FloatArray, averages: FloatArray, recent: FloatArray) -> None:
    """Take the present state as the norm."""
    mean[:] = recent
    averages[:] = 0.0


@_rule
def _alarm(ratio: float, runs: IntArray, calm_rows: int) -> bool:
    """Follow one row's ratio; says whether the alarm is on."""
    if ratio >= 1.0:
        runs[0] = max(runs[0], 1)
        runs[1] = 0
    elif ratio < CLEAR:
        runs[1] += 1
    else:
        runs[1] = 0
    if runs[0] > 0:
        runs[0] += 1
        if runs[1] >= calm_rows:
            runs[0] = 0
    return bool(runs[0] > 0)


@_rule
def follow(
    residuals: FloatArray,
    gains: FloatArray,
    spread: FloatArray,
    limits: FloatArray,
    absorb: int,
    drift: float,
    mean: FloatArray,
    averages: FloatArray,
    recent: FloatArray,
    runs: IntArray,
    ratio: FloatArray,
    alarm: BoolArray,
    cause: IntArray,
) -> None:
    """Judge rows in order; fills ratio (rows,), alarm (rows,), cause (rows, 3).

    residuals : (rows, families * columns); spread : (horizons, residuals); limits : (horizons,
    families, ways). ratio : the worst figure over its limit. cause : horizon, family, column.
    """
    families = limits.shape[1]
    figures = np.zeros(limits.shape)
    worst = np.zeros((limits.shape[0], families), np.int64)
    for i in range(residuals.shape[0]):
        upto = runs[2] + 1 if runs[0] > 0 else gains.shape[0]
        _average(residuals[i], mean, averages, gains, upto, spread)
        _figures(averages, spread, families, figures, worst)
        ratio[i] = 0.0
        for h in range(upto):
            for f in range(families):
                for w in range(limits.shape[2]):
                    share = figures[h, f, w] / limits[h, f, w]
                    if share > ratio[i]:
                        ratio[i] = share
                        cause[i, 0], cause[i, 1], cause[i, 2] = h, f, worst[h, f]
        if runs[0] == 0:
            runs[2] = max(cause[i, 0], 1)
        alarm[i] = _alarm(ratio[i], runs, CALM_ROWS)
        _drift(residuals[i], recent, RECENT)
        if not alarm[i]:
            _drift(residuals[i], mean, drift)
        elif runs[0] > absorb:
            _restart(mean, averages, recent)
            runs[0] = 0
            runs[1] = 0
