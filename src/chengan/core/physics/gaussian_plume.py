"""A steady plume of passive gas: the Gaussian with reflection at the ground."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics import briggs
from chengan.core.physics.ranges import positive, within


def concentration(
    rate: npt.ArrayLike,
    distance: npt.ArrayLike,
    wind: npt.ArrayLike,
    stability: str,
    *,
    source_height: float = 0.0,
    height: npt.ArrayLike = 1.5,
    offset: npt.ArrayLike = 0.0,
    terrain: str = "rural",
    averaging: float = 600.0,
) -> FloatArray:
    """Concentration (kg/m3) of a passive gas; upwind of the source it is 0.

    Parameters
    ----------
    rate : kg/s; wind : at the plume's height, m/s, 0.5 to 50
    distance, offset, height : of the receptors, m; up to 10,000 m downwind
    source_height : m, 0 to 300

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range. Whether a gas is passive is said by `richardson`, which
        callers must ask first.

    Source: Turner (1970), AP-26, equation 3.1; spreads of `briggs`; docs/models/gaussian_plume.md.
    """
    q = positive("rate", rate, unit="kg/s")
    u = within("wind", wind, 0.5, 50, unit="m/s")
    high = float(within("source_height", source_height, 0, 300, unit="m"))
    x = within("distance", distance, -1e6, 10_000, unit="m")
    downwind = np.maximum(x, 1.0)
    wide, tall = briggs.spread(downwind, stability, terrain, averaging)
    z = within("height", height, 0, 300, unit="m")
    across = np.exp(-0.5 * (np.asarray(offset) / wide) ** 2)
    up = np.exp(-0.5 * ((z - high) / tall) ** 2) + np.exp(-0.5 * ((z + high) / tall) ** 2)
    return np.where(x >= 1.0, q / (2 * np.pi * u * wide * tall) * across * up, 0.0)
