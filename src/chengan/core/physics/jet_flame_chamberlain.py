"""A jet of a paraffin gas that burns in the wind: length, lift off its hole, radiated share.

Chamberlain's law of flares; the widths of its frustum are left out (see its page), so that heat is
to be taken from weighted points along the flame (`point_sources`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT, GRAVITY, air_density
from chengan.core.physics.ranges import positive, within

ALONG_WIND: Final = 0.0
UPRIGHT: Final = 90.0


@dataclass(frozen=True)
class Flame:
    """Metres from the hole to the tip and to where the flame begins, degrees that it is tilted off
    the hole's axis, and the share of the heat of combustion that it radiates.
    """

    length: float
    lift: float
    tilt: float
    radiant_fraction: float


def expanded_speed(
    pressure: npt.ArrayLike, temperature: float, molar_mass: float, gamma: float
) -> FloatArray:
    """Speed (m/s) of a gas that has expanded from `pressure` (Pa, absolute) to the air's.

    Raises
    ------
    errors.OutOfRange
        For a pressure not above the air's or beyond 2e7 Pa, or a gamma outside 1.01 to 1.7.

    Source: isentropic flow of an ideal gas.
    """
    inside = within("pressure", pressure, np.nextafter(ATMOSPHERE, np.inf), 2e7, unit="Pa")
    k = float(within("gamma", gamma, 1.01, 1.7))
    warm = float(positive("temperature", temperature, unit="K"))
    heat = k / (k - 1) * GAS_CONSTANT * warm / float(positive("molar_mass", molar_mass))
    return np.sqrt(2 * heat * (1 - (ATMOSPHERE / inside) ** ((k - 1) / k)))


def flame(
    rate: float, speed: float, molar_mass: float, wind: float, pointing: float = ALONG_WIND
) -> Flame:
    """The flame of `rate` (kg/s) of a paraffin gas that leaves at `speed` (m/s), expanded.

    Parameters
    ----------
    rate : 0.01 to 1000 kg/s; speed : 20 to 2000 m/s; molar_mass : 0.016 to 0.060 kg/mol
    wind : 0 to 20 m/s, and below 0.3 of the speed
    pointing : degrees between the hole's axis and the wind, 0 along it, 90 upright, to 180

    Raises
    ------
    errors.OutOfRange
        For figures outside those ranges.

    Source: Chamberlain (1987), Chem. Eng. Res. Des. 65:299, as in TNO CPR 14E (2005), section
    6.5.3, and Assael and Kakosimos (2010); docs/models/jet_flame_chamberlain.md.
    """
    flow = float(within("rate", rate, 0.01, 1000, unit="kg/s"))
    fast = float(within("speed", speed, 20, 2000, unit="m/s"))
    mass = float(within("molar_mass", molar_mass, 0.016, 0.060, unit="kg/mol")) * 1000
    blows = float(within("wind", wind, 0, min(20.0, 0.3 * fast), unit="m/s"))
    angle = float(within("pointing", pointing, 0, 180, unit="degrees"))
    wide = float(np.sqrt(4 * flow / (np.pi * air_density() * fast)))
    still = wide * _still_length(wide, fast, mass / (15.816 * mass + 39.5))
    length = still * (0.51 * np.exp(-0.4 * blows) + 0.49) * (1 - 6.07e-3 * (angle - UPRIGHT))
    ratio = blows / fast
    richardson = (GRAVITY / (wide * fast) ** 2) ** (1 / 3) * still
    tilt = _tilt(ratio, richardson, angle)
    return Flame(float(length), float(length * _lift(ratio, tilt)), tilt, _fraction(fast))


def _still_length(wide: float, fast: float, share: float) -> float:
    """Length over `wide` of an upright flame in still air; `share`: of fuel, by mass."""
    a = 0.024 * (GRAVITY * wide / fast**2) ** (1 / 3)
    c = (2.85 / share) ** (2 / 3)

    def left(y: float) -> float:
        return float(a * y ** (5 / 3) + 0.2 * y ** (2 / 3) - c)

    return float(brentq(left, 1e-6, (c / 0.2) ** 1.5 * 1.001, xtol=1e-9))


def _tilt(ratio: float, richardson: float, angle: float) -> float:
    bent = 8000 * ratio if ratio <= 0.05 else 134 + 1726 * np.sqrt(ratio - 0.026)
    return float((angle - UPRIGHT) * (1 - np.exp(-25.6 * ratio)) + bent / richardson)


def _lift(ratio: float, tilt: float) -> float:
    """Share of the length before the flame begins; a fifth in still air."""
    part = 0.185 * np.exp(-20 * ratio) + 0.015
    if abs(tilt) < 1e-6:
        return float(part)
    return float(np.sin(np.radians(part * tilt)) / np.sin(np.radians(tilt)))


def _fraction(fast: float) -> float:
    return float(0.21 * np.exp(-0.00323 * fast) + 0.11)
