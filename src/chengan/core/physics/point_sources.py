"""Heat radiation of a flame seen as a line of weighted points."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import positive, within
from chengan.core.physics.transmissivity import transmissivity

_POINTS = 50
_PEAK = 0.75  # of the points; Hankinson and Lowesmith (2012)


def line_flux(
    flame: npt.ArrayLike,
    target: npt.ArrayLike,
    radiated: npt.ArrayLike,
    *,
    facing: npt.ArrayLike | None = None,
    temperature: float = 293.15,
    humidity: float = 0.7,
) -> FloatArray:
    """Heat flux (W/m2) at targets that face the flame, or the way they are told.

    Parameters
    ----------
    flame : (2, 3) m, the two ends of a straight flame, source first
    target : (..., 3) m
    radiated : W, above 0, the whole radiant power
    facing : (3,), the outward normal of the targets' surface; towards the flame unless told

    Returns
    -------
    array of shape (...)

    Raises
    ------
    errors.OutOfRange
        For a power not above 0, or a target nearer than 0.1 m to the flame's axis.

    Source: Hankinson and Lowesmith (2012), Combust. Flame 159:1165; docs/models/point_sources.md.
    """
    ends = np.asarray(flame, dtype=np.float64)
    seen = np.asarray(target, dtype=np.float64)
    power = float(positive("radiated", radiated, unit="W"))
    share, along = _weights()
    points = ends[0] + along[:, None] * (ends[1] - ends[0])
    gap = seen[..., None, :] - points
    distance = within("distance from the flame", np.linalg.norm(gap, axis=-1), 0.1, 2000, unit="m")
    seen_at = _cosines(gap, distance, facing)
    clear = transmissivity(distance, temperature, humidity)
    return np.sum(share * clear * seen_at * power / (4 * np.pi * distance**2), axis=-1)


def point_flux(
    distance: npt.ArrayLike, radiated: npt.ArrayLike, clear: npt.ArrayLike = 1.0
) -> FloatArray:
    """Heat flux (W/m2) of one point at `distance` (m): the far field of any fire.

    Raises
    ------
    errors.OutOfRange
        For figures not above 0 and a transmissivity outside 0 to 1.

    Source: API Standard 521 (2014), equation for a flare; docs/models/point_sources.md.
    """
    away = positive("distance", distance, unit="m")
    power = positive("radiated", radiated, unit="W")
    return within("clear", clear, 0, 1) * power / (4 * np.pi * away**2)


def _weights() -> tuple[FloatArray, FloatArray]:
    number = np.arange(1, _POINTS + 1, dtype=np.float64)
    peak = _PEAK * _POINTS
    falling = peak - (peak - 1) / (_POINTS - peak) * (number - peak)
    weight = np.where(number <= peak, number, falling)
    return weight / weight.sum(), (number - 0.5) / _POINTS


def _cosines(gap: FloatArray, distance: FloatArray, facing: npt.ArrayLike | None) -> FloatArray:
    """Cosine between each ray and the surface's normal (the mean ray where none is given)."""
    if facing is None:
        mean = gap.mean(axis=-2, keepdims=True)
    else:
        mean = -np.asarray(facing, dtype=np.float64)
    mean = mean / np.linalg.norm(mean, axis=-1, keepdims=True)
    return np.maximum(np.sum(gap * mean, axis=-1) / distance, 0)
