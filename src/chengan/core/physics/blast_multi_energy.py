"""Blast of a gas cloud by its congested parts: the multi-energy method of TNO."""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE
from chengan.core.physics.ranges import positive, within

CLOUD_HEAT: Final = 3.5e6  # J/m3 of a stoichiometric hydrocarbon-air mixture

# Overpressure over ambient on top, and the fall beyond: value and scaled distance where it begins,
# and the powers from there and from further knots on; straight pieces. Classes 8 to 10 fall as a
# detonation does (Tang and Baker 1999, twice the energy for the ground): TNO's strong classes merge
# some ten radii of the cloud away.
_DETONATION: Final = (
    10.0,
    ((0.25, 3.15), (0.38, 1.95), (0.63, 1.36), (1.26, 1.20), (2.5, 1.10)),
)
_CHART: Final = {
    1: (0.01, (0.01, ((0.6, 0.99),))),
    2: (0.02, (0.02, ((0.6, 0.99),))),
    3: (0.05, (0.05, ((0.6, 0.99),))),
    4: (0.10, (0.10, ((0.6, 0.99),))),
    5: (0.20, (0.20, ((0.6, 0.99),))),
    6: (0.50, (0.50, ((0.6, 1.00), (4.0, 1.10)))),
    7: (1.00, (1.00, ((0.5, 1.12), (2.5, 1.10)))),
    8: (2.00, _DETONATION),
    9: (5.00, _DETONATION),
    10: (10.0, _DETONATION),
}


def cloud_energy(volume: npt.ArrayLike) -> FloatArray:
    """Heat (J) of the stoichiometric `volume` (m3) of cloud that is congested.

    Raises
    ------
    errors.OutOfRange
        For a volume not above 0.
    """
    return CLOUD_HEAT * positive("volume", volume, unit="m3")


def overpressure(
    distance: npt.ArrayLike, energy: npt.ArrayLike, strength: int, ambient: float = ATMOSPHERE
) -> FloatArray:
    """Peak side-on overpressure (Pa) at `distance` (m) from the middle of a congested cloud.

    Parameters
    ----------
    energy : J, of the congested part; strength : class 1 (weak) to 10 (detonation)

    Raises
    ------
    errors.OutOfRange
        For a class outside 1 to 10, an energy not above 0, a scaled distance above 100.

    Source: van den Berg (1985), J. Hazard. Mater. 12:1, chart as read in straight pieces from TNO
    CPR 14E (2005), figure 5.8, and Tang and Baker (1999), Process Saf. Prog. 18:235;
    docs/models/blast_multi_energy.md.
    """
    if strength not in _CHART:
        raise errors.OutOfRange(f"strength must be a class from 1 to 10, got {strength!r}")
    away = within("distance", distance, 0, unit="m")
    heat = positive("energy", energy, unit="J")
    r = within("scaled distance", away / np.cbrt(heat / ambient), 0, 100)
    top, (start, pieces) = _CHART[strength]
    value = np.full(np.shape(r), start)
    for k, (begin, power) in enumerate(pieces):
        end = pieces[k + 1][0] if k + 1 < len(pieces) else np.inf
        value = value * (np.clip(r, begin, end) / begin) ** -power
    return ambient * np.minimum(top, value)
