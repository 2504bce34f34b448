"""When the figure that was sent can be told from the SI value, it need not be stored again.

Devices write short decimals. The SI value, brought back to the unit and to nine decimals, is such
a decimal again, to the last bit; where it is not, the figure is kept beside the value.
"""

from typing import Final

import numpy as np

from chengan.core.errors import CoreError
from chengan.core.tables import units

DECIMALS: Final = 1e9
LARGEST: Final = 2.0**53 / DECIMALS
"""Above, nine decimals are more than a float64 holds."""


def told(value: np.ndarray, unit: str) -> np.ndarray:
    """The figure in `unit` that the SI `value` stands for, shape (readings,).

    For a unit that is the SI unit, or none that we know, that is the value itself; else the value
    in the unit, to nine decimals where it is small enough for these.
    """
    try:
        factor, offset = units.scale(unit)
    except CoreError:
        return value
    if (factor, offset) == (1.0, 0.0):
        return value
    figure = (value - offset) / factor
    is_small = np.abs(figure) < LARGEST
    decimal = np.rint(np.where(is_small, figure, 0.0) * DECIMALS) / DECIMALS
    return np.where(is_small, decimal, figure)


def told_each(value: np.ndarray, unit: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """As `told`, each reading in its own unit: `names[unit]`."""
    if len(names) == 1:
        return told(value, names[0])
    found = np.empty(len(value))
    for place, name in enumerate(names):
        mine = np.flatnonzero(unit == place)
        if len(mine):
            found[mine] = told(value[mine], name)
    return found
