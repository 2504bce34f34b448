"""A table watched row after row, never looking ahead: learn, judge, learn again."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from chengan.core.arrays import BoolArray, FloatArray, IntArray
from chengan.core.joint import chart
from chengan.core.joint.calibration import Calibrated, absorbed, calibrated

FIRST: Final[int] = 400
"""Rows taken as normal when no normal rows are given: the first judgement comes after them."""
LEAST: Final[int] = 100
"""Normal rows below which nothing is learned of how columns move together."""
_KEEP: Final[int] = 20_000
_PIECES: Final[int] = 500


class Watched(NamedTuple):
    """One row each: score in [0, 1] (0.5 is the limit), alarm, cause (horizon, family, column)."""

    score: FloatArray
    alarm: BoolArray
    cause: IntArray


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
    _last: FloatArray = field(init=False)
    _last_times: IntArray = field(init=False)

    def __post_init__(self) -> None:
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
        parts, done = [], 0
        while done < len(values):
            room = len(values) - done if self._is_taught else self._next - self._rows
            end = min(len(values), done + room)
            parts.append(self._stretch(values[done:end], times[done:end]))
            done = end
        if not parts:
            return Watched(np.zeros(0), np.zeros(0, np.bool_), np.zeros((0, 3), np.int64))
        return Watched(*(np.concatenate(p) for p in zip(*parts, strict=True)))

    def _stretch(self, values: FloatArray, times: IntArray) -> Watched:
        seen = self._judged(values, times)
        self._rows += len(values)
        if not self._is_taught:
            self._remember(values[~seen.alarm], times[~seen.alarm])
            if self._rows == self._next:
                self._learn_again()
        return seen

    def _judged(self, values: FloatArray, times: IntArray) -> Watched:
        rows = len(values)
        out = Watched(np.zeros(rows), np.zeros(rows, np.bool_), np.zeros((rows, 3), np.int64))
        done = 0
        while self.learned is not None and done < rows:
            done += self._followed(self.learned, values[done:], times[done:], done, out)
        return out

    def _followed(
        self, known: Calibrated, values: FloatArray, times: IntArray, done: int, out: Watched
    ) -> int:
        """Judge rows until what is new became the norm; fill `out`, give their number."""
        if self._charts is None:
            self._charts = chart.Charts.empty(known.strange)
        memory, ratio = self._charts, np.zeros(len(values))
        residuals = known.relations.residuals(values, times, self._before)
        judged = chart.follow(
            residuals, chart.GAINS, known.spread, known.limits, known.drift, known.noise,
            known.usual, chart.ABSORB, known.memory, memory.mean, memory.doubt, memory.averages,
            memory.known, memory.restless, memory.runs, ratio, out.alarm[done:], out.cause[done:],
        )  # fmt: skip
        out.score[done : done + judged] = 1.0 - 2.0 ** (-ratio[:judged])
        self._last = np.vstack([self._last, values[:judged]])[-chart.ABSORB :]
        self._last_times = np.r_[self._last_times, times[:judged]][-chart.ABSORB :]
        if memory.runs[4]:
            self.learned = absorbed(known, self._last, self._last_times)
            self._charts = chart.Charts.empty(self.learned.usual)
            self._charts.mean[:] = self.learned.mean
            self._charts.known[:] = self.learned.wider
        self._before = (self.learned or known).relations.last_rest(values[:judged], times[:judged])
        return judged

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
