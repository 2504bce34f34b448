"""Flashing liquid through a hole or pipe: the omega method of the homogeneous equilibrium model."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE
from chengan.core.physics.ranges import positive, within

_STEPS = 80


def omega(
    density_liquid: npt.ArrayLike,
    density_vapour: npt.ArrayLike,
    heat_capacity: npt.ArrayLike,
    latent_heat: npt.ArrayLike,
    temperature: npt.ArrayLike,
    pressure: npt.ArrayLike,
    quality: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Leung's compressibility of a flashing mixture at its stagnation state.

    Parameters
    ----------
    density_liquid, density_vapour : kg/m3 at stagnation
    heat_capacity : of the liquid, J/(kg K); latent_heat : J/kg
    temperature : K; pressure : Pa, absolute, at saturation
    quality : mass fraction of vapour, 0 to 1

    Raises
    ------
    errors.OutOfRange
        For figures not above 0 and a quality outside 0 to 1.

    Source: Leung (1986), AIChE J. 32:1743; docs/models/two_phase_release.md.
    """
    rho_l = positive("density_liquid", density_liquid, unit="kg/m3")
    rho_v = positive("density_vapour", density_vapour, unit="kg/m3")
    cp = positive("heat_capacity", heat_capacity, unit="J/(kg K)")
    heat = positive("latent_heat", latent_heat, unit="J/kg")
    kelvin = positive("temperature", temperature, unit="K")
    p = positive("pressure", pressure, unit="Pa")
    x = within("quality", quality, 0, 1)
    growth = 1 / rho_v - 1 / rho_l
    volume = x / rho_v + (1 - x) / rho_l
    return x * growth / volume + cp * kelvin * p / volume * (growth / heat) ** 2


def critical_pressure_ratio(omega_value: npt.ArrayLike) -> FloatArray:
    """Throat over stagnation pressure where a saturated flashing flow chokes.

    Raises
    ------
    errors.OutOfRange
        For an omega outside 0.1 to 1000.

    Source: Leung (1986), equation 13, solved by bisection; by hand, omega 1 gives 0.6065.
    """
    w = within("omega", omega_value, 0.1, 1000)
    low, high = np.full_like(w, 1e-6), np.ones_like(w)
    for _ in range(_STEPS):
        eta = (low + high) / 2
        left = eta**2 + (w**2 - 2 * w) * (1 - eta) ** 2 + 2 * w**2 * (np.log(eta) + 1 - eta)
        low, high = np.where(left < 0, eta, low), np.where(left < 0, high, eta)
    return (low + high) / 2


def two_phase_rate(
    area: npt.ArrayLike,
    pressure: npt.ArrayLike,
    density: npt.ArrayLike,
    omega_value: npt.ArrayLike,
    *,
    discharge: npt.ArrayLike = 0.85,
    ambient: float = ATMOSPHERE,
) -> FloatArray:
    """Mass flow (kg/s) of a saturated flashing liquid in equilibrium (pipe longer than 0.1 m).

    Parameters
    ----------
    area : m2; pressure : Pa, absolute; density : of the stagnant mixture, kg/m3
    omega_value : from `omega`, 0.1 to 1000

    Raises
    ------
    errors.OutOfRange
        For a pressure below ambient or a figure outside its range.

    Source: Leung (1986), equations 12 and 14; docs/models/two_phase_release.md.
    """
    hole = positive("area", area, unit="m2")
    p = within("pressure", pressure, ambient, 1e8, unit="Pa")
    rho = positive("density", density, unit="kg/m3")
    w = within("omega", omega_value, 0.1, 1000)
    eta = np.maximum(critical_pressure_ratio(w), ambient / p)
    inner = np.maximum(-2 * (w * np.log(eta) + (w - 1) * (1 - eta)), 0)
    flux = np.sqrt(p * rho) * np.sqrt(inner) / (w * (1 / eta - 1) + 1)
    return within("discharge", discharge, 0.5, 1) * hole * flux


def flash_fraction(
    heat_capacity: npt.ArrayLike,
    latent_heat: npt.ArrayLike,
    temperature: npt.ArrayLike,
    boiling_point: npt.ArrayLike,
) -> FloatArray:
    """Mass fraction of a superheated liquid that is vapour once it has come to ambient pressure.

    Raises
    ------
    errors.OutOfRange
        For figures not above 0.

    Source: Crowl and Louvar (2011), equation 4-86 (exponential form); zero below boiling.
    """
    cp = positive("heat_capacity", heat_capacity, unit="J/(kg K)")
    heat = positive("latent_heat", latent_heat, unit="J/kg")
    warm = positive("temperature", temperature, unit="K")
    boils = positive("boiling_point", boiling_point, unit="K")
    return 1 - np.exp(-cp * np.maximum(warm - boils, 0) / heat)


def airborne_fraction(flashed: npt.ArrayLike) -> FloatArray:
    """Mass fraction that stays in the air (vapour and fine drops) once a jet has flashed.

    Twice the flashed part rises as spray until a half has flashed; beyond, all of it is airborne.

    Raises
    ------
    errors.OutOfRange
        For a fraction outside 0 to 1.

    Source: rule of thumb in Crowl and Louvar (2011), section 4-9, and Purple Book (CPR 18E,
    1999), section 4.6: 2 to 3 times the flash; docs/models/two_phase_release.md.
    """
    return np.minimum(2 * within("flashed", flashed, 0, 1), 1)
