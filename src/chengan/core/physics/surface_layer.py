"""Wind and mixing in the lowest hundred metres, by Monin and Obukhov's similarity."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import VON_KARMAN
from chengan.core.physics.ranges import positive, within


def momentum_correction(height: npt.ArrayLike, obukhov_inverse: float) -> FloatArray:
    """Integrated stability correction of the wind profile at `height` (m).

    Source: Dyer (1974), Boundary-Layer Meteorol. 7:363; Paulson (1970) for the integral.
    """
    zeta = np.asarray(height, dtype=np.float64) * obukhov_inverse
    root = (1 - 16 * np.minimum(zeta, 0)) ** 0.25
    unstable = (
        2 * np.log((1 + root) / 2) + np.log((1 + root**2) / 2) - 2 * np.arctan(root) + np.pi / 2
    )
    return np.where(zeta < 0, unstable, -5 * np.clip(zeta, 0, 1) - 5 * np.log(np.maximum(zeta, 1)))


def heat_gradient(height: npt.ArrayLike, obukhov_inverse: float) -> FloatArray:
    """Dimensionless gradient of heat, and of a gas that mixes like heat, at `height` (m).

    Source: Dyer (1974), with 5 above a neutral slope, which saturates at z = L.
    """
    zeta = np.asarray(height, dtype=np.float64) * obukhov_inverse
    return np.where(zeta < 0, (1 - 16 * np.minimum(zeta, 0)) ** -0.5, 1 + 5 * np.clip(zeta, 0, 1))


def friction_velocity(
    wind: npt.ArrayLike, height: float, roughness: float, obukhov_inverse: float
) -> FloatArray:
    """Friction velocity (m/s) that gives `wind` (m/s) at `height` (m).

    Raises
    ------
    errors.OutOfRange
        For a wind not above 0, a roughness outside 1e-5 to 3 m, a height not above twice it.
    """
    speed = positive("wind", wind, unit="m/s")
    z0 = float(within("roughness", roughness, 1e-5, 3, unit="m"))
    z = float(within("height", height, 2 * z0, 500, unit="m"))
    return VON_KARMAN * speed / _profile(z, z0, obukhov_inverse)


def wind_at(
    height: npt.ArrayLike, friction: npt.ArrayLike, roughness: float, obukhov_inverse: float
) -> FloatArray:
    """Mean wind (m/s) at `height` (m), 0 at the roughness length and below."""
    z = np.maximum(np.asarray(height, dtype=np.float64), roughness * (1 + 1e-9))
    u = np.asarray(friction) / VON_KARMAN * _profile(z, roughness, obukhov_inverse)
    return np.maximum(u, 0.0)


def _profile(z: npt.ArrayLike, z0: float, inverse: float) -> FloatArray:
    return (
        np.log(np.asarray(z) / z0)
        - momentum_correction(z, inverse)
        + momentum_correction(z0, inverse)
    )
