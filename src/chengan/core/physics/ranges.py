"""The refusal of figures outside a law's published range."""

import math

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray


def within(
    name: str,
    value: npt.ArrayLike,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    unit: str = "",
) -> FloatArray:
    """`value` as an array of floats, if all of it lies in [low, high] and is finite.

    Raises
    ------
    errors.OutOfRange
        Naming the argument, the first offending value with its unit, and the range.
    """
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0 and low <= float(array) <= high and math.isfinite(array):
        return array  # the usual case, quickly
    wrong = ~((array >= low) & (array <= high) & np.isfinite(array))
    if np.any(wrong):
        first = float(array[wrong].flat[0]) if array.ndim else float(array)
        raise errors.OutOfRange(f"{name} must be {_span(low, high, unit)}, got {first:g} {unit}")
    return array


def positive(name: str, value: npt.ArrayLike, *, unit: str = "") -> FloatArray:
    """`value` as an array of floats, if all of it is above zero and finite.

    Raises
    ------
    errors.OutOfRange
        Naming the argument and the first offending value.
    """
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0 and 0 < float(array) < math.inf:
        return array
    wrong = ~((array > 0) & np.isfinite(array))
    if np.any(wrong):
        first = float(array[wrong].flat[0]) if array.ndim else float(array)
        raise errors.OutOfRange(f"{name} must be above 0 {unit}, got {first:g} {unit}")
    return array


def _span(low: float, high: float, unit: str) -> str:
    if math.isinf(high):
        return "finite" if math.isinf(low) else f"at least {low:g} {unit}".rstrip()
    if math.isinf(low):
        return f"at most {high:g} {unit}".rstrip()
    return f"from {low:g} to {high:g} {unit}".rstrip()
