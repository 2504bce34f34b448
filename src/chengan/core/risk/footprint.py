"""What an outcome does on the ground, as a few numbers along the distance: plumes and discs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from chengan.core import errors
from chengan.core.arrays import FloatArray

FARTHEST_M: Final = 10_000.0
"""Beyond this the laws of dispersion are not published: no plume is drawn there."""


@dataclass(frozen=True)
class Plume:
    """Death probability downwind of a source for one weather class.

    At `x` metres downwind and `y` across it is Φ(probit(x) − slope·y²/(2·spread(x)²) − 5): for a
    plume of normal cross-section and a probit a + b·ln(cⁿt), `slope` = b·n. Nearer than the first
    distance, as at the first. Upwind it closes as half an ellipse, `upwind` times less far than to
    its sides at the source. Nothing beyond the last distance: give the plume until it hurts nobody
    (or to FARTHEST_M); and nothing farther than FARTHEST_M from the source.

    Parameters
    ----------
    distance : array of float, shape (n,), m, increasing, > 0, at most FARTHEST_M
    probit : array of float, shape (n,), on the centre line (5 = half die)
    spread : array of float, shape (n,), m, > 0, standard deviation across
    slope : float, > 0
    upwind : float, >= 1

    Raises
    ------
    OutOfRange
    """

    distance: FloatArray
    probit: FloatArray
    spread: FloatArray
    slope: float
    upwind: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no plume."""
        _refuse_axis("distance", self.distance, len(self.probit), len(self.spread))
        if not np.all(np.asarray(self.spread) > 0):
            raise errors.OutOfRange(f"spread must be positive, got {np.min(self.spread):g} m")
        if not self.slope > 0:
            raise errors.OutOfRange(f"slope must be positive, got {self.slope:g}")
        if not self.upwind >= 1:
            raise errors.OutOfRange(f"upwind must be 1 or more, got {self.upwind:g}")
        if self.distance[-1] > FARTHEST_M * (1 + 1e-9):
            raise errors.OutOfRange(
                f"a plume ends at {FARTHEST_M:g} m, got {self.distance[-1]:g} m"
            )

    @cached_property
    def widest2(self) -> float:
        """m2: farther aside than the root of this it kills less than one in 1e15."""
        room = np.maximum(np.asarray(self.probit) - 5.0 + 8.0, 0.0)
        return float(np.max(room * 2 * np.asarray(self.spread) ** 2 / self.slope))

    def on(self, nodes: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Give probit and slope / (2 spread²) at `nodes` (m); probit −∞ beyond the last distance.

        Linear in the logarithm of the distance.
        """
        x = np.log(np.maximum(np.asarray(nodes, np.float64), self.distance[0]))
        known = np.log(self.distance)
        probit = np.interp(x, known, self.probit, right=-np.inf)
        spread = np.exp(np.interp(x, known, np.log(self.spread)))
        return probit, self.slope / (2 * spread**2)


@dataclass(frozen=True)
class Disc:
    """Death probability around a source, the same in every direction: a fire, a blast.

    Parameters
    ----------
    distance : array of float, shape (n,), m, increasing, > 0
    death : array of float, shape (n,), 0–1; nothing beyond the last distance

    Raises
    ------
    OutOfRange
    """

    distance: FloatArray
    death: FloatArray

    def __post_init__(self) -> None:
        """Refuse what is no disc."""
        _refuse_axis("distance", self.distance, len(self.death), len(self.death))
        worst = np.asarray(self.death, np.float64)
        if not np.all((worst >= 0) & (worst <= 1)):
            raise errors.OutOfRange("death must lie within 0 and 1")

    def on(self, nodes: ArrayLike) -> FloatArray:
        """Give the probability at `nodes` (m); linear in the distance."""
        return np.interp(np.asarray(nodes, np.float64), self.distance, self.death, right=0.0)


@dataclass(frozen=True)
class Outcome:
    """A footprint and how often a year it happens; a plume for each weather class, or one disc.

    `plumes[w]` is None where the outcome hurts nobody in weather class `w`. It is what kills one
    who stays in the open; `fled` those who run from it and `indoors` those in houses, of the same
    kind, where that differs: societal risk asks for them.
    """

    frequency: float
    disc: Disc | None = None
    plumes: Sequence[Plume | None] = ()
    fled: "Outcome | None" = None
    indoors: "Outcome | None" = None

    def __post_init__(self) -> None:
        """Refuse a negative frequency, and both or neither of the two kinds."""
        if not self.frequency >= 0:
            raise errors.OutOfRange(f"frequency must be 0 or more a year, got {self.frequency:g}")
        if (self.disc is None) == (not self.plumes):
            raise errors.OutOfRange("an outcome is a disc or plumes, not both and not neither")
        for other in (self.fled, self.indoors):
            if other is not None and (
                (other.disc is None) != (self.disc is None) or len(other.plumes) != len(self.plumes)
            ):
                raise errors.OutOfRange("those who run or are indoors have discs or plumes as well")


@dataclass(frozen=True)
class Source:
    """Where outcomes begin: `x` metres east and `y` metres north of the origin."""

    x: float
    y: float
    outcomes: Sequence[Outcome]


def _refuse_axis(name: str, axis: ArrayLike, *lengths: int) -> None:
    given = np.asarray(axis, np.float64)
    if given.ndim != 1 or len(given) < 2 or set(lengths) != {len(given)}:
        raise errors.OutOfRange(f"{name} and what stands beside it must be equally long, 2 or more")
    if not (given[0] > 0 and np.all(np.diff(given) > 0)):
        raise errors.OutOfRange(f"{name} must be positive and increasing")
