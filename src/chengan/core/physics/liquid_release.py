"""Liquid through a hole in a vessel or pipe."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within


def liquid_rate(
    area: npt.ArrayLike,
    density: npt.ArrayLike,
    overpressure: npt.ArrayLike,
    head: npt.ArrayLike = 0.0,
    discharge: npt.ArrayLike = 0.61,
) -> FloatArray:
    """Mass flow (kg/s) of a liquid that does not flash in the hole.

    Parameters
    ----------
    area : m2, above 0
    density : kg/m3, 100 to 20,000
    overpressure : Pa, storage above ambient, 0 to 1e8
    head : m of liquid above the hole, 0 to 100
    discharge : coefficient, 0.5 to 1 (sharp hole 0.61, broken pipe 1)

    Raises
    ------
    errors.OutOfRange
        For an argument outside the range named above.

    Source: Bernoulli with discharge coefficient, Crowl and Louvar, Chemical Process Safety (3rd
    ed., 2011), equation 4-12; docs/models/liquid_release.md.
    """
    hole = positive("area", area, unit="m2")
    rho = within("density", density, 100, 20_000, unit="kg/m3")
    over = within("overpressure", overpressure, 0, 1e8, unit="Pa")
    above = within("head", head, 0, 100, unit="m")
    coefficient = within("discharge", discharge, 0.5, 1)
    return coefficient * hole * rho * np.sqrt(2 * (over / rho + GRAVITY * above))


def draining_time(
    vessel_area: float, hole_area: float, head: float, discharge: float = 0.61
) -> float:
    """Seconds until an open upright tank has drained from `head` (m) to its hole.

    Raises
    ------
    errors.OutOfRange
        For areas (m2) not above 0, a head outside 0 to 100 m, a coefficient outside 0.5 to 1.

    Source: Crowl and Louvar (2011), equation 4-20; docs/models/liquid_release.md.
    """
    tank = positive("vessel_area", vessel_area, unit="m2")
    hole = positive("hole_area", hole_area, unit="m2")
    above = within("head", head, 0, 100, unit="m")
    coefficient = within("discharge", discharge, 0.5, 1)
    return float(tank / (coefficient * hole) * np.sqrt(2 * above / GRAVITY))
