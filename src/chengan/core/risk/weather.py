"""A year of weather as shares of time: stability and speed by the direction the wind blows to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import BoolArray, FloatArray, IntArray
from chengan.core.physics.ranges import within
from chengan.core.physics.stability import known_class, pasquill_class


@dataclass(frozen=True)
class WeatherClass:
    """One class of weather: Pasquill's letter and the wind (m/s at 10 m) that stands for it."""

    stability: str
    wind: float

    @property
    def name(self) -> str:
        """Letter and speed, such as D5."""
        return f"{self.stability}{self.wind:g}"


CLASSES: Final = (
    WeatherClass("B", 3.0),
    WeatherClass("D", 1.5),
    WeatherClass("D", 5.0),
    WeatherClass("D", 9.0),
    WeatherClass("E", 5.0),
    WeatherClass("F", 1.5),
)
"""The six classes of CPR 18E (1999), table 4.2."""
DIRECTIONS: Final = 16


PARTS: Final = 5
"""Directions into which a review divides each sixteenth of the wind [D]: 4.5 degrees."""
DAY: Final = (8.0, 18.5)
"""Hours of the day that count as day; TNO CPR 18E (1999), section 5.3 (V-)."""
DAY_SHARE: Final = (DAY[1] - DAY[0]) / 24


@dataclass(frozen=True)
class Times:
    """The rose by day and by night, each sums to 1, and the share of the time that is day."""

    day: FloatArray
    night: FloatArray
    day_share: float = DAY_SHARE


def is_day(hour: npt.ArrayLike) -> BoolArray:
    """True where the hour of the clock, 0 to 24, counts as day."""
    clock = within("hour", hour, 0, 24, unit="h")
    return (clock >= DAY[0]) & (clock < DAY[1])


def class_of(stability: str, wind: float) -> int:
    """Index of the class in `CLASSES` that stands for a stability letter and a wind (m/s).

    Source: CPR 18E (1999), section 4.6.1: A to B and B to C together, C and D by speed.
    """
    if stability in "AB":
        return 0
    if stability in "CD":
        return 1 if wind < 2.5 else (2 if wind < 6 else 3)
    return 4 if stability == "E" and wind >= 2.5 else 5


def rose(wind: npt.ArrayLike, direction_from: npt.ArrayLike, sky: npt.ArrayLike) -> FloatArray:
    """Shares of the time, (classes, directions), by where the wind blows to; they sum to 1.

    Parameters
    ----------
    wind : (hours,) m/s at 10 m; direction_from : (hours,) degrees, as weather stations say it
    sky : (hours,) of text: strong, moderate, slight, cloudy or clear (see `stability`)

    Raises
    ------
    errors.OutOfRange
        For columns of different lengths, no hour at all, or figures outside their ranges.
    """
    speed = within("wind", wind, 0, 60, unit="m/s").ravel()
    where = within("direction_from", direction_from, 0, 360, unit="degrees").ravel()
    skies = [str(each) for each in np.asarray(sky).ravel()]
    if not len(speed) == len(where) == len(skies) or not len(speed):
        raise errors.OutOfRange("wind, direction and sky must be columns of one length, 1 or more")
    towards = _towards(where)
    shares = np.zeros((len(CLASSES), DIRECTIONS))
    for hour, each in enumerate(skies):
        letter = pasquill_class(float(speed[hour]), each)
        shares[class_of(letter, float(speed[hour])), towards[hour]] += 1
    return shares / len(speed)


def from_shares(
    stability: Sequence[str],
    speed: npt.ArrayLike,
    direction_from: npt.ArrayLike,
    share: npt.ArrayLike,
) -> FloatArray:
    """The rose of a table of shares (stability, speed, direction), as a weather office gives it.

    Parameters
    ----------
    stability : letters A to F; speed : m/s; direction_from : degrees
    share : (stability, speed, direction) of the time; they sum to 1

    Raises
    ------
    errors.OutOfRange
        If the table has another shape or does not sum to 1 within a thousandth.
    """
    speeds = within("speed", speed, 0, 60, unit="m/s").ravel()
    where = within("direction_from", direction_from, 0, 360, unit="degrees").ravel()
    table = within("share", share, 0, 1)
    if table.shape != (len(stability), len(speeds), len(where)):
        raise errors.OutOfRange(f"shares must be stability x speed x direction, got {table.shape}")
    if abs(table.sum() - 1) > 1e-3:
        raise errors.OutOfRange(f"shares must sum to 1, got {table.sum():g}")
    towards = _towards(where)
    shares = np.zeros((len(CLASSES), DIRECTIONS))
    for i, letter in enumerate(stability):
        for j, wind in enumerate(speeds):
            row = class_of(known_class(letter), float(wind))
            np.add.at(shares[row], towards, table[i, j])
    return shares / shares.sum()


def _towards(direction_from: FloatArray) -> IntArray:
    """Index of the sixteenth that a wind from there blows to."""
    step = 360 / DIRECTIONS
    return (np.round((direction_from + 180) / step) % DIRECTIONS).astype(np.int64)


def finer(shares: FloatArray, parts: int = PARTS) -> FloatArray:
    """The rose with each direction as `parts` ones, evenly over its sector, (classes, n · parts).

    A narrow plume from 16 directions leaves gaps between them, in which there is no risk at all.

    Raises
    ------
    errors.OutOfRange
        If `parts` is even or below 1: the middle one must stay where it was.
    """
    if parts < 1 or parts % 2 == 0:
        raise errors.OutOfRange(f"a direction is divided into an odd number, got {parts}")
    each = np.repeat(np.asarray(shares, np.float64) / parts, parts, axis=1)
    return np.roll(each, -(parts // 2), axis=1)


def unknown() -> FloatArray:
    """The rose where nobody has recorded the weather: D5 and F1.5, 60 to 40, from everywhere.

    An unverified default (mark R): results made with it say so.
    """
    shares = np.zeros((len(CLASSES), DIRECTIONS))
    shares[2], shares[5] = 0.6 / DIRECTIONS, 0.4 / DIRECTIONS
    return shares
