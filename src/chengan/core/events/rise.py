"""Gas sensors that rise one after another, without a wind: one event, where it likely began.

Gas that creeps along a duct comes to the near sensors before the far ones. Row after row, never
looking ahead: an event begins when three rows of the last fifteen exceed the background by 1 ppm
(as for a release in the wind), and ends when hardly any has for an hour. Each source is held
against the order: of all pairs of sensors of which one rose before the other, or rose and the
other has not, the share in which the first one is nearer to the source. Equals count half. The
source with the largest share is the likely one; of equal ones that nearest to the sensor that rose
first.

No rate: the order tells none. Source: our own; the share is Kendall's (1938, Biometrika 30, 81),
from 0 to 1.
"""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.events.excess import HOT, Background

WINDOW: Final[int] = 15
LEAST_HOT: Final[int] = 3
HOUR: Final[int] = 60


@dataclass(frozen=True)
class Rising:
    """One event: rows begin..end (end exclusive), the likely source and the next one.

    source, second : -1 where none can be named. share, runner_up : of the pairs whose order agrees.
    order : the sensors that rose, the first one first.
    """

    begin: int
    end: int
    source: int
    share: float
    second: int
    runner_up: float
    order: tuple[int, ...]


def likely(rose: FloatArray, distance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of the pairs whose order agrees, and distance to the first that rose, by source.

    Parameters
    ----------
    rose : (sensors,), row in which each rose; infinite where it has not.
    distance : (sources, sensors), m.

    Raises
    ------
    errors.ShapeMismatch
        If the two differ in sensors.
    """
    if distance.shape[1:] != rose.shape:
        raise errors.ShapeMismatch(f"{rose.shape} sensors do not fit distances {distance.shape}")
    before = rose[:, None] < rose[None, :]
    nearer = np.sign(distance[:, None, :] - distance[:, :, None])
    pairs = max(int(before.sum()), 1)
    share = np.where(before, 0.5 * (1.0 + nearer), 0.0).sum(axis=(1, 2)) / pairs
    return share, distance[:, int(rose.argmin())]


@dataclass
class Climber:
    """Follows sensors at `distance` (sources, sensors; m) from the sources, one row at a time.

    is_on : an event goes on. hot : as of `release.Follower`.
    """

    distance: FloatArray
    is_on: bool = False
    rows: int = 0
    hot: float = HOT
    _background: Background = field(init=False)
    _hot: FloatArray = field(init=False)
    _rose: FloatArray = field(init=False)
    _begin: int = 0

    def __post_init__(self) -> None:
        sensors = self.distance.shape[1]
        self._background = Background(sensors)
        self._hot = np.zeros((HOUR, sensors))
        self._rose = np.full(sensors, np.inf)

    @property
    def background(self) -> float:
        """What clean air reads, NaN before anything was read."""
        return self._background.level

    def take(self, readings: FloatArray) -> Rising | None:
        """The event that goes on, or has ended in this row (then `is_on` is False); or None.

        readings : (sensors,), ppm; NaN missing.

        Raises
        ------
        errors.ShapeMismatch
            If they are of other sensors.
        """
        if readings.shape != self._rose.shape:
            raise errors.ShapeMismatch(f"{readings.shape} readings, {self._rose.shape} sensors")
        hot = (self._background.excess(readings) > self.hot).astype(np.float64)
        self._hot = np.vstack([self._hot[1:], hot])
        self.rows += 1
        if not self.is_on and not self._begins():
            return None
        self._rose = np.where(hot > 0, np.minimum(self._rose, self.rows - 1), self._rose)
        if self._hot.any(axis=1).sum() <= 1:
            self.is_on = False
        return self._told()

    def _begins(self) -> bool:
        last = self._hot[-WINDOW:]
        if last.any(axis=1).sum() < LEAST_HOT:
            return False
        self.is_on, self._begin = True, self.rows - 1
        first = self.rows - WINDOW + last.argmax(axis=0)
        self._rose = np.where(last.any(axis=0), first, np.inf)
        return True

    def _told(self) -> Rising:
        order = [int(k) for k in np.argsort(self._rose, kind="stable") if self._rose[k] < np.inf]
        if not len(self.distance):
            return Rising(self._begin, self.rows, -1, 0.0, -1, 0.0, tuple(order))
        share, near = likely(self._rose, self.distance)
        ranked = np.lexsort((near, -share)).tolist()
        best, second = ranked[0], ranked[1] if len(ranked) > 1 else -1
        shares = float(share[best]), float(share[second]) if second >= 0 else 0.0
        return Rising(
            self._begin, self.rows, best, shares[0], second, shares[1], tuple(order)
        )  # fmt: skip

    def packed(self) -> dict[str, FloatArray]:
        """Everything that is remembered, for `unpacked`."""
        return {
            "head": np.array([self.is_on, self.rows, self._begin], dtype=np.float64),
            "hot": self._hot, "rose": self._rose, "distance": self.distance,
            "background": self._background.packed(),
        }  # fmt: skip

    @classmethod
    def unpacked(cls, kept: dict[str, FloatArray]) -> Self:
        """What `packed` gave, to go on with."""
        is_on, rows, begin = kept["head"].tolist()
        made = cls(kept["distance"], bool(is_on), int(rows))
        made._begin, made._hot, made._rose = int(begin), kept["hot"], kept["rose"]
        made._background = Background.unpacked(len(made._rose), kept["background"])
        return made
