"""A pool that burns: length, tilt, emissive power, and the heat of a solid flame."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within


def burning_rate(heat_of_combustion: float, latent_heat: float, superheat: float = 0.0) -> float:
    """Mass burned per area and time (kg/(m2 s)) by a wide pool of a hydrocarbon.

    `superheat` is cp (Tb - Ta), J/kg, the heat to bring the liquid to its boiling point.

    Raises
    ------
    errors.OutOfRange
        For heats not above 0.

    Source: Burgess and Zabetakis (1962) in TNO CPR 14E (2005), equation 6.67: 0.001 Hc / (Hv + cp
    (Tb - Ta)); docs/models/pool_fire.md.
    """
    burns = float(positive("heat_of_combustion", heat_of_combustion, unit="J/kg"))
    boils = float(positive("latent_heat", latent_heat, unit="J/kg"))
    return 0.001 * burns / (boils + max(superheat, 0.0))


def flame_length(
    diameter: npt.ArrayLike,
    burning: npt.ArrayLike,
    density_air: float = 1.2,
    wind: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Mean visible length (m) of a pool fire.

    Parameters
    ----------
    diameter : m, 0.3 to 100; burning : kg/(m2 s), 0.001 to 0.3; wind : m/s, 0 to 30

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range.

    Source: Thomas (1963), 9th Symp. Combust. 844: 42 D (m/(rho sqrt(g D)))^0.61, and with wind 55 D
    (...)^0.67 u*^-0.21; docs/models/pool_fire.md.
    """
    d = within("diameter", diameter, 0.3, 100, unit="m")
    m = within("burning", burning, 0.001, 0.3, unit="kg/(m2 s)")
    u = within("wind", wind, 0, 30, unit="m/s")
    ratio = m / (density_air * np.sqrt(GRAVITY * d))
    scaled = u / np.cbrt(GRAVITY * m * d / density_air)
    calm = 42 * d * ratio**0.61
    windy = 55 * d * ratio**0.67 * np.maximum(scaled, 1) ** -0.21
    return np.where(scaled > 1, windy, calm)


def tilt(diameter: npt.ArrayLike, burning: npt.ArrayLike, wind: npt.ArrayLike) -> FloatArray:
    """Angle (rad) by which the wind (m/s) leans a pool fire from the vertical.

    Raises
    ------
    errors.OutOfRange
        For figures outside the ranges of `flame_length`.

    Source: American Gas Association (1974) in Mudan (1984), Prog. Energy Combust. Sci. 10:59:
    cos = 1 for u* <= 1, else u*^-1/2; docs/models/pool_fire.md.
    """
    d = within("diameter", diameter, 0.3, 100, unit="m")
    m = within("burning", burning, 0.001, 0.3, unit="kg/(m2 s)")
    u = within("wind", wind, 0, 30, unit="m/s")
    scaled = u / np.cbrt(GRAVITY * m * d / 1.2)
    return np.arccos(np.minimum(1, np.maximum(scaled, 1e-9) ** -0.5))


def emissive_power(diameter: npt.ArrayLike) -> FloatArray:
    """Heat (W/m2) that leaves the surface of a sooty hydrocarbon flame.

    Raises
    ------
    errors.OutOfRange
        For a diameter outside 0.3 to 100 m.

    Source: Mudan (1984): 140 kW/m2 e^(-0.12 D) + 20 kW/m2 (1 - e^(-0.12 D)).
    """
    d = within("diameter", diameter, 0.3, 100, unit="m")
    clear = np.exp(-0.12 * d)
    return 140e3 * clear + 20e3 * (1 - clear)


def view_factor(
    distance: npt.ArrayLike, radius: npt.ArrayLike, length: npt.ArrayLike
) -> FloatArray:
    """Largest view factor of an upright cylinder seen from the ground at `distance` (m, axis).

    Parameters
    ----------
    distance : from the flame's axis, m, above the radius; radius, length : of the flame, m

    Raises
    ------
    errors.OutOfRange
        For a target inside the flame or figures not above 0.

    Source: Mudan (1987), Fire Saf. J. 12:89, equations for zero tilt, horizontal and vertical
    target summed as vectors; docs/models/pool_fire.md.
    """
    r = positive("radius", radius, unit="m")
    h = positive("length", length, unit="m") / r
    x = within("distance over radius", np.asarray(distance) / r, 1.0001)
    big_a = (h**2 + x**2 + 1) / (2 * x)
    big_b = (1 + x**2) / (2 * x)
    root = np.sqrt((x - 1) / (x + 1))
    by_a, by_b = np.sqrt(big_a**2 - 1), np.sqrt(big_b**2 - 1)
    seen_a = np.arctan(np.sqrt((big_a + 1) / (big_a - 1)) * root)
    seen_b = np.arctan(np.sqrt((big_b + 1) / (big_b - 1)) * root)
    side = np.arctan(h / np.sqrt(x**2 - 1)) - h * np.arctan(root) + h * big_a / by_a * seen_a
    upright = side / (np.pi * x)
    flat = ((big_b - 1 / x) / by_b * seen_b - (big_a - 1 / x) / by_a * seen_a) / np.pi
    return np.minimum(np.sqrt(upright**2 + flat**2), 1.0)
