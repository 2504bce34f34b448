"""Blast of a gas cloud by the speed of its flame: Baker, Strehlow and Tang."""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE
from chengan.core.physics.ranges import positive, within

_CONGESTION: Final = ("low", "medium", "high")
_REACTIVITY: Final = ("high", "medium", "low")
# Flame Mach numbers, rows reactivity, columns congestion; Pierorazio et al. (2005), Process Saf.
# Prog. 24:59, tables 3 and 4. 5.2 stands for a detonation.
_MACH: Final = {
    "2D": ((0.59, 5.2, 5.2), (0.47, 0.66, 1.6), (0.079, 0.47, 0.66)),
    "2.5D": ((0.47, 5.2, 5.2), (0.29, 0.55, 1.0), (0.053, 0.35, 0.50)),
    "3D": ((0.36, 5.2, 5.2), (0.11, 0.44, 0.50), (0.026, 0.23, 0.34)),
}


def flame_mach(reactivity: str, congestion: str, expansion: str = "2.5D") -> float:
    """Mach number of the flame, as Pierorazio and others measured it.

    Raises
    ------
    errors.OutOfRange
        For an unknown reactivity (high, medium, low), congestion (low, medium, high) or expansion
        (2D, 2.5D, 3D).

    Source: Pierorazio et al. (2005); docs/models/blast_bst.md.
    """
    if reactivity not in _REACTIVITY:
        raise errors.OutOfRange(f"reactivity must be high, medium or low, got {reactivity!r}")
    if congestion not in _CONGESTION:
        raise errors.OutOfRange(f"congestion must be low, medium or high, got {congestion!r}")
    if expansion not in _MACH:
        raise errors.OutOfRange(f"expansion must be 2D, 2.5D or 3D, got {expansion!r}")
    return _MACH[expansion][_REACTIVITY.index(reactivity)][_CONGESTION.index(congestion)]


def overpressure(
    distance: npt.ArrayLike, energy: npt.ArrayLike, mach: float, ambient: float = ATMOSPHERE
) -> FloatArray:
    """Peak side-on overpressure (Pa) at `distance` (m) from the middle of the cloud.

    Parameters
    ----------
    energy : J, twice the cloud's own where it lies on the ground; mach : 0.02 to 5.2

    Raises
    ------
    errors.OutOfRange
        For a Mach number outside 0.02 to 5.2, or a scaled distance above 40.

    Source: Tang and Baker (1999), Process Saf. Prog. 18:235: the greatest overpressure 2.4 M^2 /
    (1 + M) inside the cloud, acoustic decay beyond; docs/models/blast_bst.md.
    """
    speed = float(within("mach", mach, 0.02, 5.2))
    heat = positive("energy", energy, unit="J")
    away = within("distance", distance, 0, unit="m")
    r = within("scaled distance", away / np.cbrt(heat / ambient), 0, 40)
    top = min(2.4 * speed**2 / (1 + speed), 20.0)
    edge = 0.3 if speed < 1 else 0.2
    steep = 1.0 if speed < 0.7 else 1.15
    far = top * (np.maximum(r, edge) / edge) ** -steep
    return ambient * np.minimum(top, far)
