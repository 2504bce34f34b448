"""A table watched row after row, never looking ahead: learn, judge, learn again."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from chengan.core.arrays import BoolArray, FloatArray, IntArray
from chengan.core.joint import chart, grain
from chengan.core.joint.calibration import Calibrated, absorbed, calibrated
from chengan.core.joint.laws import Broken, Laws, following
from chengan.core.joint.relations import FAMILIES

FIRST: Final[int] = 400
"""Rows taken as normal when no normal rows are given: the first judgement comes after them."""
LEAST: Final[int] = 100
"""Normal rows below which nothing is learned of how columns move together."""
LAW: Final[int] = FAMILIES
"""The family of a cause that is a law; whatever is not smaller, in the charts."""
_KEEP: Final[int] = 20_000
_PIECES: Final[int] = 500


class Watched(NamedTuple):
    """One row each: score in [0, 1] (0.5 is the limit), alarm, cause (horizon, family, column).

    laws : by row, the law broken where that says most; its family is `LAW`.
    """

    score: FloatArray
    alarm: BoolArray
    cause: IntArray
    laws: dict[int, Broken]


@dataclass(eq=False)
class Watch:
    """Judges rows of `columns` columns in the order they come, however they are cut.

    With `learn` it starts from normal rows and keeps what it learned (a slow drift is followed);
    without, the first 400 rows are normal, and it learns anew from the calm rows each time their
    number has doubled.
    """

    columns: int
    learned: Calibrated | None = None
    _is_taught: bool = False
    _values: list[FloatArray] = field(default_factory=list)
    _times: list[int] = field(default_factory=list)
    _rows: int = 0
    _next: int = FIRST
    _charts: chart.Charts | None = None
    _before: FloatArray | None = None
    _decimals: IntArray = field(init=False)
    _last: FloatArray = field(init=False)
    _last_times: IntArray = field(init=False)

    def __post_init__(self) -> None:
        self._decimals = np.full(self.columns, grain.UNKNOWN, np.int64)
        self._last, self._last_times = np.zeros((0, self.columns)), np.zeros(0, np.int64)

    @property
    def charts(self) -> chart.Charts | None:
        """What the charts remember; None before anything was learned."""
        return self._charts

    @property
    def last(self) -> tuple[FloatArray, IntArray]:
        """The last rows judged, and their times; no more than `chart.ABSORB`."""
        return self._last, self._last_times

    def learn(self, values: FloatArray, times: IntArray) -> None:
        """Take these rows as normal, once, before the first row is judged."""
        self.learned = calibrated(values, times)
        self._is_taught = True
        self._charts = chart.Charts.empty(self.learned.strange)

    def judge(self, values: FloatArray, times: IntArray) -> Watched:
        """Judge `values` (rows, columns; NaN missing) at `times` (rows,), µs since 1970 UTC."""
        rows, done = len(values), 0
        none = np.zeros((rows, 3), np.int64)
        out = Watched(np.zeros(rows), np.zeros(rows, np.bool_), none, {})
        while done < rows:
            room = rows - done if self._is_taught else self._next - self._rows
            end = min(rows, done + room)
            self._stretch(values[done:end], times[done:end], done, out)
            done = end
        return out

    def _stretch(self, values: FloatArray, times: IntArray, done: int, out: Watched) -> None:
        rows = len(values)
        self._judged(values, times, done, out)
        self._rows += rows
        if not self._is_taught:
            calm = ~out.alarm[done : done + rows]
            self._remember(values[calm], times[calm])
            if self._rows == self._next:
                self._learn_again()

    def _judged(self, values: FloatArray, times: IntArray, done: int, out: Watched) -> None:
        judged = 0
        while self.learned is not None and judged < len(values):
            judged += self._followed(
                self.learned, values[judged:], times[judged:], done + judged, out
            )

    def _followed(
        self, known: Calibrated, values: FloatArray, times: IntArray, done: int, out: Watched
    ) -> int:
        """Judge rows until what is new became the norm; fill `out`, give their number."""
        if self._charts is None:
            self._charts = chart.Charts.empty(known.strange)
        memory, ratio = self._charts, np.zeros(len(values))
        decimals = np.zeros(values.shape, np.int64)
        grain.refine(values, self._decimals.copy(), decimals)
        residuals, rounding, broken, law = self._figures(known, values, times, decimals)
        judged = chart.follow(
            residuals, chart.GAINS, known.spread, known.limits, known.drift, known.noise,
            known.usual, rounding, broken, law, chart.ABSORB, known.memory, memory.mean,
            memory.doubt, memory.averages, memory.known, memory.restless, memory.runs, ratio,
            out.alarm[done:], out.cause[done:],
        )  # fmt: skip
        self._tell(known.laws, values[:judged], times[:judged], done, out)
        out.score[done : done + judged] = 1.0 - 2.0 ** (-ratio[:judged])
        self._decimals = decimals[judged - 1]
        self._last = np.vstack([self._last, values[:judged]])[-chart.ABSORB :]
        self._last_times = np.r_[self._last_times, times[:judged]][-chart.ABSORB :]
        if memory.runs[4]:
            self.learned = absorbed(known, self._last, self._last_times)
            self._charts = chart.Charts.empty(self.learned.usual)
            self._charts.mean[:] = self.learned.mean
            self._charts.known[:] = self.learned.wider
        self._before = (self.learned or known).relations.last_rest(values[:judged], times[:judged])
        return judged

    def _figures(
        self, known: Calibrated, values: FloatArray, times: IntArray, decimals: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
        """Residuals, variance of what is rounded off, margins by which laws are broken, which."""
        before = self._before_each(values, times, known.laws.step)
        factor, step = known.scatter.factor(values, before), grain.coarser(decimals, known.decimals)
        broken, law = known.laws.broken(values, before, step)
        law[:, 1] += LAW
        residuals = known.relations.residuals(values, times, self._before) / factor
        rounding = known.relations.rounding(step) / factor**2 if step.any() else 0.0 * factor
        return residuals, rounding, broken, law

    def _tell(
        self, laws: Laws, values: FloatArray, times: IntArray, done: int, out: Watched
    ) -> None:
        """Put the laws that `values` broke, from row `done` on, into words for whoever asks."""
        cause = out.cause[done : done + len(values)]
        rows = np.flatnonzero(cause[:, 1] >= LAW)
        before = self._before_each(values, times, laws.step) if len(rows) else values
        for k in rows.tolist():
            column = int(cause[k, 2]) % self.columns
            value, was = float(values[k, column]), float(before[k, column])
            out.laws[done + k] = laws.told(cause[k] - [0, LAW, 0], value, was)
            cause[k] = 0, LAW, column

    def _before_each(self, values: FloatArray, times: IntArray, step: float) -> FloatArray:
        """The row before each of `values`, NaN if none, or after a pause."""
        if not len(self._last):
            return following(np.full(self.columns, np.nan), int(times[0]), values, times, step)
        return following(self._last[-1], int(self._last_times[-1]), values, times, step)

    def _remember(self, values: FloatArray, times: IntArray) -> None:
        self._values.append(values)
        self._times += times.tolist()
        if len(self._times) > 2 * _KEEP or len(self._values) > _PIECES:
            self._values = [np.vstack(self._values)[-_KEEP:]]
            self._times = self._times[-_KEEP:]

    def _learn_again(self) -> None:
        values, times = np.vstack(self._values)[-_KEEP:], np.array(self._times[-_KEEP:], np.int64)
        self._values, self._times = [values], times.tolist()
        self.learned = calibrated(values, times)
        self._before = None
        if self._charts is None or self._charts.runs[0] == 0:
            self._charts = chart.Charts.empty(self.learned.usual)
            self._charts.mean[:] = self.learned.mean
        self._next *= 2
