"""A jet of hydrogen or a light hydrocarbon that burns: length and radiant fraction."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within


@dataclass(frozen=True)
class Fuel:
    """What of a fuel shapes its flame; mark as in the tables of coefficients."""

    name: str
    stoichiometric_mass_fraction: float
    flame_temperature: float  # adiabatic, K
    absorption: float  # Planck-mean of the products, 1/m
    heat_of_combustion: float  # J/kg
    products_molar_mass: float  # kg/mol at stoichiometry
    source: str


_SOURCE = "Molina, Schefer and Houf (2007), Proc. Combust. Inst. 31:2565"
HYDROGEN = Fuel("hydrogen", 0.02852, 2390.0, 0.23, 119.96e6, 0.02457, _SOURCE)
METHANE = Fuel("methane", 0.05519, 2226.0, 0.50, 50.03e6, 0.02762, _SOURCE)
PROPANE = Fuel("propane", 0.06024, 2267.0, 0.50, 46.35e6, 0.02826, _SOURCE)


def flame_length(
    diameter: npt.ArrayLike,
    speed: npt.ArrayLike,
    density: npt.ArrayLike,
    density_air: float,
    fuel: Fuel,
    temperature_air: float = 293.15,
) -> FloatArray:
    """Visible length (m) of a turbulent jet flame from its (notional) nozzle.

    Parameters
    ----------
    diameter : m; speed : m/s, 1 to 5000; density : kg/m3 of the gas at the nozzle

    Raises
    ------
    errors.OutOfRange
        For figures not above 0, or a flame Froude number outside 0.05 to 200.

    Source: Delichatsios (1993) as fitted by Schefer, Houf et al. (2006), Int. J. Hydrogen Energy
    31:1332, equations 1 to 3; docs/models/jet_flame.md.
    """
    d = positive("diameter", diameter, unit="m")
    v = within("speed", speed, 1, 5000, unit="m/s")
    rho = positive("density", density, unit="kg/m3")
    air = float(positive("density_air", density_air, unit="kg/m3"))
    fs = fuel.stoichiometric_mass_fraction
    rise = (fuel.flame_temperature - temperature_air) / temperature_air
    froude = v * fs**1.5 / ((rho / air) ** 0.25 * np.sqrt(rise * GRAVITY * d))
    froude = within("flame Froude number", froude, 0.05, 200)
    buoyant = 13.5 * froude**0.4 / (1 + 0.07 * froude**2) ** 0.2
    scaled = np.where(froude < 5, np.minimum(buoyant, 23.0), 23.0)
    return scaled * d * np.sqrt(rho / air) / fs


def residence_time(length: npt.ArrayLike, rate: npt.ArrayLike, fuel: Fuel) -> FloatArray:
    """Seconds that burning gas spends in a flame of `length` (m) fed with `rate` (kg/s).

    Raises
    ------
    errors.OutOfRange
        For figures not above 0.

    Source: Schefer et al. (2006), with a flame width of 0.17 of the length.
    """
    long = positive("length", length, unit="m")
    flow = positive("rate", rate, unit="kg/s")
    width = 0.17 * long
    density = 101_325 * fuel.products_molar_mass / (8.314462618 * fuel.flame_temperature)
    volume = np.pi / 12 * width**2 * long
    return density * volume * fuel.stoichiometric_mass_fraction / flow


def radiant_fraction(length: npt.ArrayLike, rate: npt.ArrayLike, fuel: Fuel) -> FloatArray:
    """Share of the heat of combustion that a jet flame radiates.

    Raises
    ------
    errors.OutOfRange
        For figures not above 0.

    Source: Molina, Schefer and Houf (2007), equation 6 (time in ms); docs/models/jet_flame.md.
    """
    milliseconds = residence_time(length, rate, fuel) * 1000
    return 9.45e-9 * (milliseconds * fuel.absorption * fuel.flame_temperature**4) ** 0.47
