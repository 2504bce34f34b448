"""A puff of passive gas, let go at once."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import positive, within
from chengan.core.physics.stability import known_class

# (a, b) of a x^b for the spread along and across, (c, d) for the spread up
_SPREAD = {
    "A": (0.18, 0.92, 0.60, 0.75),
    "B": (0.14, 0.92, 0.53, 0.73),
    "C": (0.10, 0.92, 0.34, 0.71),
    "D": (0.06, 0.92, 0.15, 0.70),
    "E": (0.04, 0.92, 0.10, 0.65),
    "F": (0.02, 0.89, 0.05, 0.61),
}


def concentration(
    mass: npt.ArrayLike,
    time: npt.ArrayLike,
    wind: npt.ArrayLike,
    stability: str,
    *,
    distance: npt.ArrayLike,
    offset: npt.ArrayLike = 0.0,
    height: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Concentration (kg/m3) `time` (s) after `mass` (kg) was let go at the ground.

    Parameters
    ----------
    wind : m/s, 0.5 to 50; distance : downwind of the source, m; offset, height : m
    time x wind : the puff's path, 10 to 10,000 m

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range or a puff nearer than 10 m or farther than 10 km.

    Source: Crowl and Louvar (2011), equation 5-41 with the spreads of table 5-3;
    docs/models/gaussian_puff.md.
    """
    load = positive("mass", mass, unit="kg")
    u = within("wind", wind, 0.5, 50, unit="m/s")
    path = within("path of the puff", np.asarray(time) * u, 10, 10_000, unit="m")
    a, b, c, d = _SPREAD[known_class(stability)]
    wide, tall = a * path**b, c * path**d
    along = (np.asarray(distance) - path) / wide
    across = np.asarray(offset) / wide
    up = np.asarray(height) / tall
    peak = load / (np.sqrt(2) * np.pi**1.5 * wide**2 * tall)
    return peak * np.exp(-0.5 * (along**2 + across**2 + up**2))


def dose(
    mass: npt.ArrayLike, distance: npt.ArrayLike, wind: npt.ArrayLike, stability: str
) -> FloatArray:
    """Concentration times time (kg s/m3) that a whole puff leaves on its axis at the ground.

    Raises
    ------
    errors.OutOfRange
        For a wind outside 0.5 to 50 m/s or a distance outside 10 to 10,000 m.
    """
    load = positive("mass", mass, unit="kg")
    u = within("wind", wind, 0.5, 50, unit="m/s")
    x = within("distance", distance, 10, 10_000, unit="m")
    a, b, c, d = _SPREAD[known_class(stability)]
    return load / (np.pi * (a * x**b) * (c * x**d) * u)
