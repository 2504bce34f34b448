"""Where a leak likely is: fallen pressures against what a leak at each node would take away.

Drops d at the sensors, noise of covariance N, and the pattern s of a node: a leak of the size that
fits best there gains g = (s·N⁻¹·d)² / (2 s·N⁻¹·s) in log-likelihood over "no leak", where the size
comes out positive, else 0. Ranges: one leak at a time, small enough that pressures fall in
proportion to it; sensors whose noise was learned while all was well.

A drop here is a day's mean less than that of the seven days before the day before it: a leak that
grows for some days is seen, the season is not.

Source: Pudar and Liggett (1992), J. Hydraul. Eng. 118, 1031 (sensitivities); the matched filter of
detection theory, Kay (1998), Fundamentals of Statistical Signal Processing II, 4.4.
"""

from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray

RIDGE: Final[float] = 1e-3
"""Of the mean variance, added to each: a covariance of few rows has directions without noise."""

BEFORE: Final[int] = 7
GAP: Final[int] = 1
LEAST_DAYS: Final[int] = 30
"""So many days must be known: from the others' drops comes the noise."""


def drops(days: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Drops of the last day, (sensors,), and the noise of a day's drops, (sensors, sensors).

    days : (days, sensors), mean pressure by day, the last one is asked about; NaN missing.

    Raises
    ------
    errors.OutOfRange
        If fewer than `LEAST_DAYS` days hold every sensor, or the last one does not.
    """
    first = BEFORE + GAP
    known = np.asarray(np.isfinite(days).all(axis=1))
    if int(known.sum()) < LEAST_DAYS or not known[-1]:
        raise errors.OutOfRange(
            "needs {least} days of every sensor, the last one among them; there are {days}",
            least=LEAST_DAYS, days=int(known.sum()),
        )  # fmt: skip
    fallen = [_mean(days[k - first : k - GAP]) - days[k] for k in range(first, len(days))]
    calm = np.array(fallen[: -first - 1])
    calm = calm[np.isfinite(calm).all(axis=1)]
    return fallen[-1], np.cov(calm.T)


def _mean(days: FloatArray) -> FloatArray:
    known = days[np.isfinite(days).all(axis=1)]
    found: FloatArray = known.mean(axis=0) if len(known) else np.full(days.shape[1], np.nan)
    return found


def gains(sensitivities: FloatArray, drops: FloatArray, noise: FloatArray) -> FloatArray:
    """Gain in log-likelihood (nats) of a leak at each node over none, (nodes,).

    Parameters
    ----------
    sensitivities : (nodes, sensors), pressure lost to a leak of one size at each node, any unit.
    drops : (sensors,), expected less seen.
    noise : (sensors, sensors), covariance of the drops while all is well, in the unit of `drops`.

    Raises
    ------
    errors.ShapeMismatch
        If they are of other sensors.
    errors.OutOfRange
        If a figure is not finite, or nothing ever varies.
    """
    count = len(drops)
    if sensitivities.shape[1:] != (count,) or noise.shape != (count, count):
        raise errors.ShapeMismatch(f"{sensitivities.shape} and {noise.shape} for {count} sensors")
    mean = float(np.trace(noise)) / max(count, 1)
    parts = (sensitivities, drops, noise)
    if not all(np.isfinite(part).all() for part in parts) or mean <= 0:
        raise errors.OutOfRange("drops, sensitivities and noise must be finite, and noise above 0")
    inverse = np.linalg.inv(noise + RIDGE * mean * np.eye(count))
    size = np.sqrt(np.einsum("ij,jk,ik->i", sensitivities, inverse, sensitivities))
    far = sensitivities @ inverse @ drops
    found: FloatArray = (
        np.where((size > 0) & (far > 0), far / np.where(size > 0, size, 1.0), 0.0) ** 2 / 2.0
    )
    return found


def pipes(gain: FloatArray, ends: FloatArray) -> FloatArray:
    """Gain of each pipe, (pipes,): the mean of its two ends' (`ends`, (pipes, 2), nodes)."""
    found: FloatArray = gain[ends.astype(np.int64)].mean(axis=1)
    return found
