"""How much of a fire's radiation the damp air lets through."""

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within


def transmissivity(
    distance: npt.ArrayLike, temperature: npt.ArrayLike = 293.15, humidity: npt.ArrayLike = 0.7
) -> FloatArray:
    """Fraction of heat radiation that passes `distance` (m) of air, 0 to 1.

    Parameters
    ----------
    distance : m, 0 to 2000; below 1 m all of it passes
    temperature : of the air, K, 253 to 323
    humidity : relative, 0.01 to 1

    Raises
    ------
    errors.OutOfRange
        For an argument outside the range named above.

    Source: Wayne (1991), J. Loss Prev. Process Ind. 4:86, water vapour and carbon dioxide at 1500 K
    source temperature; vapour pressure by Tetens; docs/models/transmissivity.md.
    """
    path = np.maximum(within("distance", distance, 0, 2000, unit="m"), 1.0)
    kelvin = within("temperature", temperature, 253, 323, unit="K")
    damp = within("humidity", humidity, 0.01, 1)
    celsius = kelvin - 273.15
    vapour_mmhg = 610.78 * np.exp(17.27 * celsius / (celsius + 237.3)) / 133.322
    water = np.log10(damp * path * vapour_mmhg * 288.651 / kelvin)
    carbon = np.log10(path * 273 / kelvin)
    passed = 1.006 - 0.01171 * water - 0.02368 * water**2 - 0.03188 * carbon + 0.001164 * carbon**2
    return np.clip(passed, 0, 1)


def transmissivity_short(distance: npt.ArrayLike, vapour_pressure: npt.ArrayLike) -> FloatArray:
    """Fraction that passes by the power law of the TNO Yellow Book, for water vapour only.

    `vapour_pressure` (Pa) is the partial pressure of water.

    Raises
    ------
    errors.OutOfRange
        If the product of both is not within 1e4 to 1e5 N/m, the band of this exponent.

    Source: Bagster and Pittblado (1989) in TNO CPR 14E (2005), equation 6.29.
    """
    product = np.asarray(distance, dtype=np.float64) * np.asarray(vapour_pressure)
    return 2.02 * within("distance times vapour pressure", product, 1e4, 1e5, unit="N/m") ** -0.09
