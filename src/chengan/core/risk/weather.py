"""A year of weather as shares of time: stability and speed by the direction the wind blows to."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within
from chengan.core.physics.stability import pasquill_class


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
    step = 360 / DIRECTIONS
    towards = (np.round((where + 180) / step) % DIRECTIONS).astype(int)
    shares = np.zeros((len(CLASSES), DIRECTIONS))
    for hour, each in enumerate(skies):
        letter = pasquill_class(float(speed[hour]), each)
        shares[class_of(letter, float(speed[hour])), towards[hour]] += 1
    return shares / len(speed)


def unknown() -> FloatArray:
    """The rose where nobody has recorded the weather: D5 and F1.5, 60 to 40, from everywhere.

    An unverified default (mark R): results made with it say so.
    """
    shares = np.zeros((len(CLASSES), DIRECTIONS))
    shares[2], shares[5] = 0.6 / DIRECTIONS, 0.4 / DIRECTIONS
    return shares
