"""Major hazards of GB 18218-2018: identification by S, grading by R.

S = sum(q/Q), a unit with S >= 1 is a major hazard; R = alpha x sum(beta x q/Q). q is the design
maximum of storage. A unit with nothing entered, or an amount missing, is *data missing*: it has no
grade, though S of the known amounts may show already that it is a major hazard.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import BoolArray, CodeArray, FloatArray
from chengan.core.risk.bands import NO_DATA

PEOPLE_EDGES: Final = (1.0, 30.0, 50.0, 100.0)
PEOPLE_FACTORS: Final = (0.5, 1.0, 1.2, 1.5, 2.0)
GRADE_EDGES: Final = (10.0, 50.0, 100.0)
NOT_MAJOR: Final = 0


@dataclass(frozen=True)
class Scale:
    """An edition's steps: `people_factors` one more than `people_edges`, four grades by R.

    Raises
    ------
    errors.LimitsError
        If edges do not rise, factors fall or are not positive, or their number is wrong.
    """

    people_edges: tuple[float, ...] = PEOPLE_EDGES
    people_factors: tuple[float, ...] = PEOPLE_FACTORS
    grade_edges: tuple[float, ...] = GRADE_EDGES

    def __post_init__(self) -> None:
        if len(self.people_factors) != len(self.people_edges) + 1:
            raise errors.LimitsError(
                "{edges} edges of people part {parts} factors, got {factors}",
                edges=len(self.people_edges),
                parts=len(self.people_edges) + 1,
                factors=len(self.people_factors),
            )
        if len(self.grade_edges) != len(GRADE_EDGES):
            raise errors.LimitsError("three edges of R part four grades")
        for edges in (self.people_edges, self.grade_edges):
            if not np.all(np.isfinite(edges)) or np.any(np.diff(edges) <= 0) or edges[0] <= 0:
                raise errors.LimitsError(
                    "edges are positive and rise, got {edges}", edges=str(edges)
                )
        if self.people_factors[0] <= 0 or np.any(np.diff(self.people_factors) < 0):
            raise errors.LimitsError("more people never lower the factor, and it is positive")


PUBLISHED: Final = Scale()


@dataclass(frozen=True)
class Units:
    """One entry a unit: `s`, `r` (NaN where missing), `grade` 1–4, 0 not major, -1 no data.

    `is_complete` is False where an amount is missing: then `s` and `r` are lower bounds and there
    is no grade.
    """

    s: FloatArray
    r: FloatArray
    grade: CodeArray
    is_complete: BoolArray


def people_factor(people: npt.ArrayLike, scale: Scale = PUBLISHED) -> FloatArray:
    """Factor alpha for people within 500 m outside the fence; NaN where unknown.

    By hand: 0 -> 0.5, 29 -> 1.0, 30 -> 1.2, 99 -> 1.5, exactly 100 -> 2.0.

    Raises
    ------
    errors.OutOfRange
        If a count is negative.
    """
    given = np.asarray(people, dtype=np.float64)
    if np.any(given < 0):
        raise errors.OutOfRange(
            "people must not be negative, got {got:g}", got=float(np.nanmin(given))
        )
    place = np.searchsorted(scale.people_edges, given, side="right")
    found = np.asarray(scale.people_factors)[place]
    return np.where(np.isnan(given), np.nan, found)


def grade_of(r: npt.ArrayLike, scale: Scale = PUBLISHED) -> CodeArray:
    """Grade 1 (R >= 100, as published) to 4 (R < 10) of each R; -1 where it is not a number."""
    given = np.asarray(r, dtype=np.float64)
    found = 4 - np.searchsorted(scale.grade_edges, given, side="right")
    return np.where(np.isnan(given), NO_DATA, found).astype(np.int8)


def rate(
    *,
    unit: npt.ArrayLike,
    amount: npt.ArrayLike,
    threshold: npt.ArrayLike,
    beta: npt.ArrayLike,
    people: npt.ArrayLike,
    scale: Scale = PUBLISHED,
) -> Units:
    """Identify and grade every unit in one pass.

    Parameters
    ----------
    unit : array of int, shape (rows,): which unit holds the substance, 0 … units - 1
    amount, threshold : arrays, shape (rows,), same unit of mass; amount >= 0 or NaN (missing)
    beta : array, shape (rows,), dimensionless
    people : array, shape (units,): people within 500 m outside the fence; NaN unknown
    scale : the edition's steps of people and R

    Raises
    ------
    errors.OutOfRange
        If an amount is negative or a threshold not positive.
    errors.ShapeMismatch
        If a row names no unit.
    """
    people_ = np.asarray(people, dtype=np.float64)
    units, q = np.asarray(unit, dtype=np.int64), np.asarray(amount, dtype=np.float64)
    capital_q = np.asarray(threshold, dtype=np.float64)
    count = people_.size
    if np.any(q < 0) or np.any(~(capital_q > 0)):
        raise errors.OutOfRange("amounts must not be negative and thresholds must be positive")
    if units.size and (units.min() < 0 or units.max() >= count):
        raise errors.ShapeMismatch("a row names a unit outside 0 … {last}", last=count - 1)
    share, known = q / capital_q, ~np.isnan(q)
    rows = np.bincount(units, minlength=count)
    missing = np.bincount(units, weights=~known, minlength=count)
    filled = np.where(known, share, 0.0)
    s: FloatArray = np.bincount(units, weights=filled, minlength=count).astype(np.float64)
    weighted = np.bincount(units, weights=filled * np.asarray(beta), minlength=count)
    complete = (rows > 0) & (missing == 0)
    r = people_factor(people_, scale) * weighted
    grade = np.where(complete, np.where(s >= 1, grade_of(r, scale), NOT_MAJOR), NO_DATA)
    nothing = rows == missing
    shown_s: FloatArray = np.where(nothing, np.nan, s)
    shown_r: FloatArray = np.where(nothing, np.nan, r)
    return Units(shown_s, shown_r, grade.astype(np.int8), complete)
