"""Who goes where: one resource for each task, at the least total weighted travel time."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from chengan.core.arrays import IntArray
from chengan.core.errors import OutOfRange, ShapeMismatch


def assign(time_s: ArrayLike, allowed: ArrayLike, weight: ArrayLike) -> IntArray:
    """Give the resource of each task, -1 for none; as many tasks as possible, then least time.

    Parameters
    ----------
    time_s : array of float, shape (tasks, resources), seconds, >= 0; read where allowed
    allowed : array of bool, shape (tasks, resources)
        Whether the resource can do the task at all.
    weight : array of float, shape (tasks,), > 0
        How much a second of this task counts: a graver case weighs more.

    Returns
    -------
    array of int, shape (tasks,)

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    OutOfRange
        If an allowed time is negative or not a number, or a weight is not positive.

    Source: Crouse (2016), rectangular linear assignment, scipy's implementation.
    """
    time, may = np.asarray(time_s, float), np.asarray(allowed, bool)
    heavy = np.asarray(weight, float)
    if time.ndim != 2 or may.shape != time.shape or heavy.shape != time.shape[:1]:
        raise ShapeMismatch(f"shapes differ: {time.shape}, {may.shape}, {heavy.shape}")
    if not (time[may] >= 0).all() or not (heavy > 0).all():
        raise OutOfRange("times are 0 s or more and weights more than 0")
    chosen = np.full(len(time), -1, np.int64)
    if not may.any():
        return chosen
    cost = np.where(may, time * heavy[:, None], 0.0)
    impossible = (cost.max() + 1.0) * (min(cost.shape) + 1)
    tasks, resources = linear_sum_assignment(np.where(may, cost, impossible))
    real = may[tasks, resources]
    chosen[tasks[real]] = resources[real]
    return chosen
