"""Probits: the straight line between the logarithm of a dose and the probability of death."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within


def probability(probit: npt.ArrayLike) -> FloatArray:
    """Probability (0 to 1) of a probit; 5 is one half.

    Source: Finney (1971), Probit Analysis: the normal distribution about 5.
    """
    return np.asarray(ndtr(np.asarray(probit, dtype=np.float64) - 5))


def probit_of(share: npt.ArrayLike) -> FloatArray:
    """The probit of a probability strictly between 0 and 1.

    Raises
    ------
    errors.OutOfRange
        For a probability of 0, of 1 or beyond.
    """
    part = within("share", share, np.nextafter(0, 1), np.nextafter(1, 0))
    return np.asarray(ndtri(part) + 5)


def of_dose(dose: npt.ArrayLike, a: float, b: float) -> FloatArray:
    """Probability of a + b ln(dose); a dose of 0 harms nobody.

    Raises
    ------
    errors.OutOfRange
        For a dose below 0.
    """
    load = within("dose", dose, 0)
    with np.errstate(divide="ignore"):
        return probability(a + b * np.log(load))
