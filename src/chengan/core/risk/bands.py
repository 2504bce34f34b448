"""From a figure to a level by half-open intervals: an edge belongs to the band above it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import CodeArray

NO_DATA = -1


@dataclass(frozen=True)
class Bands:
    """`levels[i]` holds for edges[i-1] <= x < edges[i]; one level more than edges.

    Raises
    ------
    errors.LimitsError
        If edges do not rise, levels fall, or their number is wrong: more danger must never get
        a lower level.
    """

    edges: tuple[float, ...]
    levels: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.edges) + 1:
            raise errors.LimitsError(
                "{edges} edges part {bands} bands, got {levels}",
                edges=len(self.edges),
                bands=len(self.edges) + 1,
                levels=len(self.levels),
            )
        if not np.all(np.isfinite(self.edges)) or np.any(np.diff(self.edges) <= 0):
            raise errors.LimitsError(
                "edges must be finite and rise, got {edges}", edges=_listed(self.edges)
            )
        if np.any(np.diff(self.levels) < 0):
            raise errors.LimitsError(
                "levels must not fall as the figure rises: {levels}", levels=_listed(self.levels)
            )

    def level(self, figure: npt.ArrayLike) -> CodeArray:
        """Level of each figure, any shape; NO_DATA where the figure is not a number."""
        given = np.asarray(figure, dtype=np.float64)
        found = np.asarray(self.levels, dtype=np.int8)[
            np.searchsorted(np.asarray(self.edges), given, side="right")
        ]
        return np.where(np.isnan(given), np.int8(NO_DATA), found).astype(np.int8)


def _listed(figures: tuple[float, ...]) -> str:
    return ", ".join(f"{each:g}" for each in figures)
