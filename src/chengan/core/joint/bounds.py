"""How far columns went in each case of each switch, and which of these bounds are laws.

See `laws` for what they are for.
"""

from enum import IntEnum
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray, IntArray

FEW: Final[int] = 6
"""A switch takes no more values than that."""
CHANCE: Final[float] = 1e-30
"""A bound that chance explains no better than this is a law; switches know of each other, too."""
BLOCKS: Final[int] = 10
REACH: Final[float] = 3.0
"""A margin is this many times the furthest that a block went beyond the others."""
LEAST: Final[float] = 0.2
"""Least margin of a law, in spreads of the column."""
FAR: Final[float] = 0.3
"""Least margin of a range, in spreads of the column."""
STEADY: Final[float] = 0.1
"""Share of its range by which a column's extremes may move from block to block to be a bound."""
ROWS: Final[int] = 5000
"""Rows below which nothing is said of a range, and margins are wider by as much."""


class Case(IntEnum):
    """What a switch does in a row: twice its state in the row before, and its state now."""

    STAYS_OFF = 0
    TURNS_ON = 1
    TURNS_OFF = 2
    STAYS_ON = 3


def switches_of(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Columns of few values, at least two, and the least value of each."""
    found, rest = [], []
    for j in range(values.shape[1]):
        column = values[:, j]
        kinds = np.unique(column[np.isfinite(column)])
        if 2 <= len(kinds) <= FEW and len(column) > 20 * len(kinds):
            found.append(j)
            rest.append(float(kinds[0]))
    return np.array(found, np.int64), np.array(rest, np.float64)


def cases(
    values: FloatArray, before: FloatArray, switches: IntArray, rest: FloatArray
) -> list[IntArray]:
    """The case (rows,) of each row, per switch; -1 unknown; the last all 0."""
    out = []
    for j, off in zip(switches.tolist(), rest.tolist(), strict=True):
        known = np.isfinite(values[:, j]) & np.isfinite(before[:, j])
        out.append(np.where(known, 2 * (before[:, j] > off) + (values[:, j] > off), -1))
    return [*out, np.zeros(len(values), np.int64)]


def bounds(
    seen: FloatArray, found: list[IntArray]
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Lower and upper bounds with their margins, infinite where there is no law."""
    least, most = extremes(seen, found)
    low, below = _bound(least)
    high, above = _bound(-most)
    runs = np.array([_runs(each) for each in found[:-1]], np.int64).reshape(-1, len(Case))
    scale, width = _scale(seen), -high[-1, 0] - low[-1, 0]
    return _law(seen, runs, low, below, scale, width), _mirrored(
        *_law(-seen, runs, high, above, scale, width)
    )


def _mirrored(bound: FloatArray, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
    return -bound, margin


def extremes(seen: FloatArray, found: list[IntArray]) -> tuple[FloatArray, FloatArray]:
    """Least and greatest of each block, (blocks, switches + 1, cases, figures); NaN left out."""
    known = np.isfinite(seen)
    lowest, highest = np.where(known, seen, np.inf), np.where(known, seen, -np.inf)
    shape = (BLOCKS, len(found), len(Case), seen.shape[1])
    least, most = np.full(shape, np.inf), np.full(shape, -np.inf)
    for b, part in enumerate(np.array_split(np.arange(len(seen)), BLOCKS)):
        for k, case in enumerate(found):
            for c in Case:
                rows = part[case[part] == c]
                least[b, k, c] = lowest[rows].min(0, initial=np.inf)
                most[b, k, c] = highest[rows].max(0, initial=-np.inf)
    return least, most


def _bound(least: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower bound of all blocks, and `REACH` times what the lowest lies below the next."""
    order = np.sort(least, axis=0)[:2]
    is_known = np.isfinite(order).all(0)
    gap = np.where(is_known, order[1] - np.where(is_known, order[0], 0.0), np.inf)
    return order[0], REACH * gap


def _scale(seen: FloatArray) -> FloatArray:
    known = np.isfinite(seen)
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, seen, 0.0).sum(0) / count
    spread = np.sqrt(np.where(known, (seen - mean) ** 2, 0.0).sum(0) / count)
    out: FloatArray = np.maximum(spread, 1e-6 * np.maximum(np.abs(mean), 1e-3))
    return out


def _runs(case: IntArray) -> IntArray:
    """How many separate runs each case has; (cases,)."""
    begun = np.diff(case, prepend=-2) != 0
    found: IntArray = np.bincount(case[begun & (case >= 0)], minlength=len(Case))
    return found


def _law(
    seen: FloatArray,
    runs: IntArray,
    low: FloatArray,
    below: FloatArray,
    scale: FloatArray,
    width: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Lower bounds and margins; -inf where chance explains a bound, or blocks do not agree on it.

    width : (figures,), of each column's whole range.
    """
    margin = np.maximum(below, LEAST * scale) * max(1.0, ROWS / len(seen))
    margin[-1] = np.maximum(margin[-1], FAR * scale)
    is_law = np.isfinite(margin) & np.isfinite(low)
    reach = np.where(is_law, low, 0.0) - np.where(is_law, margin, 0.0)
    for j in range(seen.shape[1]):
        column = np.sort(seen[np.isfinite(seen[:, j]), j])
        share = np.searchsorted(column, reach[:-1, :, j]) / max(len(column), 1)
        chance = runs * np.log1p(-np.minimum(share, 1 - 1e-9))
        is_law[:-1, :, j] &= chance < np.log(CHANCE)
    is_law[-1] = False
    is_law[-1, 0] = (below[-1, 0] <= STEADY * width) & (len(seen) >= ROWS)
    return np.where(is_law, low, -np.inf), np.where(is_law, margin, 1.0)
