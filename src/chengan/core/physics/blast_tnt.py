"""Blast of a charge, and of a gas cloud set equal to one."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE
from chengan.core.physics.ranges import positive, within

TNT_HEAT = 4.68e6  # J/kg; Crowl and Louvar (2011), section 6-13


def equivalent_mass(
    mass: npt.ArrayLike, heat_of_combustion: float, efficiency: npt.ArrayLike = 0.03
) -> FloatArray:
    """Mass of TNT (kg) with the blast of `mass` (kg) of flammable gas.

    Parameters
    ----------
    efficiency : share of the heat that goes into the blast, 0.01 to 0.15

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range.

    Source: Crowl and Louvar (2011), equation 6-24; docs/models/blast_tnt.md.
    """
    load = positive("mass", mass, unit="kg")
    share = within("efficiency", efficiency, 0.01, 0.15)
    return share * load * float(positive("heat_of_combustion", heat_of_combustion)) / TNT_HEAT


def scaled_distance(distance: npt.ArrayLike, charge: npt.ArrayLike) -> FloatArray:
    """Distance over the cube root of the charge, m/kg^(1/3).

    Raises
    ------
    errors.OutOfRange
        For figures not above 0.
    """
    away = positive("distance", distance, unit="m")
    return away / np.cbrt(positive("charge", charge, unit="kg"))


def overpressure(
    distance: npt.ArrayLike, charge: npt.ArrayLike, ambient: float = ATMOSPHERE
) -> FloatArray:
    """Peak side-on overpressure (Pa) of a TNT charge on flat ground.

    Raises
    ------
    errors.OutOfRange
        For a scaled distance outside 0.1 to 40 m/kg^(1/3).

    Source: Sadovsky-like fit to Baker's curve, Crowl and Louvar (2011), equation 6-23;
    docs/models/blast_tnt.md.
    """
    z = within("scaled distance", scaled_distance(distance, charge), 0.1, 40, unit="m/kg^(1/3)")
    above = 1616 * (1 + (z / 4.5) ** 2)
    below = np.sqrt((1 + (z / 0.048) ** 2) * (1 + (z / 0.32) ** 2) * (1 + (z / 1.35) ** 2))
    return ambient * above / below
