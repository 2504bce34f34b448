"""What a pool gives to the air: by the wind when it is cold, by the ground's heat when it boils."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GAS_CONSTANT
from chengan.core.physics.ranges import positive, within


def evaporation_rate(
    radius: npt.ArrayLike,
    wind: npt.ArrayLike,
    vapour_pressure: npt.ArrayLike,
    molar_mass: float,
    temperature: float,
    schmidt: float = 0.8,
) -> FloatArray:
    """Mass flow (kg/s) from a pool below its boiling point.

    Parameters
    ----------
    radius : m, 0.1 to 100; wind : at 10 m, m/s, 0.5 to 30
    vapour_pressure : at the pool's surface, Pa, 0 to 1e5; molar_mass : kg/mol

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range.

    Source: Mackay and Matsugu (1973), Can. J. Chem. Eng. 51:434, in TNO CPR 14E (2005), equation
    3.24; docs/models/pool_evaporation.md.
    """
    r = within("radius", radius, 0.1, 100, unit="m")
    u = within("wind", wind, 0.5, 30, unit="m/s")
    p = within("vapour_pressure", vapour_pressure, 0, 1e5, unit="Pa")
    mass = float(positive("molar_mass", molar_mass, unit="kg/mol"))
    kelvin = float(positive("temperature", temperature, unit="K"))
    number = float(positive("schmidt", schmidt))
    transfer = 0.004786 * u**0.78 * (2 * r) ** -0.11 * number**-0.67
    return transfer * mass * p / (GAS_CONSTANT * kelvin) * np.pi * r**2


def boiling_rate(
    radius: npt.ArrayLike,
    time: npt.ArrayLike,
    latent_heat: float,
    superheat: float,
    *,
    conductivity: float = 1.21,
    diffusivity: float = 5.7e-7,
) -> FloatArray:
    """Mass flow (kg/s) from a boiling pool, `time` (s) after it came to lie on the ground.

    Parameters
    ----------
    radius : m; latent_heat : J/kg; superheat : of the ground over the boiling point, K, 1 to 350
    conductivity, diffusivity : of the ground, W/(m K) and m2/s; concrete unless told

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range.

    Source: conduction into a half space, TNO CPR 14E (2005), equation 3.16 and table 3.4;
    docs/models/pool_evaporation.md.
    """
    r = positive("radius", radius, unit="m")
    seconds = positive("time", time, unit="s")
    heat = float(positive("latent_heat", latent_heat, unit="J/kg"))
    warm = float(within("superheat", superheat, 1, 350, unit="K"))
    k = float(positive("conductivity", conductivity, unit="W/(m K)"))
    a = float(positive("diffusivity", diffusivity, unit="m2/s"))
    return np.pi * r**2 * k * warm / (heat * np.sqrt(np.pi * a * seconds))
