"""How high the sun stands, and what sky that makes for Pasquill's classes."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within

_YEAR = 365.2422 * 86_400


def elevation(seconds: npt.ArrayLike, latitude: float, longitude: float) -> FloatArray:
    """Height of the sun (degrees) at `seconds` since 1970 UTC, within half a degree.

    Raises
    ------
    errors.OutOfRange
        For a latitude outside -90 to 90 or a longitude outside -180 to 180 degrees.

    Source: Spencer (1971), Search 2:172: declination and equation of time as Fourier series.
    """
    north = np.radians(float(within("latitude", latitude, -90, 90, unit="degrees")))
    east = float(within("longitude", longitude, -180, 180, unit="degrees"))
    time = np.asarray(seconds, dtype=np.float64)
    turn = 2 * np.pi * (time % _YEAR) / _YEAR
    tilt = (
        0.006918
        - 0.399912 * np.cos(turn)
        + 0.070257 * np.sin(turn)
        - 0.006758 * np.cos(2 * turn)
        + 0.000907 * np.sin(2 * turn)
    )
    late = 229.18 * (
        0.000075
        + 0.001868 * np.cos(turn)
        - 0.032077 * np.sin(turn)
        - 0.014615 * np.cos(2 * turn)
        - 0.040849 * np.sin(2 * turn)
    )
    minutes = (time % 86_400) / 60 + late + 4 * east
    angle = np.radians(minutes / 4 - 180)
    high = np.sin(north) * np.sin(tilt) + np.cos(north) * np.cos(tilt) * np.cos(angle)
    return np.degrees(np.arcsin(np.clip(high, -1, 1)))


def skies(high: npt.ArrayLike, cloud: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Pasquill's sky for the sun's height (degrees) and the share of sky that clouds cover.

    Strong above 60 degrees, moderate above 35, slight above 0; one step less under more than half
    clouds; at night clear up to half.

    Raises
    ------
    errors.OutOfRange
        For a cover outside 0 to 1.

    Source: Turner (1964), J. Appl. Meteorol. 3:83, in steps; docs/models/stability.md.
    """
    sun = np.asarray(high, dtype=np.float64)
    cover = within("cloud", cloud, 0, 1)
    step = (sun > 35).astype(int) + (sun > 60) - (cover > 0.5)
    day = np.array(["slight", "moderate", "strong"])[np.clip(step, 0, 2)]
    return np.where(sun > 0, day, np.where(cover > 0.5, "cloudy", "clear"))
