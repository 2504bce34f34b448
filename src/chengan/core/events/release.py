"""Gas sensors around possible sources, read together: releases with source, rate, begin and end.

Row after row, never looking ahead: what exceeds the background is compared with what each source
would give in the wind of the last rows. An event begins when three readings of the last fifteen
rows exceed 1 ppm and one source explains at least 15 % of the excess; its source and rate are those
that explain the whole event best so far. It ends when the wind would still bring the gas to a
sensor and none comes, or when hardly anything has come for an hour. An event of the same source
within an hour is the same event.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray

WINDOW: Final[int] = 15
HOT: Final[float] = 1.0
LEAST_HOT: Final[int] = 3
LEAST_SHARE: Final[float] = 0.15
FOLLOW: Final[int] = 20
GONE: Final[float] = 0.3
LEAST_VIEW: Final[float] = 0.4
SAME: Final[int] = 60
_MOST: Final[float] = 20.0
_TINY: Final[float] = 1e-9


@dataclass(frozen=True)
class Release:
    """One event: rows begin..end (end exclusive), the likeliest source, its rate, and how sure.

    rate : in the unit of the sensitivities given. share : of the excess that the source explains,
    0..1. runner_up : the share that the next likely source would explain.
    """

    begin: int
    end: int
    source: int
    rate: float
    share: float
    runner_up: float


def excess(readings: FloatArray) -> FloatArray:
    """Readings (rows, sensors) above the background, 0 where missing, at most 20.

    Background: the lowest sensor's median of 5 rows, and of that the median of 15 rows.
    """
    smooth = np.stack([_trailing(column, 5) for column in readings.T], axis=1)
    known = np.isfinite(smooth)
    lowest = np.where(known, smooth, np.inf).min(axis=1)
    background = _trailing(np.where(known.any(axis=1), lowest, np.nan), 15)
    above = np.maximum(readings - background[:, None], 0.0)
    return np.minimum(np.where(np.isfinite(above), above, 0.0), _MOST)


def _trailing(column: FloatArray, rows: int) -> FloatArray:
    """Median of this row and those before it, `rows` in all; missing ones are passed over."""
    out = np.full(len(column), np.nan)
    for k in range(len(column)):
        part = column[max(0, k + 1 - rows) : k + 1]
        part = part[np.isfinite(part)]
        if len(part):
            out[k] = np.median(part)
    return out


class _Sums:
    """Sums over any rows at once."""

    def __init__(self, above: FloatArray, views: FloatArray) -> None:
        self.cross = _running((views * above[:, None, :]).sum(axis=2))
        self.view = _running((views * views).sum(axis=2))
        self.square = _running((above * above).sum(axis=1)[:, None])
        self.hot = _running((above.max(axis=1) > HOT).astype(np.float64)[:, None])

    def fit(self, begin: int, end: int) -> tuple[FloatArray, FloatArray]:
        """Share explained and rate of each source over rows begin..end."""
        cross, view = self.cross[end] - self.cross[begin], self.view[end] - self.view[begin]
        square = float(self.square[end, 0] - self.square[begin, 0])
        return cross**2 / (view * square + _TINY), cross / (view + _TINY)

    def heat(self, begin: int, end: int) -> float:
        """Rows in which some sensor exceeded `HOT`."""
        return float(self.hot[end, 0] - self.hot[begin, 0])


def _running(columns: FloatArray) -> FloatArray:
    return np.vstack([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])


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
    sums = _Sums(excess(readings), views)
    found: list[Release] = []
    row = 0
    while row < len(readings):
        row += 1
        if not _begins(sums, max(0, row - WINDOW), row):
            continue
        event = _followed(sums, row, len(readings))
        found = _joined(found, event)
        row = event.end
    return found


def _begins(sums: _Sums, begin: int, end: int) -> bool:
    if sums.heat(begin, end) < LEAST_HOT:
        return False
    share, rate = sums.fit(begin, end)
    return bool(share.max() > LEAST_SHARE and rate[share.argmax()] > 0.1)


def _followed(sums: _Sums, start: int, rows: int) -> Release:
    """The event that began in row `start - 1`, to its end or the last row."""
    since = max(0, start - WINDOW)
    end = start
    while end < rows:
        end += 1
        share, rate = sums.fit(since, end)
        source = int(share.argmax())
        if end - start > FOLLOW and _is_over(sums, since, end, source, float(rate[source])):
            break
    has_ended = end < rows
    share, rate = sums.fit(since, max(end - FOLLOW, start) if has_ended else end)
    order = np.argsort(share)[::-1]
    best, second = int(order[0]), float(share[order[1]]) if len(order) > 1 else 0.0
    return Release(start - 1, end, best, float(rate[best]), float(share[best]), second)


def _is_over(sums: _Sums, since: int, end: int, source: int, rate: float) -> bool:
    begin = max(since, end - FOLLOW)
    view = float(sums.view[end, source] - sums.view[begin, source])
    seen = float(sums.cross[end, source] - sums.cross[begin, source]) / (view + _TINY)
    is_in_view = view > LEAST_VIEW
    return (is_in_view and seen < GONE * rate) or sums.heat(max(0, end - 3 * FOLLOW), end) <= 1


def _joined(found: list[Release], event: Release) -> list[Release]:
    """The events with this one added, or taken into the last if that is the same."""
    last = found[-1] if found else None
    if last is None or last.source != event.source or event.begin - last.end > SAME:
        return [*found, event]
    return [*found[:-1], replace(last, end=event.end, rate=event.rate)]
