"""The wind rose of a map: shares of the time, weathers × directions, checked against a source."""

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import Source


def checked_rose(source: Source, rose: FloatArray) -> FloatArray:
    """Give the rose as an array that fits the source, or refuse it."""
    shares = np.ascontiguousarray(rose, np.float64)
    if shares.ndim != 2 or not shares.size or not np.all(shares >= 0):
        raise errors.OutOfRange(
            f"a rose is weathers × directions, no share negative; got shape {shares.shape}"
        )
    for outcome in source.outcomes:
        if outcome.disc is None and len(outcome.plumes) != len(shares):
            raise errors.OutOfRange(
                f"an outcome needs {len(shares)} plumes, one for each weather class; "
                f"got {len(outcome.plumes)}"
            )
    return shares
