"""Which column departs from the others, and whether it departs alone.

An alarm of the joint model may have many residuals, since every column is expected from every
other. Each column in turn is replaced by what the others let expect of it; the one without which
the others agree best is the one that departs. If they then agree as well as they ordinarily do, it
departs alone: a sensor at fault, or something that reaches no other sensor. If not, something
happens to several at once.

Source: Alcala, Qin (2009), Automatica 45, 1593-1600 (reconstruction-based contributions).
"""

from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from chengan.core.arrays import FloatArray, IntArray
from chengan.core.joint import chart
from chengan.core.joint.calibration import Calibrated
from chengan.core.joint.laws import Broken, following
from chengan.core.joint.relations import FAMILIES, MARGINAL

STATIC: Final[int] = 1
MOST: Final[int] = 3


class Who(StrEnum):
    """How many columns depart."""

    ALONE = "alone"
    """One; without it the others agree."""
    SEVERAL = "several"
    TOGETHER = "together"
    """The columns of a row agree; it is the hour, or the row before, that they depart from."""


class Departure(NamedTuple):
    """The column, its mean and the mean expected from the others over `rows` rows (NaN: unknown).

    before, rest : how much of an alarm's limit the columns' residuals from each other reach, with
    the column as it is and with what the others let expect in its place. most : the columns that
    depart most, worst first, each with how far: from the others, or, where the columns agree, from
    what the clock lets expect.
    """

    column: int
    seen: float
    expected: float
    rows: int
    before: float
    rest: float
    most: list[tuple[int, float]]

    @property
    def who(self) -> Who:
        """Say whether one column departs, or several, or all of them together."""
        if self.before < 1.0:
            return Who.TOGETHER
        return Who.ALONE if self.rest < 1.0 else Who.SEVERAL


def departure(
    known: Calibrated,
    values: FloatArray,
    times: IntArray,
    mean: FloatArray,
    cause: IntArray,
    law: Broken | None = None,
) -> Departure:
    """Name the column that departs in the last rows `values` (rows, columns; NaN missing).

    If a `law` was broken, that is the column that went beyond its bound, and what is expected of it
    is its least or greatest value.

    mean : (residuals,), the followed level of every residual; cause : (3,), horizon, family and
    column of the chart that alarmed; its column is named where the columns agree.
    """
    horizon, columns = int(cause[0]), values.shape[1]
    rows = min(chart.HORIZONS[horizon], len(values))
    spread = known.spread[horizon] * _scatter(known, values, times, rows)
    values, times = values[-rows:], times[-rows:]
    rest = known.relations.residuals(values, times)[:, :columns]
    static = known.relations.static
    level = (mean * spread / known.spread[horizon]).reshape(FAMILIES, columns)
    away = static @ _mean(rest, 0.0) - level[STATIC]
    reach = _reach(away[:, None], known, horizon, spread)[0]
    without = away[:, None] - static * away[None, :]
    np.fill_diagonal(without, 0.0)
    left = _reach(without, known, horizon, spread)
    left[~np.isfinite(rest).any(0)] = np.inf
    column = int(left.argmin()) if reach >= 1.0 else int(cause[2])
    seen = float(_mean(values, np.nan)[column])
    apart = float(away[column] * known.relations.scale[column])
    clock = _mean(rest, 0.0) - level[MARGINAL]
    most = _most(known, spread, *((away, STATIC) if reach >= 1.0 else (clock, MARGINAL)))
    if law is not None:
        column, seen = law.column, float(values[-1, law.column])
        apart = seen - law.edge
    return Departure(column, seen, seen - apart, rows, float(reach), float(left[column]), most)


def _most(
    known: Calibrated, spread: FloatArray, away: FloatArray, family: int
) -> list[tuple[int, float]]:
    """The `MOST` columns that are furthest `away` (columns,), by their ordinary spread."""
    order = np.argsort(-np.abs(away) / spread.reshape(FAMILIES, -1)[family])[:MOST]
    return [(int(k), float(away[k] * known.relations.scale[k])) for k in order]


def _mean(rows: FloatArray, nothing: float) -> FloatArray:
    """Mean of each column's known figures, `nothing` where there are none."""
    known = np.isfinite(rows)
    total = np.where(known, rows, 0.0).sum(0) / np.maximum(known.sum(0), 1)
    out: FloatArray = np.where(known.any(0), total, nothing)
    return out


def _scatter(known: Calibrated, values: FloatArray, times: IntArray, rows: int) -> FloatArray:
    """How widely the last `rows` of `values` scatter by their switches; (residuals,)."""
    start = np.full(values.shape[1], np.nan)
    before = following(start, int(times[0]), values, times, known.laws.step)
    out: FloatArray = known.scatter.factor(values[-rows:], before[-rows:]).mean(0)
    return out


def _reach(away: FloatArray, known: Calibrated, horizon: int, spread: FloatArray) -> FloatArray:
    """The share of the limit, (cases,), that static residuals `away` (columns, cases) reach."""
    columns = len(away)
    spread = spread.reshape(FAMILIES, columns)[STATIC]
    wider = known.wider.reshape(FAMILIES, columns)[STATIC]
    z = np.abs(away) / (wider * spread)[:, None]
    most, together = known.limits[horizon, STATIC]
    square = np.sqrt(np.minimum(z**2, 100.0).mean(0))
    out: FloatArray = np.maximum(z.max(0) / most, square / together)
    return out
