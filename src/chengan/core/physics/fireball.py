"""A boiling liquid that bursts its vessel and burns as a ball (BLEVE)."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within


def diameter(mass: npt.ArrayLike) -> FloatArray:
    """Largest diameter (m) of the ball of `mass` (kg) of liquefied hydrocarbon.

    Raises
    ------
    errors.OutOfRange
        For a mass outside 10 to 1e7 kg.

    Source: TNO CPR 14E (2005), equation 6.90: 6.48 m^0.325; docs/models/fireball.md.
    """
    return 6.48 * within("mass", mass, 10, 1e7, unit="kg") ** 0.325


def duration(mass: npt.ArrayLike) -> FloatArray:
    """Seconds that the ball burns.

    Raises
    ------
    errors.OutOfRange
        For a mass outside 10 to 1e7 kg.

    Source: TNO CPR 14E (2005), equation 6.91: 0.852 m^0.26.
    """
    return 0.852 * within("mass", mass, 10, 1e7, unit="kg") ** 0.26


def height(mass: npt.ArrayLike) -> FloatArray:
    """Height (m) of the ball's centre: a diameter.

    Source: TNO CPR 14E (2005), equation 6.92.
    """
    return diameter(mass)


def radiant_fraction(pressure: npt.ArrayLike) -> FloatArray:
    """Share of the heat of combustion that is radiated, by the pressure (Pa) of the burst.

    Raises
    ------
    errors.OutOfRange
        For a pressure outside 1e5 to 6e6 Pa.

    Source: Roberts (1981), Fire Saf. J. 4:197: 0.27 P^0.32 with P in MPa, at most 0.4.
    """
    mega = within("pressure", pressure, 1e5, 6e6, unit="Pa") / 1e6
    return np.minimum(0.27 * mega**0.32, 0.4)


def flux(
    mass: npt.ArrayLike,
    distance: npt.ArrayLike,
    heat_of_combustion: float,
    pressure: npt.ArrayLike,
    clear: npt.ArrayLike = 1.0,
) -> FloatArray:
    """Heat flux (W/m2) at the ground at `distance` (m) from the point below the ball.

    Parameters
    ----------
    mass : kg; heat_of_combustion : J/kg, 1e6 to 1.5e8; pressure : of the burst, Pa
    clear : transmissivity of the air, 0 to 1

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range.

    Source: TNO CPR 14E (2005), section 6.5.7: solid flame, the sphere's view factor (r/X)^2, target
    facing it; docs/models/fireball.md.
    """
    burns = within("heat_of_combustion", heat_of_combustion, 1e6, 1.5e8, unit="J/kg")
    away = within("distance", distance, 0, 20_000, unit="m")
    wide = diameter(mass)
    power = radiant_fraction(pressure) * np.asarray(mass) * burns / duration(mass)
    surface = np.minimum(power / (np.pi * wide**2), 400e3)
    to_centre = np.sqrt(away**2 + height(mass) ** 2)
    return within("clear", clear, 0, 1) * surface * (wide / 2 / to_centre) ** 2
