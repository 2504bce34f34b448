"""Societal risk: how often how many die at once."""

from collections.abc import Sequence

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within
from chengan.core.risk.footprint import Outcome, Source
from chengan.core.risk.point_risk import Frame


def casualties(
    sources: Sequence[Source],
    rose: FloatArray,
    x: FloatArray,
    y: FloatArray,
    people: FloatArray,
    indoors: float = 0.0,
) -> FloatArray:
    """Rows of (frequency a year, deaths) for each outcome in each weather and direction.

    Parameters
    ----------
    x, y : (groups,) m east and north; people : (groups,)
    indoors : share of the people that is in houses; the others run from a fire where they can

    Raises
    ------
    errors.ShapeMismatch
        If the groups' columns differ in length.
    errors.OutOfRange
        For a share outside 0 to 1.
    """
    if not len(x) == len(y) == len(people):
        raise errors.ShapeMismatch("x, y and people must be columns of one length")
    inside = float(within("indoors", indoors, 0, 1))
    groups = (people * (1 - inside), people * inside)
    rows = [np.zeros((0, 2))]
    for source in sources:
        frame = Frame(source, np.column_stack([x, y]), rose.shape[1])
        rows += [_of_outcome(frame, outcome, rose, groups) for outcome in source.outcomes]
    return np.vstack(rows)


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
    frame: Frame, outcome: Outcome, rose: FloatArray, groups: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Frequencies and deaths, (rows, 2), of those in the open and those in houses."""
    runs, indoors = outcome.fled or outcome, outcome.indoors or outcome
    if runs.disc is not None and indoors.disc is not None:
        dead = groups[0] @ runs.disc.on(frame.distance)
        dead += groups[1] @ indoors.disc.on(frame.distance)
        return np.array([[outcome.frequency * float(rose.sum()), dead]])
    rows = [np.zeros((0, 2))]
    for shares, *plumes in zip(rose, runs.plumes, indoors.plumes, strict=True):
        deaths = np.zeros(len(shares))
        for people, plume in zip(groups, plumes, strict=True):
            if plume is not None and people.any():
                deaths += people @ frame.death(plume)
        if deaths.any():
            rows.append(np.column_stack([outcome.frequency * shares, deaths]))
    return np.vstack(rows)
