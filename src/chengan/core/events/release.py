"""Gas sensors around possible sources, read together: releases with source, rate, begin and end.

Row after row, never looking ahead: what exceeds the background is compared with what each source
would give in the wind of the last rows. An event begins when three readings of the last fifteen
rows exceed 1 ppm and one source explains at least 15 % of the excess; its source and rate are those
that explain the whole event best so far. It ends when the wind would still bring the gas to a
sensor and none comes, or when hardly anything has come for an hour. An event of the same source
within an hour is the same event.

A row whose wind is not known counts as time and tells nothing of sources.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.events.excess import HOT, MOST, Background

WINDOW: Final[int] = 15
LEAST_HOT: Final[int] = 3
LEAST_SHARE: Final[float] = 0.15
LEAST_RATE: Final[float] = 0.1
FOLLOW: Final[int] = 20
GONE: Final[float] = 0.3
LEAST_VIEW: Final[float] = 0.4
SAME: Final[int] = 60
CAPPED: Final[float] = 0.2
"""Where so many of the rows with gas read more than the fit takes, the rate is "at least"."""
_RING: Final[int] = 3 * FOLLOW
_TINY: Final[float] = 1e-9


@dataclass(frozen=True)
class Release:
    """One event: rows begin..end (end exclusive), the likeliest source, its rate, and how sure.

    rate : in the unit of the sensitivities given. share : of the excess that the source explains,
    0..1. runner_up : the share that the next likely source would explain. second : that source, -1
    where there is only one. is_least : the rate is at least this.
    """

    begin: int
    end: int
    source: int
    rate: float
    share: float
    runner_up: float
    second: int = -1
    is_least: bool = False


@dataclass
class _Sums:
    """Of a stretch of rows: what each source would give times what came, and squares of both."""

    cross: FloatArray
    view: FloatArray
    square: float = 0.0
    hot: float = 0.0
    capped: float = 0.0

    @classmethod
    def none(cls, sources: int) -> Self:
        return cls(np.zeros(sources), np.zeros(sources))

    def plus(self, rows: FloatArray) -> "_Sums":
        """With `rows` (rows, 2 sources + 3), as `_row` packs them."""
        total, count = rows.sum(axis=0), len(self.cross)
        square, hot, capped = (float(each) for each in total[2 * count :])
        return _Sums(
            self.cross + total[:count], self.view + total[count : 2 * count],
            self.square + square, self.hot + hot, self.capped + capped,
        )  # fmt: skip

    @property
    def share(self) -> FloatArray:
        """Share of the excess that each source explains."""
        found: FloatArray = self.cross**2 / (self.view * self.square + _TINY)
        return found

    @property
    def rate(self) -> FloatArray:
        """Rate of each source."""
        found: FloatArray = self.cross / (self.view + _TINY)
        return found


def _row(above: FloatArray, view: FloatArray, *, hot: float, is_capped: bool) -> FloatArray:
    """Figures of one row: cross and view of each source, square, hot, capped."""
    is_hot = bool(above.max(initial=0.0) > hot)
    counts = [float(is_hot), float(is_hot and is_capped)]
    if not np.isfinite(view).all():
        return np.concatenate([np.zeros(2 * len(view) + 1), counts])
    parts = [view @ above, (view * view).sum(axis=1), [float(above @ above)], counts]
    return np.concatenate(parts)


@dataclass
class Follower:
    """Follows `sensors` around `sources`, one row at a time; some 3 kB.

    is_on : an event goes on. hot : ppm above the background from which on a reading is gas; not
    `packed`, for only whoever tries another limit on history changes it.
    """

    sensors: int
    sources: int
    is_on: bool = False
    rows: int = 0
    hot: float = HOT
    _background: Background = field(init=False)
    _ring: FloatArray = field(init=False)
    _begin: int = 0
    _since: int = 0
    _older: _Sums = field(init=False)

    def __post_init__(self) -> None:
        self._background = Background(self.sensors)
        self._ring = np.zeros((_RING, 2 * self.sources + 3))
        self._older = _Sums.none(self.sources)

    @property
    def background(self) -> float:
        """What clean air reads, NaN before anything was read."""
        return self._background.level

    def take(self, readings: FloatArray, view: FloatArray) -> Release | None:
        """The event that goes on, or has ended in this row (then `is_on` is False); or None.

        Parameters
        ----------
        readings : (sensors,), ppm; NaN missing.
        view : (sources, sensors), reading for a rate of one, from `plume.sensitivities`.

        Raises
        ------
        errors.ShapeMismatch
            If they are of other sensors or sources.
        """
        if readings.shape != (self.sensors,) or view.shape != (self.sources, self.sensors):
            raise errors.ShapeMismatch(f"readings {readings.shape} do not fit views {view.shape}")
        above = self._background.excess(readings)
        leaving = self._ring[-FOLLOW]
        row = _row(above, view, hot=self.hot, is_capped=bool((above >= MOST).any()))
        self._ring = np.vstack([self._ring[1:], row])
        self.rows += 1
        if self.is_on:
            return self._followed(leaving)
        if not self._begins():
            return None
        self.is_on, self._begin = True, self.rows - 1
        self._since = max(0, self.rows - WINDOW)
        self._older = _Sums.none(self.sources)
        return self._told(self._sums())

    def _sums(self) -> _Sums:
        """Of all rows of the event."""
        return self._older.plus(self._ring[-min(FOLLOW, self.rows - self._since) :])

    def _begins(self) -> bool:
        last = _Sums.none(self.sources).plus(self._ring[-WINDOW:])
        if last.hot < LEAST_HOT or not self.sources:
            return False
        share = last.share
        best = int(share.argmax())
        return bool(share[best] > LEAST_SHARE and last.rate[best] > LEAST_RATE)

    def _followed(self, leaving: FloatArray) -> Release:
        if self.rows - self._since > FOLLOW:
            self._older = self._older.plus(leaving[None, :])
        sums = self._sums()
        source = int(sums.share.argmax())
        if self.rows - (self._begin + 1) > FOLLOW and self._is_over(source, sums.rate[source]):
            self.is_on = False
            return self._told(self._older)
        return self._told(sums)

    def _is_over(self, source: int, rate: float) -> bool:
        last = _Sums.none(self.sources).plus(self._ring[-FOLLOW:])
        is_in_view = last.view[source] > LEAST_VIEW
        is_gone = bool(is_in_view and last.rate[source] < GONE * rate)
        return is_gone or float(self._ring[:, -2].sum()) <= 1

    def _told(self, sums: _Sums) -> Release:
        order = np.argsort(sums.share)[::-1]
        best, second = int(order[0]), int(order[1]) if len(order) > 1 else -1
        return Release(
            self._begin, self.rows, best, float(sums.rate[best]), float(sums.share[best]),
            float(sums.share[second]) if second >= 0 else 0.0, second,
            sums.capped > CAPPED * sums.hot,
        )  # fmt: skip

    def packed(self) -> dict[str, FloatArray]:
        """Everything that is remembered, for `unpacked`."""
        older = self._older
        head = [
            self.sensors, self.sources, self.is_on, self.rows, self._begin, self._since,
            older.square, older.hot, older.capped,
        ]  # fmt: skip
        return {
            "head": np.array(head, dtype=np.float64), "ring": self._ring,
            "cross": older.cross, "view": older.view, "background": self._background.packed(),
        }  # fmt: skip

    @classmethod
    def unpacked(cls, kept: dict[str, FloatArray]) -> Self:
        """What `packed` gave, to go on with."""
        sensors, sources, is_on, rows, begin, since, *rest = kept["head"].tolist()
        made = cls(int(sensors), int(sources), bool(is_on), int(rows))
        made._begin, made._since, made._ring = int(begin), int(since), kept["ring"]
        made._older = _Sums(kept["cross"], kept["view"], *rest)
        made._background = Background.unpacked(int(sensors), kept["background"])
        return made


def releases(readings: FloatArray, views: FloatArray) -> list[Release]:
    """Events in `readings` (rows, sensors; NaN missing), in the order of their beginning.

    views : (rows, sources, sensors), reading for a rate of one, from `plume.sensitivities`.

    Raises
    ------
    errors.ShapeMismatch
        If the two differ in rows or sensors.
    """
    if readings.shape != (views.shape[0], views.shape[2]):
        raise errors.ShapeMismatch(f"readings {readings.shape} do not fit views {views.shape}")
    follower = Follower(views.shape[2], views.shape[1])
    found: list[Release] = []
    event: Release | None = None
    for row, view in zip(readings, views, strict=True):
        event = follower.take(row, view)
        if event is not None and not follower.is_on:
            found, event = _joined(found, event), None
    return _joined(found, event) if event is not None else found


def _joined(found: list[Release], event: Release) -> list[Release]:
    """The events with this one added, or taken into the last if that is the same."""
    last = found[-1] if found else None
    if last is None or last.source != event.source or event.begin - last.end > SAME:
        return [*found, event]
    return [*found[:-1], replace(last, end=event.end, rate=event.rate)]
