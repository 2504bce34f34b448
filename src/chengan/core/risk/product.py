"""Methods that multiply judged factors: LEC (D = L x E x C), MES (R = M x E x S), L x S.

The scales from which a factor's value is taken, and the bands of the product, are data of the
method's edition; LEC's published ones stand here, with their traps in the tests.

Source of LEC's tables: Graham and Kinney's method as Chinese enterprises use it, agreeing copies
in public code (mark V-). MES has no published table at hand: a city gives its own.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk.bands import Bands

LEC_LIKELIHOOD: Final = (0.1, 0.2, 0.5, 1.0, 3.0, 6.0, 10.0)
LEC_EXPOSURE: Final = (0.5, 1.0, 2.0, 3.0, 6.0, 10.0)
LEC_CONSEQUENCE: Final = (1.0, 3.0, 7.0, 15.0, 40.0, 100.0)
LEC_BANDS: Final = Bands((70.0, 160.0, 320.0), (2, 3, 4, 5))


def score(factors: npt.ArrayLike) -> FloatArray:
    """Product of each row's factors.

    Parameters
    ----------
    factors : array, shape (rows, factors), dimensionless, >= 0; NaN where not judged

    Returns
    -------
    score : array, shape (rows,)
        NaN where a factor is missing.

    Raises
    ------
    errors.OutOfRange
        If a factor is negative.
    """
    given = np.atleast_2d(np.asarray(factors, dtype=np.float64))
    if np.any(given < 0):
        row = int(np.argmax(np.any(given < 0, axis=1)))
        raise errors.OutOfRange(
            "factors must not be negative, got {got} in row {row}", got=str(given[row]), row=row
        )
    made = given[:, 0].copy()
    for column in range(1, given.shape[1]):
        made *= given[:, column]
    return made


def off_scale(factors: npt.ArrayLike, scales: Sequence[Sequence[float]]) -> npt.NDArray[np.bool_]:
    """Say of each factor whether it stands on none of its scale's steps; NaN is not off.

    Parameters
    ----------
    factors : array, shape (rows, factors)
    scales : one sequence of allowed values for each factor

    Returns
    -------
    off : array of bool, shape (rows, factors)
    """
    given = np.atleast_2d(np.asarray(factors, dtype=np.float64))
    if given.shape[1] != len(scales):
        raise errors.ShapeMismatch(f"{len(scales)} factors wanted, got {given.shape[1]}")
    columns = [~np.isin(given[:, n], np.asarray(scale)) for n, scale in enumerate(scales)]
    off: npt.NDArray[np.bool_] = np.stack(columns, axis=1) & ~np.isnan(given)
    return off
