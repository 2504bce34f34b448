"""Gas through a hole: choked and not, ideal or with the co-volume of Abel and Noble."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT
from chengan.core.physics.ranges import positive, within

HYDROGEN_COVOLUME = 7.691e-3  # m3/kg; San Marchi, Somerday and Robinson (2007)
_STEPS = 80


@dataclass(frozen=True)
class Throat:
    """The state in the hole: arrays of the shape of the inputs, SI units."""

    pressure: FloatArray
    temperature: FloatArray
    density: FloatArray
    speed: FloatArray
    is_choked: npt.NDArray[np.bool_]


def critical_ratio(gamma: npt.ArrayLike) -> FloatArray:
    """Throat pressure over storage pressure when an ideal gas chokes.

    Raises
    ------
    errors.OutOfRange
        If `gamma` (ratio of heat capacities) is outside 1.01 to 1.67.

    Source: Crowl and Louvar (2011), equation 4-49; by hand, gamma 1.4 gives 0.528.
    """
    g = within("gamma", gamma, 1.01, 1.67)
    return (2 / (g + 1)) ** (g / (g - 1))


def throat(
    pressure: npt.ArrayLike,
    temperature: npt.ArrayLike,
    molar_mass: float,
    gamma: float,
    *,
    covolume: float = 0.0,
    ambient: float = ATMOSPHERE,
) -> Throat:
    """State of a gas in the hole of a vessel at `pressure` (Pa, absolute) and `temperature` (K).

    Isentropic from the vessel to the hole; `covolume` (m3/kg) is Abel and Noble's, 0 for an ideal
    gas. Chokes where the local speed of sound is reached above ambient pressure.

    Raises
    ------
    errors.OutOfRange
        For a pressure not above ambient or above 1.1e8 Pa, a temperature outside 20 to 2000 K, a
        molar mass outside 0.002 to 0.5 kg/mol, gamma outside 1.01 to 1.67.

    Source: Johnson (2005) as used by Schefer et al. (2007), Int. J. Hydrogen Energy 32:2081;
    docs/models/gas_release.md.
    """
    p0 = within("pressure", pressure, np.nextafter(ambient, np.inf), 1.1e8, unit="Pa")
    t0 = within("temperature", temperature, 20, 2000, unit="K")
    r = GAS_CONSTANT / float(within("molar_mass", molar_mass, 0.002, 0.5, unit="kg/mol"))
    g = float(within("gamma", gamma, 1.01, 1.67))
    p0, t0 = np.broadcast_arrays(p0, t0)
    rho0 = p0 / (r * t0 + covolume * p0)
    sonic = _sonic_density(rho0, g, covolume)
    choked = _state(sonic, rho0, t0, r, g, covolume)
    free = _state(_density_at(ambient, rho0, p0, g, covolume), rho0, t0, r, g, covolume)
    is_choked = choked[0] >= ambient
    picked = [np.where(is_choked, one, other) for one, other in zip(choked, free, strict=True)]
    return Throat(picked[0], picked[1], picked[2], picked[3], np.asarray(is_choked))


def gas_rate(area: npt.ArrayLike, state: Throat, discharge: npt.ArrayLike = 0.85) -> FloatArray:
    """Mass flow (kg/s) through `area` (m2) at the state in the hole.

    Raises
    ------
    errors.OutOfRange
        For an area not above 0, a coefficient outside 0.5 to 1.
    """
    hole = positive("area", area, unit="m2")
    return within("discharge", discharge, 0.5, 1) * hole * state.density * state.speed


def _sonic_density(rho0: FloatArray, g: float, b: float) -> FloatArray:
    low, high = np.zeros_like(rho0), np.array(rho0)
    for _ in range(_STEPS):
        rho = (low + high) / 2
        free = 1 - b * rho
        head = (rho0 / (1 - b * rho0)) ** (g - 1)
        here = (rho / free) ** (g - 1) * (1 + (g - 1) / (2 * free**2))
        low, high = np.where(here < head, rho, low), np.where(here < head, high, rho)
    return (low + high) / 2


def _density_at(
    pressure: float, rho0: FloatArray, p0: FloatArray, g: float, b: float
) -> FloatArray:
    free = (1 / rho0 - b) * (p0 / pressure) ** (1 / g)
    return 1 / (free + b)


def _state(
    rho: FloatArray, rho0: FloatArray, t0: FloatArray, r: float, g: float, b: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    temperature = t0 * ((1 / rho0 - b) / (1 / rho - b)) ** (g - 1)
    pressure = r * temperature / (1 / rho - b)
    cp = r * g / (g - 1)
    p0 = r * t0 / (1 / rho0 - b)
    drop = cp * (t0 - temperature) + b * (p0 - pressure)
    return pressure, temperature, rho, np.sqrt(np.maximum(2 * drop, 0))
