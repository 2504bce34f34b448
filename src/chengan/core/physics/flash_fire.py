"""How far a cloud reaches that would burn if it were lit."""

from collections.abc import Callable

import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT
from chengan.core.physics.ranges import positive, within


def limit_concentration(
    fraction: float, molar_mass: float, temperature: float = 293.15, pressure: float = ATMOSPHERE
) -> float:
    """Concentration (kg/m3) of a gas at its volume `fraction` in air, such as its LFL.

    Raises
    ------
    errors.OutOfRange
        For a fraction outside 0 to 1 or figures not above 0.
    """
    part = float(within("fraction", fraction, 0, 1))
    mass = float(positive("molar_mass", molar_mass, unit="kg/mol"))
    return part * pressure * mass / (GAS_CONSTANT * float(positive("temperature", temperature)))


def reach(
    concentration: Callable[[FloatArray], FloatArray], limit: float, farthest: float = 10_000.0
) -> float:
    """Greatest distance (m) at which `concentration` (of distance) is at least `limit`.

    Scans 400 distances from 1 m to `farthest`, then halves the bracket; 0 if never reached.

    Raises
    ------
    errors.OutOfRange
        If the limit is still exceeded at `farthest`: the law's range is too short for it.
    """
    positive("limit", limit)
    far = np.geomspace(1, farthest, 400)
    above = concentration(far) >= limit
    if not above.any():
        return 0.0
    last = int(np.flatnonzero(above)[-1])
    if last == len(far) - 1:
        within("distance to the limit", np.inf, 0, farthest, unit="m")
    low, high = far[last], far[last + 1]
    for _ in range(30):
        middle = (low + high) / 2
        if float(concentration(np.array([middle]))[0]) >= limit:
            low = middle
        else:
            high = middle
    return float(low)
