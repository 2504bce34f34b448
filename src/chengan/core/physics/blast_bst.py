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
# Overpressure over ambient: rows scaled distance, columns Mach number; read from the curves of Tang
# and Baker (1999), Process Saf. Prog. 18:235, with two figures each.
_CHART: Final = """
        0.2   0.35    0.7      1    1.4      3      4    5.2
  0.1  0.069   0.22   0.69    1.3      2    5.6     15     20
 0.15  0.069   0.22   0.69    1.3      2    5.6   14.5     16
  0.2  0.069   0.22   0.69    1.3      2    5.6     10     10
 0.25  0.069   0.22   0.69    1.3      2    5.1    5.1    5.1
  0.3  0.068   0.22   0.67    1.2    1.8      3      3      3
  0.4  0.061   0.19   0.55      1    1.4    1.5    1.5    1.5
  0.5  0.053   0.17   0.47   0.85   0.96   0.97   0.97   0.97
  0.7   0.04   0.13   0.38   0.58   0.58   0.58   0.58   0.58
    1  0.028  0.091    0.3   0.34   0.39   0.39   0.39   0.39
  1.5  0.019  0.061    0.2   0.21   0.24   0.24   0.24   0.24
    2  0.015  0.046   0.14   0.15   0.17   0.17   0.17   0.17
    3 0.0095  0.031  0.089  0.095  0.107  0.107  0.107  0.107
    5 0.0057  0.019   0.05  0.054  0.059  0.059  0.059  0.059
    7 0.0041 0.0135  0.034  0.036  0.039  0.039  0.039  0.039
   10  0.003 0.0097  0.023 0.0245 0.0255 0.0255 0.0255 0.0255
"""
_LINES: Final = [line.split() for line in _CHART.strip().splitlines()]
_MACHS: Final = np.array(_LINES[0], dtype=np.float64)
_AT: Final = np.array([line[0] for line in _LINES[1:]], dtype=np.float64)
_LOGS: Final = np.log(np.array([line[1:] for line in _LINES[1:]], dtype=np.float64))
_FAR: Final = 1.1  # power with which a weak blast falls beyond the chart


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

    Source: Tang and Baker (1999), Process Saf. Prog. 18:235, curves; below Mach 0.2 that one times
    what 2.4 M^2 / (1 + M), the greatest overpressure in the cloud, is less;
    docs/models/blast_bst.md.
    """
    speed = float(within("mach", mach, 0.02, 5.2))
    heat = positive("energy", energy, unit="J")
    away = within("distance", distance, 0, unit="m")
    r = within("scaled distance", away / np.cbrt(heat / ambient), 0, 40)
    logs = np.interp(np.log(np.maximum(r, _AT[0])), np.log(_AT), _curve(speed))
    beyond = (np.maximum(r, _AT[-1]) / _AT[-1]) ** -_FAR
    return ambient * np.exp(logs) * beyond


def _curve(mach: float) -> FloatArray:
    """Logarithms of the overpressures at the chart's distances, between the two nearest curves."""
    if mach < _MACHS[0]:
        return _LOGS[:, 0] + np.log(_greatest(mach) / _greatest(float(_MACHS[0])))
    k = min(int(np.searchsorted(_MACHS, mach, side="right")) - 1, len(_MACHS) - 2)
    share = np.log(mach / _MACHS[k]) / np.log(_MACHS[k + 1] / _MACHS[k])
    return (1 - share) * _LOGS[:, k] + share * _LOGS[:, k + 1]


def _greatest(mach: float) -> float:
    return 2.4 * mach**2 / (1 + mach)
