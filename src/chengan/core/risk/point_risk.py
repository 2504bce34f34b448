"""Individual risk at a few points, outcome by outcome, in plain arrays.

For a map see `individual_grid`; the numbers are those of `individual_direct`, whose threads cost
more than they save where the points are few.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import FARTHEST_M, Outcome, Plume, Source


def risk_at_points(sources: Sequence[Source], rose: FloatArray, points: FloatArray) -> FloatArray:
    """Yearly probability of death in the open at `points` (n, 2) m, shape (n,)."""
    total = np.zeros(len(points))
    for source in sources:
        frame = Frame(source, points, rose.shape[1])
        for outcome in source.outcomes:
            total += frame.risk(outcome, rose)
    return total


def outcome_risks(source: Source, rose: FloatArray, point: FloatArray) -> list[float]:
    """Yearly probability of death at one point (2,) m by each of a source's outcomes."""
    frame = Frame(source, np.reshape(point, (1, 2)), rose.shape[1])
    return [float(frame.risk(each, rose)[0]) for each in source.outcomes]


class Frame:
    """Points seen from a source: along and across each direction of the wind."""

    def __init__(self, source: Source, points: FloatArray, directions: int) -> None:
        away = np.asarray(points, np.float64) - (source.x, source.y)
        angle = 2 * np.pi * np.arange(directions) / directions
        self.distance = np.maximum(np.hypot(away[:, 0], away[:, 1]), 1.0)
        self.along = np.outer(away[:, 0], np.sin(angle)) + np.outer(away[:, 1], np.cos(angle))
        across = np.outer(away[:, 0], np.cos(angle)) - np.outer(away[:, 1], np.sin(angle))
        self.across2 = across**2
        self.behind2 = np.minimum(self.along, 0.0) ** 2
        self.is_near = (self.distance <= FARTHEST_M)[:, None]

    def risk(self, outcome: Outcome, rose: FloatArray) -> FloatArray:
        """Yearly probability of death by one outcome at each point."""
        if outcome.disc is not None:
            return outcome.frequency * float(rose.sum()) * outcome.disc.on(self.distance)
        total = np.zeros(len(self.distance))
        for plume, shares in zip(outcome.plumes, rose, strict=True):
            if plume is not None and shares.any():
                total += self.death(plume) @ shares
        return outcome.frequency * total

    def death(self, plume: Plume) -> FloatArray:
        """Probability of death by a plume, (points, directions)."""
        aside = self.across2 + plume.upwind**2 * self.behind2
        near = (aside <= plume.widest2) & (self.along <= plume.distance[-1]) & self.is_near
        death = np.zeros(self.along.shape)
        if near.any():
            probit, narrow = plume.on(np.maximum(self.along[near], 0.0))
            death[near] = ndtr(probit - narrow * aside[near] - 5)
        return death
