"""What is expected of each column of a table, learned from rows taken as normal.

Three families of expectation stand side by side, since each is blind where another sees:

- `MARGINAL`, from the clock alone: sees all columns move together, blind to small things;
- `STATIC`, from the other columns of the same row: sees one column leave the others, however
  slowly, blind to what moves all in proportion;
- `DYNAMIC`, from the other columns and the whole row before: sees the first moment of a change.

All are ridge regressions. Those from the other columns come from one inverse: with P the inverse
of the joint second moments, the residual of column j given all others is (P z)_j / P_jj.

Source: Lauritzen (1996), Graphical Models, section 5.1 (partial regression from the concentration
matrix); docs/models/detection.md.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from chengan.core.arrays import BoolArray, FloatArray, IntArray

FAMILIES: Final[int] = 3
MARGINAL: Final[int] = 0
_RIDGE: Final[float] = 1e-3
_DAY_US: Final[int] = 86_400_000_000
_WEEK_US: Final[int] = 7 * _DAY_US


@dataclass(frozen=True, eq=False)
class Relations:
    """Learned expectations of `columns` columns.

    centre, scale : (columns,), of the rows learned from; scale is never 0.
    is_live : (columns,), False for a column that never changed while learning.
    days, weeks : harmonics of the day and of the week that the rows allowed to learn.
    clock : (1 + 2 (days + weeks), columns), coefficients of the harmonics.
    moments : (2 columns, 2 columns), second moments of this row and the one before, by the clock.
    static : (columns, columns), rows give residuals from the columns of the same row.
    dynamic : (columns, 2 columns), rows give residuals from this row and the one before.
    """

    centre: FloatArray
    scale: FloatArray
    is_live: BoolArray
    days: int
    weeks: int
    clock: FloatArray
    moments: FloatArray
    static: FloatArray
    dynamic: FloatArray

    @classmethod
    def learned(cls, values: FloatArray, times: IntArray, like: Self | None = None) -> Self:
        """Learn from `values` (rows, columns; NaN allowed) at `times` (rows,), µs since 1970.

        `like` gives centre, scale and harmonics, so that two halves of the same rows are
        expressed in the same figures.
        """
        centre, scale, is_live = _units(values) if like is None else like._units_of()
        days, weeks = _harmonics(times) if like is None else (like.days, like.weeks)
        z = _filled((values - centre) / scale)
        phases = _phases(times, days, weeks)
        clock = _ridge(phases, z, 1e-3)
        rest = z - phases @ clock
        before = np.vstack([rest[:1], rest[:-1]])
        moments = _moments(rest, before)
        return cls(
            centre, scale, is_live, days, weeks, clock, moments, *_both_ways(moments)
        )  # fmt: skip

    def widened(self, values: FloatArray, times: IntArray, share: float) -> Self:
        """These relations, if `values` (rows, columns) at `times` are `share` of what is normal.

        The centre stays, so that what was new in these rows is from now on a direction in which
        the columns may move together.
        """
        rest = np.clip(self.residuals(values, times)[:, : len(self.centre)], -30, 30)
        rest = np.where(np.isfinite(rest), rest, 0.0)
        moments = (1 - share) * self.moments + share * _moments(rest[1:], rest[:-1])
        static, dynamic = _both_ways(moments)
        return replace(self, moments=moments, static=static, dynamic=dynamic)

    def residuals(
        self, values: FloatArray, times: IntArray, before: FloatArray | None = None
    ) -> FloatArray:
        """Residuals, shape (rows, 3 columns): MARGINAL, STATIC, DYNAMIC, in units of `scale`.

        `before` is the row before the first, already a residual of the clock (`rest` of `of`);
        a missing value counts as what the clock expects, and its own residuals are NaN.
        """
        z = np.clip((values - self.centre) / self.scale, -1e3, 1e3)
        rest = z - _phases(times, self.days, self.weeks) @ self.clock
        missing = ~np.isfinite(rest)
        rest = np.where(missing, 0.0, rest)
        first = rest[:1] if before is None else before[None, :]
        both = np.hstack([rest, np.vstack([first, rest[:-1]])])
        out = np.hstack([rest, rest @ self.static.T, both @ self.dynamic.T])
        out[np.tile(missing, FAMILIES)] = np.nan
        return out

    def last_rest(self, values: FloatArray, times: IntArray) -> FloatArray:
        """The last row as distance from what the clock expects, for the next `residuals`."""
        z = np.clip((values[-1:] - self.centre) / self.scale, -1e3, 1e3)
        rest: FloatArray = (z - _phases(times[-1:], self.days, self.weeks) @ self.clock)[0]
        return np.where(np.isfinite(rest), rest, 0.0)

    def expected(self, values: FloatArray, times: IntArray) -> FloatArray:
        """What the other columns and the clock let expect, in the columns' own units."""
        columns = len(self.centre)
        away = self.residuals(values, times)[:, columns : 2 * columns]
        out: FloatArray = values - away * self.scale
        return out

    def rounding(self, step: FloatArray) -> FloatArray:
        """Variance (rows, 3 columns) that rounding columns to `step` (rows, columns) adds."""
        own = (step / self.scale) ** 2 / 12
        both = np.hstack([own, own])
        return np.hstack([own, own @ (self.static**2).T, both @ (self.dynamic**2).T])

    def _units_of(self) -> tuple[FloatArray, FloatArray, BoolArray]:
        return self.centre, self.scale, self.is_live


def _units(values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Centre, scale and liveness of each column; one that never moved has its size as scale."""
    known = np.isfinite(values)
    counts = np.maximum(known.sum(0), 1)
    centre = np.where(known, values, 0.0).sum(0) / counts
    spread = np.sqrt(np.where(known, (values - centre) ** 2, 0.0).sum(0) / counts)
    is_live = spread > 1e-9 * np.maximum(np.abs(centre), 1e-3)
    scale: FloatArray = np.where(is_live, spread, np.maximum(np.abs(centre) * 0.05, 1e-3))
    return centre, scale, is_live


def _harmonics(times: IntArray) -> tuple[int, int]:
    """Harmonics of day and week: none until three whole ones were seen."""
    span = int(times[-1] - times[0]) if len(times) else 0
    return (4 if span >= 3 * _DAY_US else 0), (3 if span >= 3 * _WEEK_US else 0)


def _phases(times: IntArray, days: int, weeks: int) -> FloatArray:
    columns = [np.ones(len(times))]
    for count, period in ((days, _DAY_US), (weeks, _WEEK_US)):
        angle = (times % period) * (2 * np.pi / period)
        for harmonic in range(1, count + 1):
            columns += [np.sin(harmonic * angle), np.cos(harmonic * angle)]
    return np.stack(columns, axis=1)


def _filled(z: FloatArray) -> FloatArray:
    return np.where(np.isfinite(z), np.clip(z, -10, 10), 0.0)


def _ridge(x: FloatArray, y: FloatArray, weight: float) -> FloatArray:
    moments = x.T @ x / len(x) + weight * np.eye(x.shape[1])
    return np.linalg.solve(moments, x.T @ y / len(x)).astype(np.float64)


def _moments(rest: FloatArray, before: FloatArray) -> FloatArray:
    both = np.hstack([rest, before])
    out: FloatArray = both.T @ both / len(both)
    return out


def _both_ways(moments: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients of the static and the dynamic residuals."""
    columns = len(moments) // 2
    return _leave_one_out(moments[:columns, :columns], columns), _leave_one_out(moments, columns)


def _leave_one_out(moments: FloatArray, columns: int) -> FloatArray:
    """Coefficients, shape (columns, all), of each column's residual given all others."""
    inverse = np.linalg.inv(moments + _RIDGE * np.eye(len(moments)))[:columns]
    out: FloatArray = inverse / inverse[np.arange(columns), np.arange(columns)][:, None]
    return out
