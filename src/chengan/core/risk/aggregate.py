"""From many risks to one colour of a cell, a street or a district, by a published rule.

Three rules: `worst` (the highest level), `area` (levels weighted by the area they stand for,
rounded half up), `loss` (the sum of expected losses, by bands). Whatever the rule, a group that
holds a red is red: an average never hides it. A group without any risk has no data.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import CodeArray, FloatArray, IntArray
from chengan.core.risk.bands import NO_DATA, Bands

LEVELS: Final = (2, 3, 4, 5)
RED: Final = 5
RULES: Final = ("worst", "area", "loss")


@dataclass(frozen=True)
class Sums:
    """What a group holds: counts and weights by level of LEVELS (groups, 4), loss (groups,)."""

    counts: IntArray
    weights: FloatArray
    loss: FloatArray


def gather(
    group: npt.ArrayLike,
    level: npt.ArrayLike,
    groups: int,
    *,
    weight: npt.ArrayLike | None = None,
    loss: npt.ArrayLike | None = None,
) -> Sums:
    """Sum risks into groups.

    Parameters
    ----------
    group : array of int, shape (risks,), 0 … groups - 1
    level : array of int, shape (risks,), one of LEVELS, or NO_DATA (then it counts nowhere)
    weight : array, shape (risks,), m2 or whatever each stands for; 1 when not given
    loss : array, shape (risks,), expected loss a year; 0 when not given

    Raises
    ------
    errors.OutOfRange
        If a level is none of LEVELS nor NO_DATA, or a weight or loss negative.
    """
    groups_, level_ = np.asarray(group, dtype=np.int64), np.asarray(level, dtype=np.int64)
    if np.any((level_ != NO_DATA) & ((level_ < LEVELS[0]) | (level_ > RED))):
        raise errors.OutOfRange(f"a level is one of {LEVELS}, or {NO_DATA}")
    weigh = np.ones(level_.size) if weight is None else np.asarray(weight, dtype=np.float64)
    losses = np.zeros(level_.size) if loss is None else np.asarray(loss, dtype=np.float64)
    if np.any(weigh < 0) or np.any(losses < 0):
        raise errors.OutOfRange("weights and losses must not be negative")
    known = level_ != NO_DATA
    cell = groups_[known] * len(LEVELS) + level_[known] - LEVELS[0]
    size = groups * len(LEVELS)
    return Sums(
        np.bincount(cell, minlength=size).reshape(groups, -1),
        _sum(cell, weigh[known], size).reshape(groups, -1),
        _sum(groups_[known], losses[known], groups),
    )


def _sum(index: IntArray, weights: FloatArray, size: int) -> FloatArray:
    return np.bincount(index, weights=weights, minlength=size).astype(np.float64)


def levels(sums: Sums, rule: str, loss_bands: Bands | None = None) -> CodeArray:
    """Give each group's level under `rule`; NO_DATA for an empty group.

    Raises
    ------
    errors.LimitsError
        If the rule is unknown, or `loss` has no bands.
    """
    worst = _worst(sums.counts)
    if rule == "worst":
        return worst
    if rule == "area":
        shown = _mean(sums)
    elif rule == "loss" and loss_bands is not None:
        shown = loss_bands.level(sums.loss)
    else:
        raise errors.LimitsError(f"rule {rule!r}: use one of {RULES}; loss needs bands")
    shown = np.where(worst == RED, RED, shown)
    return np.where(worst == NO_DATA, NO_DATA, shown).astype(np.int8)


def _worst(counts: IntArray) -> CodeArray:
    present = counts > 0
    highest = RED - np.argmax(present[:, ::-1], axis=1)
    return np.where(present.any(axis=1), highest, NO_DATA).astype(np.int8)


def _mean(sums: Sums) -> CodeArray:
    """Weighted mean level, half up; where nothing weighs, the plain mean of what is there."""
    total = sums.weights.sum(axis=1, keepdims=True)
    weights = np.where(total > 0, sums.weights, sums.counts)
    whole = weights.sum(axis=1)
    mean = (weights @ np.asarray(LEVELS, dtype=np.float64)) / np.where(whole > 0, whole, 1.0)
    return np.floor(mean + 0.5).astype(np.int8)
