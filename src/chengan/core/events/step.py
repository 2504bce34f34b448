"""Steps told from spikes: a level that has moved and stays, its size, since when, how sure.

A series is seen through the medians of short windows. The last `STEADY` of them that lie together
are the plateau. A median further from it than `FAR` spreads has left; if the next ones come back it
was a spike (a vehicle, a blow), and nothing is said. If none comes back and `STEADY` of the last
`LOOK` lie together, the newest among them, the level has stepped to a new plateau, however long the
way there was.
A slow drift (temperature) moves the plateau and is no step. Where it is known what a load that
stands for a while does (`usual`, from a load test), only a level further than that from where the
series was at home is told.

Never looks ahead; a few dozen figures a series. Source: our own; the plateau's spread is the median
absolute difference of neighbouring windows (Hampel 1974, JASA 69, 383-393).
"""

import itertools
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray, IntArray

STEADY: Final[int] = 6
FAR: Final[float] = 8.0
TOGETHER: Final[float] = 0.05
"""The windows of a new plateau differ by no more than this share of the step."""
LOOK: Final[int] = 12
"""Windows of which `STEADY` must lie together: vehicles pass over the new level too."""
MEMORY: Final[int] = 30
HOME: Final[int] = 360
"""Windows over which a series is at home where it stays."""
LARGER: Final[float] = 1.25
"""Loads of another day may be so much larger than those of a load test."""
LEAST: Final[float] = 1e-9


@dataclass(frozen=True)
class Step:
    """A level that moved: left at `begin`, settled at `end` (µs), from `before` to `after`.

    spread : of the windows' medians; size / spread says how sure. least : a smaller one would not
    have been told.
    """

    begin: int
    end: int
    before: float
    after: float
    spread: float
    least: float = 0.0

    @property
    def size(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass
class Steps:
    """Follows one series in windows of `window_us`; `take` gives the steps that have settled.

    usual : how far from home ordinary loads bring the level, in the unit of the series.
    """

    window_us: int
    usual: float = 0.0
    _home: float | None = None
    _window: int | None = None
    _values: list[float] = field(default_factory=list)
    _plateau: list[float] = field(default_factory=list)
    _jumps: list[float] = field(default_factory=list)
    _away: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.window_us <= 0:
            raise errors.OutOfRange(f"a window must be longer than 0, got {self.window_us} µs")

    def take(self, time: IntArray, value: FloatArray) -> list[Step]:
        """Take readings in order of time, (readings,) each; what is no number is passed over."""
        found: list[Step] = []
        good = np.isfinite(value)
        windows = time[good] // self.window_us
        edges = np.flatnonzero(np.diff(windows)) + 1
        for part in np.split(np.arange(len(windows)), edges):
            if not len(part):
                continue
            number = int(windows[part[0]])
            if self._window is not None and number != self._window:
                found += self._closed()
            self._window = number
            self._values += value[good][part].tolist()
        return found

    def _closed(self) -> list[Step]:
        """The window is over: its median belongs to the plateau, or is away from it."""
        begin, median = int(self._window or 0) * self.window_us, float(np.median(self._values))
        self._values = []
        if len(self._plateau) < STEADY:
            self._stay(median)
            return []
        level, spread = float(np.median(self._plateau)), self.spread
        if abs(median - level) <= FAR * spread:
            self._stay(median)
            return []
        self._away.append((begin, median))
        if len(self._away) > 2 * LOOK:
            self._away = [self._away[0], *self._away[-LOOK:]]
        return self._settled(level, spread)

    def _stay(self, median: float) -> None:
        if self._plateau:
            self._jumps = [*self._jumps, abs(median - self._plateau[-1])][-MEMORY:]
        self._plateau = [*self._plateau, median][-STEADY:]
        self._away = []
        home = median if self._home is None else self._home
        self._home = home + (median - home) / HOME

    def _settled(self, level: float, spread: float) -> list[Step]:
        away = [median for _begin, median in self._away[-LOOK:]]
        after = float(np.median(away))
        together = max(FAR * spread, 0.5 * TOGETHER * abs(after - level))
        last = [each for each in away if abs(each - after) <= together]
        is_near = abs(away[-1] - after) <= together
        if len(last) < STEADY or not is_near or abs(after - level) <= FAR * spread:
            return []
        least = max(FAR * spread, LARGER * self.usual)
        begin, end = self._away[0][0], self._away[-1][0] + self.window_us
        step = Step(begin, end, level, after, spread, least)
        self._plateau, self._away = last[-STEADY:], []
        if self._home is not None and abs(after - self._home) <= LARGER * self.usual:
            return []
        self._home = after
        return [step]

    def packed(self) -> FloatArray:
        """Everything that is remembered as figures, for `unpacked`."""
        parts = (self._values, self._plateau, self._jumps, list(itertools.chain(*self._away)))
        head = [
            self.window_us, self.usual,
            np.nan if self._home is None else self._home,
            np.nan if self._window is None else self._window,
            *map(len, parts),
        ]  # fmt: skip
        return np.array([*head, *itertools.chain(*parts)], dtype=np.float64)

    @classmethod
    def unpacked(cls, figures: FloatArray) -> Self:
        """What `packed` gave, to go on with."""
        window_us, usual, home, window, *lengths = figures[:8].tolist()
        edges = np.cumsum(lengths).astype(int)
        values, plateau, jumps, away, _rest = np.split(figures[8:], edges)
        pairs = [(int(begin), float(median)) for begin, median in away.reshape(-1, 2)]
        return cls(
            int(window_us), usual,
            None if np.isnan(home) else home, None if np.isnan(window) else int(window),
            values.tolist(), plateau.tolist(), jumps.tolist(), pairs,
        )  # fmt: skip

    @property
    def spread(self) -> float:
        """What neighbouring windows of a plateau differ by, as a standard deviation."""
        return max(1.4826 * float(np.median(self._jumps)), LEAST) if self._jumps else LEAST


def usual_range(time: IntArray, value: FloatArray, window_us: int) -> float:
    """How far apart the windows' medians lie in readings with ordinary loads, (readings,) each."""
    good = np.isfinite(value)
    if not good.any():
        return 0.0
    windows, kept = time[good] // window_us, value[good]
    edges = np.flatnonzero(np.diff(windows)) + 1
    medians = [float(np.median(part)) for part in np.split(kept, edges)]
    return max(medians) - min(medians)
