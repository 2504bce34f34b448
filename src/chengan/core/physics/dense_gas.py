"""Dense gas at the ground: the nomograms of Britter and McQuaid."""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within

_RATIOS: Final = np.array([0.1, 0.05, 0.02, 0.01, 0.005, 0.002])  # cm/c0 of the plume's curves

# Straight pieces of log10(x / D) over a = log10((g0'^2 q / u^5)^(1/5)); one row a ratio, knots of a
# and values; Crowl and Louvar (2011), table 5-4, after Hanna and Drivas (1987).
_PLUME: Final = (
    ((-1.0, -0.55, -0.14, 1.0), ((0, 1.75), (0.24, 1.88), (-0.50, 1.78))),
    ((-1.0, -0.68, -0.29, -0.18, 1.0), ((0, 1.92), (0.36, 2.16), (0, 2.06), (-0.56, 1.96))),
    ((-1.0, -0.69, -0.31, -0.16, 1.0), ((0, 2.08), (0.45, 2.39), (0, 2.25), (-0.54, 2.16))),
    ((-1.0, -0.70, -0.29, -0.20, 1.0), ((0, 2.25), (0.49, 2.59), (0, 2.45), (-0.52, 2.35))),
    ((-1.0, -0.67, -0.28, -0.15, 1.0), ((0, 2.40), (0.59, 2.80), (0, 2.63), (-0.49, 2.56))),
    ((-1.0, -0.69, -0.25, -0.13, 1.0), ((0, 2.60), (0.39, 2.87), (0, 2.77), (-0.50, 2.71))),
)
_PUFF_RATIOS: Final = np.array([0.1, 0.05, 0.02, 0.01, 0.001])
# The same for log10(x / V^(1/3)) over log10((g0' V^(1/3) / u^2)^(1/2)); table 5-5.
_PUFF: Final = (
    ((-0.70, -0.44, 0.43, 1.0), ((0, 0.70), (0.26, 0.81), (0, 0.93))),
    ((-0.70, -0.56, 0.31, 1.0), ((0, 0.85), (0.26, 1.00), (-0.12, 1.12))),
    ((-0.70, -0.66, 0.32, 1.0), ((0, 0.95), (0.36, 1.19), (-0.26, 1.38))),
    ((-0.70, -0.71, 0.37, 1.0), ((0, 1.15), (0.34, 1.39), (-0.38, 1.66))),
    ((-0.70, -0.52, 0.24, 1.0), ((0, 1.48), (0.26, 1.62), (0.30, 1.75))),
)


def plume_distance(
    ratio: float,
    volume_rate: npt.ArrayLike,
    wind: npt.ArrayLike,
    density: npt.ArrayLike,
    density_air: float,
) -> FloatArray:
    """Distance (m) at which a steady dense plume has thinned to `ratio` of its first fraction.

    Parameters
    ----------
    ratio : mean over first volume fraction, 0.002 to 0.1
    volume_rate : m3/s; wind : at 10 m, m/s; density : of the cloud at its source, kg/m3

    Raises
    ------
    errors.OutOfRange
        For a ratio outside 0.002 to 0.1, a wind outside 0.5 to 50 m/s, or a cloud for which
        log10((g'^2 q / u^5)^(1/5)) is above 1 or which is not denser than air.

    Source: Britter and McQuaid (1988), HSE CRR 17/1988, figure 11, in the straight pieces of Crowl
    and Louvar (2011), table 5-4; docs/models/dense_gas.md.
    """
    part = float(within("ratio", ratio, 0.002, 0.1))
    ratios, places = plume_curve(volume_rate, wind, density, density_air)
    return _between(part, ratios, places)


def plume_curve(
    volume_rate: npt.ArrayLike, wind: npt.ArrayLike, density: npt.ArrayLike, density_air: float
) -> tuple[FloatArray, FloatArray]:
    """The nomogram's own ratios (n,), falling, and the distances (n, ...) m where they lie.

    Raises
    ------
    errors.OutOfRange
        As `plume_distance`.
    """
    q = positive("volume_rate", volume_rate, unit="m3/s")
    u = within("wind", wind, 0.5, 50, unit="m/s")
    g = _gravity(density, density_air)
    parameter = within("log10 of the plume's buoyancy", np.log10((g**2 * q / u**5) ** 0.2), -9, 1)
    lengths = np.array([_piecewise(parameter, knots, lines) for knots, lines in _PLUME])
    return _RATIOS, 10**lengths * np.sqrt(q / u)


def puff_distance(
    ratio: float,
    volume: npt.ArrayLike,
    wind: npt.ArrayLike,
    density: npt.ArrayLike,
    density_air: float,
) -> FloatArray:
    """Distance (m) at which a dense cloud let go at once has thinned to `ratio`.

    Raises
    ------
    errors.OutOfRange
        For a ratio outside 0.001 to 0.1, a wind outside 0.5 to 50 m/s, or a cloud for which
        log10((g' V^(1/3) / u^2)^(1/2)) is above 1 or which is not denser than air.

    Source: Britter and McQuaid (1988), figure 12, in the straight pieces of Crowl and Louvar
    (2011), table 5-5; docs/models/dense_gas.md.
    """
    part = float(within("ratio", ratio, 0.001, 0.1))
    ratios, places = puff_curve(volume, wind, density, density_air)
    return _between(part, ratios, places)


def puff_curve(
    volume: npt.ArrayLike, wind: npt.ArrayLike, density: npt.ArrayLike, density_air: float
) -> tuple[FloatArray, FloatArray]:
    """The nomogram's own ratios (n,), falling, and the distances (n, ...) m where they lie.

    Raises
    ------
    errors.OutOfRange
        As `puff_distance`.
    """
    room = positive("volume", volume, unit="m3")
    u = within("wind", wind, 0.5, 50, unit="m/s")
    g = _gravity(density, density_air)
    length = np.cbrt(room)
    parameter = within("log10 of the puff's buoyancy", np.log10(np.sqrt(g * length) / u), -9, 1)
    lengths = np.array([_piecewise(parameter, knots, lines) for knots, lines in _PUFF])
    return _PUFF_RATIOS, 10**lengths * length


def effective_ratio(
    fraction: npt.ArrayLike, temperature: float, temperature_air: float
) -> FloatArray:
    """The ratio to look up for a cold cloud that is to thin to the volume `fraction`.

    Raises
    ------
    errors.OutOfRange
        For a fraction outside 0 to 1, or temperatures (K) not above 0.

    Source: Britter and McQuaid (1988), section 5: the cloud warms as it is mixed.
    """
    part = within("fraction", fraction, 0, 1)
    cold = float(positive("temperature", temperature, unit="K"))
    warm = float(positive("temperature_air", temperature_air, unit="K"))
    return part / (part + (1 - part) * warm / cold)


def width(
    distance: npt.ArrayLike, volume_rate: float, wind: float, density: float, density_air: float
) -> FloatArray:
    """Half-width (m) of a steady dense plume at `distance` (m) downwind.

    Source: Britter and McQuaid (1988), section 4.1: L = L0 + 2.5 (l_b x^2)^(1/3) with the buoyancy
    length l_b = g' q / u^3 and L0 = D + 8 l_b, D = (q/u)^(1/2).
    """
    g = float(_gravity(density, density_air))
    buoyancy = g * volume_rate / wind**3
    start = np.sqrt(volume_rate / wind) + 8 * buoyancy
    return start + 2.5 * np.cbrt(buoyancy * np.asarray(distance, dtype=np.float64) ** 2)


def upwind(volume_rate: float, wind: float, density: float, density_air: float) -> float:
    """How far (m) a steady dense plume reaches against the wind.

    Source: Britter and McQuaid (1988), section 4.1: D / 2 + 2 l_b, as in `width`.
    """
    buoyancy = float(_gravity(density, density_air)) * volume_rate / wind**3
    return float(np.sqrt(volume_rate / wind) / 2 + 2 * buoyancy)


def _gravity(density: npt.ArrayLike, density_air: float) -> FloatArray:
    rho = within("density", density, np.nextafter(density_air, np.inf), 1e4, unit="kg/m3")
    return GRAVITY * (rho - density_air) / density_air


def _piecewise(
    parameter: FloatArray, knots: tuple[float, ...], lines: tuple[tuple[float, float], ...]
) -> FloatArray:
    held = np.maximum(parameter, knots[0])
    piece = np.clip(np.searchsorted(knots[1:-1], held, side="right"), 0, len(lines) - 1)
    table = np.array(lines, dtype=np.float64)
    return table[piece, 0] * held + table[piece, 1]


def _between(part: float, ratios: FloatArray, places: FloatArray) -> FloatArray:
    """Interpolate log distance over log ratio; `ratios` fall."""
    place = float(np.interp(np.log(part), np.log(ratios[::-1]), np.arange(len(ratios))[::-1]))
    low = min(int(place), len(ratios) - 2)
    share = place - low
    return np.asarray(places[low] ** (1 - share) * places[low + 1] ** share)
