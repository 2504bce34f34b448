"""What a column never did: bounds while a switch is off or on, as it turns, and always.

A pump that fills a tank is on or off by the tank's level, with a lower and an upper threshold. Who
watches sees only this: at the moment it is switched on the level is low, never high; while it is on
the level is never above some mark. So for each column of few values (a switch) the rows are sorted
into four cases (stays off, turns on, turns off, stays on), and in each case every other column, and
its change since the row before, has a least and a greatest value. Such a bound is a law if chance
does not explain it: were a switch blind to a column of which the share p lies beyond the bound, all
m runs of a case would keep within it with probability (1 - p)^m. Besides, no column leaves for long
the range that it had in all rows.

A bound's margin is learned from blocks of rows: how far each block goes beyond the others.

Source: our own; docs/models/detection.md.
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numba import njit

from chengan.core.arrays import FloatArray, IntArray
from chengan.core.joint.bounds import BLOCKS, Case, bounds, cases, extremes, switches_of

PAUSE: Final[float] = 1.5
"""Usual steps after which the row before is no longer the row before."""


class Broken(NamedTuple):
    """A law that a row broke: `column` went beyond `edge` while `switch` was in `case`.

    edge : the least or greatest value that it could have had. switch : None if the column left the
    range that it always kept. is_change : it is bounded in its change since the row before.
    """

    column: int
    edge: float
    is_least: bool
    switch: int | None
    case: Case
    is_change: bool


@dataclass(frozen=True, eq=False)
class Laws:
    """Bounds of `columns` columns and of their changes: 2 columns figures a row.

    switches : (switches,), columns; rest : (switches,), the value at which each is off.
    low, high : (switches + 1, cases, 2 columns), infinite where there is no law; the last of the
    first axis holds what is always so, in its case 0.
    below, above : the same shape, the margin of each.
    step : usual time from row to row, µs.
    """

    switches: IntArray
    rest: FloatArray
    low: FloatArray
    high: FloatArray
    below: FloatArray
    above: FloatArray
    step: float

    @classmethod
    def none(cls, columns: int) -> "Laws":
        """No law at all."""
        shape = (1, len(Case), 2 * columns)
        far, one = np.full(shape, np.inf), np.ones(shape)
        return cls(np.zeros(0, np.int64), np.zeros(0), -far, far, one, one.copy(), np.inf)

    @classmethod
    def learned(cls, values: FloatArray, times: IntArray) -> "Laws":
        """Learn from `values` (rows, columns; NaN allowed) at `times` (rows,), normal rows."""
        rows, columns = values.shape
        if rows < 2 * BLOCKS:
            return cls.none(columns)
        switches, rest = switches_of(values)
        step = float(np.median(np.diff(times)))
        step = step if step > 0 else np.inf
        before = following(values[0], int(times[0]), values, times, step)[1:]
        seen = np.hstack([values[1:], values[1:] - before])
        found = cases(values[1:], before, switches, rest)
        (low, below), (high, above) = bounds(seen, found)
        return cls(switches, rest, low, high, below, above, step)

    def widened(self, values: FloatArray, before: FloatArray) -> "Laws":
        """These laws, as far as `values` (rows, columns) after `before` keep them."""
        seen = np.hstack([values, values - before])
        least, most = extremes(seen, cases(values, before, self.switches, self.rest))
        low, high = np.minimum(self.low, least.min(0)), np.maximum(self.high, most.max(0))
        return replace(self, low=low, high=high)

    def broken(
        self, values: FloatArray, before: FloatArray, step: FloatArray
    ) -> tuple[FloatArray, IntArray]:
        """By how many margins each row breaks a law, 0 if none: (rows,), and which: (rows, 3).

        before : (rows, columns), the row before each; step : (rows, columns), how coarsely each is
        written. Which: for `told`.
        """
        most, which = np.zeros(len(values)), np.zeros((len(values), 3), np.int64)
        _broken(
            values, before, step, self.switches, self.rest, self.low, self.high, self.below,
            self.above, most, which,
        )  # fmt: skip
        return most, which

    def told(self, which: IntArray, value: float, before: float) -> Broken:
        """The law `which` (3,) of `broken`; `value` of its column, and that of the row before."""
        k, case, figure = which.tolist()
        columns = self.low.shape[2] // 2
        is_change = figure >= columns
        start = before if is_change else 0.0
        low, high = (float(start + each[k, case, figure]) for each in (self.low, self.high))
        switch = int(self.switches[k]) if k < len(self.switches) else None
        is_least = value < low
        edge = low if is_least else high
        return Broken(figure % columns, edge, is_least, switch, Case(case), is_change)


def following(
    row: FloatArray, at: int, values: FloatArray, times: IntArray, step: float
) -> FloatArray:
    """The row before each of `values`, the first after `row` at time `at`; NaN after a pause."""
    out = np.empty_like(values)
    out[:1], out[1:] = row, values[:-1]
    out[1:][np.diff(times) > PAUSE * step] = np.nan
    if len(times) and times[0] - at > PAUSE * step:
        out[0] = np.nan
    return out


@njit(cache=True, error_model="numpy")
def _broken(
    values: FloatArray,
    before: FloatArray,
    step: FloatArray,
    switches: IntArray,
    rest: FloatArray,
    low: FloatArray,
    high: FloatArray,
    below: FloatArray,
    above: FloatArray,
    most: FloatArray,
    which: IntArray,
) -> None:
    """Fill `most` and `which` of `Laws.broken`."""
    columns = values.shape[1]
    for i in range(values.shape[0]):
        for k in range(switches.shape[0] + 1):
            case = 0
            if k < switches.shape[0]:
                was, now = before[i, switches[k]], values[i, switches[k]]
                if not (np.isfinite(was) and np.isfinite(now)):
                    continue
                case = 2 * int(was > rest[k]) + int(now > rest[k])
            for j in range(2 * columns):
                c = j % columns
                x = values[i, c] - (before[i, c] if j >= columns else 0.0)
                far = max(
                    (low[k, case, j] - x) / (below[k, case, j] + step[i, c]),
                    (x - high[k, case, j]) / (above[k, case, j] + step[i, c]),
                )
                if far > most[i]:
                    most[i], which[i, 0], which[i, 1], which[i, 2] = far, k, case, j
