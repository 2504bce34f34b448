"""Whether a cloud is dense: the test that a Gaussian must pass."""

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import BoolArray, FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within

CONTINUOUS_LIMIT = 0.15
INSTANT_LIMIT = 0.20


def continuous(
    density: npt.ArrayLike, volume_rate: npt.ArrayLike, wind: npt.ArrayLike, density_air: float
) -> FloatArray:
    """Britter and McQuaid's figure (g' q / (u^3 D))^(1/3), D = (q/u)^(1/2); 0 for a light gas.

    Parameters
    ----------
    density : of the cloud at its source, kg/m3; volume_rate : m3/s; wind : at 10 m, m/s

    Raises
    ------
    errors.OutOfRange
        For figures not above 0, a wind outside 0.5 to 50 m/s.

    Source: Britter and McQuaid (1988), HSE CRR 17/1988, section 6; docs/models/dense_gas.md.
    """
    reduced = _reduced_gravity(density, density_air)
    q = positive("volume_rate", volume_rate, unit="m3/s")
    u = within("wind", wind, 0.5, 50, unit="m/s")
    return np.cbrt(reduced * q / (u**3 * np.sqrt(q / u)))


def instant(
    density: npt.ArrayLike, volume: npt.ArrayLike, wind: npt.ArrayLike, density_air: float
) -> FloatArray:
    """Britter and McQuaid's figure (g' V^(1/3))^(1/2) / u of a cloud let go at once.

    Raises
    ------
    errors.OutOfRange
        For figures not above 0, a wind outside 0.5 to 50 m/s.
    """
    reduced = _reduced_gravity(density, density_air)
    room = positive("volume", volume, unit="m3")
    return np.sqrt(reduced * np.cbrt(room)) / within("wind", wind, 0.5, 50, unit="m/s")


def is_dense(figure: npt.ArrayLike, *, is_instant: bool = False) -> BoolArray:
    """True where a cloud is too dense for a passive law."""
    return np.asarray(figure) > (INSTANT_LIMIT if is_instant else CONTINUOUS_LIMIT)


def require_passive(figure: npt.ArrayLike, *, is_instant: bool = False) -> None:
    """Refuse a Gaussian for a dense cloud.

    Raises
    ------
    errors.OutOfRange
        Naming the figure and the limit; a dense-gas law is to be used.
    """
    limit = INSTANT_LIMIT if is_instant else CONTINUOUS_LIMIT
    worst = float(np.max(figure))
    if worst > limit:
        raise errors.OutOfRange(
            "the cloud is dense: Britter and McQuaid's figure is {worst:.3g}, above {limit}; "
            "a Gaussian does not hold, use dense_gas",
            worst=worst,
            limit=limit,
        )


def _reduced_gravity(density: npt.ArrayLike, density_air: float) -> FloatArray:
    rho = positive("density", density, unit="kg/m3")
    air = float(positive("density_air", density_air, unit="kg/m3"))
    return GRAVITY * np.maximum(rho - air, 0) / air
