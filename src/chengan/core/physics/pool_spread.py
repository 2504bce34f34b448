"""A pool of liquid that spreads on the ground."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within

SMALLEST_DEPTH = 0.005  # m, on smooth concrete; TNO CPR 14E (2005), table 3.2


def instant_radius(
    volume: npt.ArrayLike, time: npt.ArrayLike, depth: float = SMALLEST_DEPTH
) -> FloatArray:
    """Radius (m) `time` (s) after `volume` (m3) was spilled at once, up to its least depth.

    Raises
    ------
    errors.OutOfRange
        For a volume not above 0, a time below 0 or a depth outside 0.0005 to 1 m.

    Source: Shaw and Briscoe (1978) from r0 = (V/pi)^(1/3), in TNO CPR 14E (2005), section 3.5;
    docs/models/pool_spread.md.
    """
    spilled = positive("volume", volume, unit="m3")
    seconds = within("time", time, 0, unit="s")
    thin = float(within("depth", depth, 0.0005, 1, unit="m"))
    start = np.cbrt(spilled / np.pi)
    radius = np.sqrt(start**2 + 2 * seconds * np.sqrt(GRAVITY * spilled / np.pi))
    return np.minimum(radius, np.sqrt(spilled / (np.pi * thin)))


def continuous_radius(rate: npt.ArrayLike, time: npt.ArrayLike) -> FloatArray:
    """Radius (m) `time` (s) after a spill of `rate` (m3/s) began, unhindered.

    Raises
    ------
    errors.OutOfRange
        For a rate not above 0, a time below 0.

    Source: Shaw and Briscoe (1978): r = (8 g q / (9 pi))^(1/4) t^(3/4); docs/models/
    pool_spread.md.
    """
    flow = positive("rate", rate, unit="m3/s")
    seconds = within("time", time, 0, unit="s")
    return (8 * GRAVITY * flow / (9 * np.pi)) ** 0.25 * seconds**0.75


def bunded_radius(area: npt.ArrayLike) -> FloatArray:
    """Radius (m) of the circle with the `area` (m2) of a bund.

    Raises
    ------
    errors.OutOfRange
        For an area not above 0.
    """
    return np.sqrt(positive("area", area, unit="m2") / np.pi)
