"""What each sensor would read of each possible source, by the wind: the forward model.

A Gaussian plume with reflection at the ground; its width grows with distance x as 0.35 x^0.95 + 2 m
and its height as 0.15 x^0.95 + 1 m (our own choice for open sites within some 100 m, near neutral,
readings of a minute). Source: Turner (1970), Workbook of Atmospheric Dispersion Estimates, eq. 3.1;
docs/models/detection.md.
"""

from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray

PPM_PER_KG_M3: Final[float] = 24.05e6 / 16.04
"""Methane at 20 °C and 101.3 kPa: molar volume over molar mass."""
REACH_M: Final[float] = 100.0
"""So far from a sensor a source may be named."""
_CALM: Final[float] = 0.5
"""m/s; a slower wind is taken as this, for a plume model knows no calm."""


def sensitivities(
    sources: FloatArray, sensors: FloatArray, towards: FloatArray, speed: FloatArray
) -> FloatArray:
    """Concentration at each sensor for 1 kg/s from each source, kg/m³, (rows, sources, sensors).

    NaN in rows whose wind is not known.

    Parameters
    ----------
    sources, sensors : (n, 3), east, north, height above ground in m.
    towards : (rows,), direction into which the wind blows, rad, from east anticlockwise.
    speed : (rows,), m/s.

    Raises
    ------
    errors.ShapeMismatch
        If the wind's columns differ in length or a place has no three figures.
    """
    if towards.shape != speed.shape or sources.shape[1:] != (3,) or sensors.shape[1:] != (3,):
        raise errors.ShapeMismatch("towards and speed must match; places are east, north, height")
    east = sensors[None, :, 0] - sources[:, None, 0]
    north = sensors[None, :, 1] - sources[:, None, 1]
    along = east * np.cos(towards)[:, None, None] + north * np.sin(towards)[:, None, None]
    across = north * np.cos(towards)[:, None, None] - east * np.sin(towards)[:, None, None]
    x = np.maximum(along, 1.0)
    wide, high = 0.35 * x**0.95 + 2.0, 0.15 * x**0.95 + 1.0
    up = sensors[None, :, 2] - sources[:, None, 2]
    mirrored = sensors[None, :, 2] + sources[:, None, 2]
    vertical = np.exp(-0.5 * (up / high) ** 2) + np.exp(-0.5 * (mirrored / high) ** 2)
    wind = np.maximum(speed, _CALM)[:, None, None]
    seen = np.exp(-0.5 * (across / wide) ** 2) * vertical / (2 * np.pi * wide * high * wind)
    out: FloatArray = np.where(along > 0, seen, 0.0)
    out[~np.isfinite(towards + speed)] = np.nan
    return out


def blown_towards(blows_from: FloatArray) -> FloatArray:
    """Where a wind blows to, rad from east anticlockwise, by whence, rad from north clockwise."""
    return np.asarray(1.5 * np.pi - blows_from)
