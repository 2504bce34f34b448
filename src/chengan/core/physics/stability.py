"""How well the lowest air mixes: Pasquill's classes, and the length of Monin and Obukhov."""

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within

CLASSES = "ABCDEF"
"""Pasquill: A very unstable, D neutral, F stable."""

_DAY = {  # insolation: strong, moderate, slight, by wind below 2, 3, 5, 6 m/s and above
    "strong": ("A", "A", "B", "C", "C"),
    "moderate": ("A", "B", "B", "C", "D"),
    "slight": ("B", "C", "C", "D", "D"),
}
_NIGHT = {"cloudy": ("F", "E", "D", "D", "D"), "clear": ("F", "F", "E", "D", "D")}
_SPEEDS = (2.0, 3.0, 5.0, 6.0)

# 1/L = a + b log10(z0), both in metres; Golder (1972), Boundary-Layer Meteorol. 3:47, figure 5,
# as fitted by Seinfeld and Pandis (2006), equation 16.83.
_GOLDER = {
    "A": (-0.096, 0.029),
    "B": (-0.037, 0.029),
    "C": (-0.002, 0.018),
    "D": (0.0, 0.0),
    "E": (0.004, -0.018),
    "F": (0.035, -0.036),
}


def pasquill_class(wind: float, sky: str) -> str:
    """Pasquill's class at `wind` (m/s at 10 m) under `sky`: strong, moderate or slight sun, or a
    cloudy or clear night.

    Raises
    ------
    errors.OutOfRange
        For a wind outside 0 to 60 m/s or an unknown sky.

    Source: Pasquill (1961), Meteorol. Mag. 90:33, table as given by Turner (1970); of A to B and
    its like, the less stable one below 2 m/s, the more stable one above; docs/models/stability.md.
    """
    speed = float(within("wind", wind, 0, 60, unit="m/s"))
    row = (_DAY | _NIGHT).get(sky)
    if row is None:
        known = ", ".join(_DAY | _NIGHT)
        raise errors.OutOfRange(f"sky must be one of {known}, got {sky!r}")
    return row[int(np.searchsorted(_SPEEDS, speed, side="right"))]


def obukhov_inverse(stability: str, roughness: npt.ArrayLike) -> FloatArray:
    """1/L (1/m) of a Pasquill class over ground of `roughness` length (m); 0 is neutral.

    Raises
    ------
    errors.OutOfRange
        For a class outside A to F, a roughness outside 0.001 to 0.5 m.

    Source: Golder (1972) as fitted by Seinfeld and Pandis (2006), equation 16.83;
    docs/models/stability.md.
    """
    z0 = within("roughness", roughness, 0.001, 0.5, unit="m")
    a, b = _GOLDER[known_class(stability)]
    return a + b * np.log10(z0)


def known_class(stability: str) -> str:
    """The class letter, if it is one of A to F.

    Raises
    ------
    errors.OutOfRange
        Naming the value.
    """
    if stability not in CLASSES or len(stability) != 1:
        raise errors.OutOfRange(f"stability must be one of A to F, got {stability!r}")
    return stability
