"""Travel times without roads: the straight line times a stated factor."""

import numpy as np
from numpy.typing import ArrayLike

from chengan.core.arrays import FloatArray
from chengan.core.errors import OutOfRange

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth, metres (IUGG)."""
DETOUR = 1.4
"""Way over streets divided by the straight line: our own design figure, the city's to set."""


def distances_m(
    from_lon: ArrayLike, from_lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike
) -> FloatArray:
    """Give the great-circle distance of each pair, metres, within 0.6 % of the ellipsoid's.

    Parameters
    ----------
    from_lon, from_lat : array of float, shape (origins,), degrees
    to_lon, to_lat : array of float, shape (targets,), degrees

    Returns
    -------
    array of float, shape (origins, targets)

    Source: haversine formula, mean radius of the Earth.
    """
    lon1, lat1 = np.radians(np.asarray(from_lon, float)), np.radians(np.asarray(from_lat, float))
    lon2, lat2 = np.radians(np.asarray(to_lon, float)), np.radians(np.asarray(to_lat, float))
    north = np.sin((lat2[None, :] - lat1[:, None]) / 2) ** 2
    east = np.sin((lon2[None, :] - lon1[:, None]) / 2) ** 2
    half = north + np.cos(lat1)[:, None] * np.cos(lat2)[None, :] * east
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))), float)


def times_s(distance_m: ArrayLike, speed_m_s: ArrayLike, *, detour: float = DETOUR) -> FloatArray:
    """Give the seconds for straight distances at `speed_m_s` (broadcast), times `detour`.

    Raises
    ------
    OutOfRange
        If a speed is not positive or the factor is below 1.
    """
    speed = np.asarray(speed_m_s, float)
    if not (speed > 0).all():
        raise OutOfRange(f"a speed is more than 0 m/s, got {speed.min():g} m/s")
    if not detour >= 1:
        raise OutOfRange(f"a way is no shorter than the straight line: factor >= 1, got {detour:g}")
    return np.asarray(np.asarray(distance_m, float) * detour / speed, float)
