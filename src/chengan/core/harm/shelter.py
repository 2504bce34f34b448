"""Being indoors, and walking away."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import positive, within


def indoor_concentration(
    outdoor: npt.ArrayLike,
    seconds: npt.ArrayLike,
    passage: npt.ArrayLike,
    air_changes: float = 1.0,
) -> FloatArray:
    """Mean concentration inside over `seconds` from the cloud's arrival, in the unit of `outdoor`.

    Parameters
    ----------
    passage : s that the cloud takes to pass; air_changes : per hour, 0.05 to 20

    Raises
    ------
    errors.OutOfRange
        For times not above 0 or air changes outside the range.

    Source: one well-mixed room, TNO Green Book (CPR 16E, 1992), chapter 7; docs/models/shelter.md.
    """
    rate = float(within("air_changes", air_changes, 0.05, 20, unit="1/h")) / 3600
    stay = positive("seconds", seconds, unit="s")
    during = np.minimum(positive("passage", passage, unit="s"), stay)
    after = stay - during
    risen = 1 - np.exp(-rate * during)
    inside = during - risen / rate + risen / rate * (1 - np.exp(-rate * after))
    return np.asarray(outdoor) * inside / stay


def exposure_of_escape(
    flux_at: npt.ArrayLike, distances: npt.ArrayLike, *, reaction: float = 5.0, speed: float = 4.0
) -> FloatArray:
    """Thermal dose, (W/m2)^(4/3) s, of a person who reacts and then runs away from a fire.

    Parameters
    ----------
    flux_at : (n,) W/m2 along the way; distances : (n,) m, rising; the first is the start
    reaction : s, 0 to 60; speed : m/s, 0.5 to 6

    Raises
    ------
    errors.OutOfRange
        For figures outside the ranges.

    Source: TNO Green Book (CPR 16E, 1992), chapter 1; docs/models/shelter.md.
    """
    wait = float(within("reaction", reaction, 0, 60, unit="s"))
    pace = float(within("speed", speed, 0.5, 6, unit="m/s"))
    load = within("flux", flux_at, 0, 1e6, unit="W/m2") ** (4 / 3)
    way = np.asarray(distances, dtype=np.float64)
    return load[..., 0] * wait + np.trapezoid(load, way / pace, axis=-1)
