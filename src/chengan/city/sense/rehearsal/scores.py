"""What another limit of a score would have raised, from the scores of one run.

What the joint model learned and followed is that of the run; only where it alarms is moved. So a
higher limit keeps those alarms whose score reached it, from then on, and a lower one adds the
stretches that reached it while no alarm was on.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chengan.city.sense.rehearsal.breaches import Breach

APART: int = 63
"""Rows below a lower limit after which it is another stretch: half the longest horizon, as calm."""


def at_limit(
    breaches: Sequence[Breach], time: np.ndarray, times_limit: np.ndarray, factor: float
) -> list[Breach]:
    """The breaches of one run as they would be with `factor` times the limit, oldest first.

    time, times_limit : (rows,), of every row judged; `times_limit` 1 is the limit of the run.
    """
    if factor == 1.0:
        return list(breaches)
    passes = times_limit > factor
    if factor > 1.0:
        return [made for each in breaches for made in _later(each, time, passes)]
    return sorted([*breaches, *_more(breaches, time, passes)], key=lambda each: each.onset)


def _rows(breach: Breach, time: np.ndarray) -> tuple[int, int]:
    last = len(time) if breach.end is None else int(np.searchsorted(time, breach.end, "right"))
    return int(np.searchsorted(time, breach.onset)), last


def _later(breach: Breach, time: np.ndarray, passes: np.ndarray) -> list[Breach]:
    """The breach from where it passes the higher limit; none where it never does."""
    first, last = _rows(breach, time)
    there = np.flatnonzero(passes[first:last])
    return [replace(breach, onset=int(time[first + there[0]]))] if len(there) else []


def _more(breaches: Sequence[Breach], time: np.ndarray, passes: np.ndarray) -> list[Breach]:
    """Stretches that pass a lower limit away from every breach of the run."""
    free = passes.copy()
    for each in breaches:
        first, last = _rows(each, time)
        free[max(0, first - APART) : last + APART] = False
    there = np.flatnonzero(free)
    if not len(there):
        return []
    parts = np.split(there, np.flatnonzero(np.diff(there) > APART) + 1)
    return [_stretch(part, time) for part in parts]


def _stretch(rows: np.ndarray, time: np.ndarray) -> Breach:
    return Breach("joint", int(time[rows[0]]), int(time[rows[-1]]), 0, np.nan, np.nan)
