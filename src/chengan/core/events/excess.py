"""What gas sensors read above clean air, row after row, without looking ahead.

Background: the lowest sensor's median of 5 rows, and of that the median of 15 rows. What exceeds
`HOT` is gas; what exceeds `MOST` counts as `MOST`, so that one gust rules no fit.
"""

from typing import Final, Self

import numpy as np

from chengan.core.arrays import FloatArray

HOT: Final[float] = 1.0
"""ppm above the background."""
MOST: Final[float] = 20.0
SHORT: Final[int] = 5
LONG: Final[int] = 15


class Background:
    """Follows clean air at `sensors`; remembers five rows and fifteen figures."""

    def __init__(self, sensors: int) -> None:
        """Know nothing yet."""
        self._rows = np.full((SHORT, sensors), np.nan)
        self._lowest = np.full(LONG, np.nan)

    @property
    def level(self) -> float:
        """What clean air reads, NaN before anything was read."""
        known = self._lowest[np.isfinite(self._lowest)]
        return float(np.median(known)) if len(known) else float("nan")

    def excess(self, readings: FloatArray) -> FloatArray:
        """Take a row, (sensors,), ppm, NaN missing; give what is above: 0 missing, at most 20."""
        self._rows = np.vstack([self._rows[1:], readings])
        known = np.isfinite(self._rows)
        middle = [
            float(np.median(r[k])) for r, k in zip(self._rows.T, known.T, strict=True) if k.any()
        ]
        self._lowest = np.append(self._lowest[1:], min(middle, default=np.nan))
        above = np.maximum(readings - self.level, 0.0)
        out: FloatArray = np.minimum(np.where(np.isfinite(above), above, 0.0), MOST)
        return out

    def packed(self) -> FloatArray:
        """What is remembered, for `unpacked`."""
        return np.concatenate([self._rows.ravel(), self._lowest])

    @classmethod
    def unpacked(cls, sensors: int, figures: FloatArray) -> Self:
        """What `packed` gave, to go on with."""
        made = cls(sensors)
        made._rows = figures[: SHORT * sensors].reshape(SHORT, sensors).copy()
        made._lowest = figures[SHORT * sensors :].copy()
        return made
