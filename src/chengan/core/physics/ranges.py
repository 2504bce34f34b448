"""The refusal of figures outside a law's published range."""

import math

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.sentences import Sentence


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
        raise _refusal(name, _span(low, high, unit), first, unit)
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
        raise _refusal(name, Sentence("above {low}", low=_figure(0, unit)), first, unit)
    return array


def _refusal(name: str, span: Sentence, got: float, unit: str) -> errors.OutOfRange:
    about = {"name": Sentence(name), "span": span, "got": _figure(got, unit)}
    return errors.OutOfRange("{name} must be {span}, got {got}", **about)


def _span(low: float, high: float, unit: str) -> Sentence:
    if math.isinf(low):
        if math.isinf(high):
            return Sentence("finite")
        return Sentence("at most {high}", high=_figure(high, unit))
    if math.isinf(high):
        return Sentence("at least {low}", low=_figure(low, unit))
    return Sentence("from {low} to {high}", low=f"{low:g}", high=_figure(high, unit))


def _figure(value: float, unit: str) -> str:
    return f"{value:g} {unit}".rstrip()
