"""Societal risk: how often how many die at once."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import Outcome, Source


def casualties(
    sources: Sequence[Source],
    rose: FloatArray,
    x: FloatArray,
    y: FloatArray,
    people: FloatArray,
) -> FloatArray:
    """Rows of (frequency a year, deaths) for each outcome in each weather and direction.

    Parameters
    ----------
    x, y : (groups,) m east and north; people : (groups,) in the open, or their equivalent

    Raises
    ------
    errors.ShapeMismatch
        If the groups' columns differ in length.
    """
    if not len(x) == len(y) == len(people):
        raise errors.ShapeMismatch("x, y and people must be columns of one length")
    rows = [
        row
        for source in sources
        for outcome in source.outcomes
        for row in _of_outcome(source, outcome, rose, x, y, people)
    ]
    return np.array(rows) if rows else np.zeros((0, 2))


def fn_curve(rows: FloatArray) -> FloatArray:
    """(n, 2): numbers of deaths N, rising, and the yearly frequency F of N or more.

    From a tenth of a death on, at most 60 points, evenly in log N; each F is that of its N.
    """
    real = rows[rows[:, 1] >= 0.1]
    if not len(real):
        return np.zeros((0, 2))
    order = np.argsort(real[:, 1])
    number = real[order, 1]
    exceeded = np.cumsum(real[order, 0][::-1])[::-1]
    asked = np.unique(np.append(np.geomspace(number[0], number[-1], 60), number[[0, -1]]))
    place = np.minimum(np.searchsorted(number, asked * (1 - 1e-12)), len(number) - 1)
    kept = np.unique(place)
    return np.column_stack([number[kept], exceeded[kept]])


def potential_loss(rows: FloatArray) -> float:
    """Expected deaths a year (PLL): the sum of frequency times deaths."""
    return float(np.sum(rows[:, 0] * rows[:, 1])) if len(rows) else 0.0


def _of_outcome(
    source: Source, outcome: Outcome, rose: FloatArray, x: FloatArray, y: FloatArray, n: FloatArray
) -> list[tuple[float, float]]:
    east, north = np.asarray(x) - source.x, np.asarray(y) - source.y
    if outcome.disc is not None:
        death = outcome.disc.on(np.hypot(east, north))
        return [(outcome.frequency * float(rose.sum()), float(np.sum(death * n)))]
    rows = []
    for plume, shares in zip(outcome.plumes, rose, strict=True):
        if plume is None:
            continue
        for turn, share in enumerate(shares):
            angle = 2 * np.pi * turn / len(shares)
            along = east * np.sin(angle) + north * np.cos(angle)
            across = east * np.cos(angle) - north * np.sin(angle)
            probit, narrow = plume.on(np.maximum(along, 1.0))
            death = np.where(along > 0, ndtr(probit - narrow * across**2 - 5), 0.0)
            rows.append((outcome.frequency * float(share), float(np.sum(death * n))))
    return rows
