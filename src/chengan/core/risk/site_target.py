"""Who is to be protected: a target of a siting review, its class and its people."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from shapely import Polygon, contains_xy

from chengan.core import errors
from chengan.core.arrays import FloatArray

CLASSES: Final = {
    "high_sensitive": "high",
    "important": "high",
    "general_1": "high",
    "general_2": "second",
    "general_3": "third",
}
"""Classes of GB 36894-2018 and the line of the criteria that each is judged by."""
_STEP: Final = 25.0  # m between points on which a target is judged


@dataclass(frozen=True)
class Target:
    """One protected target: m east and north.

    Parameters
    ----------
    kind : a key of `CLASSES`
    outline : array of float, shape (n, 2): one point, or the corners of its ground in order
    people_day, people_night : in the whole target
    is_new : judged by the limit for new plants and targets, else by that for those in service
    """

    name: str
    kind: str
    outline: FloatArray
    people_day: float = 0.0
    people_night: float = 0.0
    is_new: bool = True

    def __post_init__(self) -> None:
        """Refuse an unknown class and an outline without a point."""
        if self.kind not in CLASSES:
            known = ", ".join(CLASSES)
            raise errors.OutOfRange(f"{self.name}: class must be one of {known}, got {self.kind!r}")
        corners = np.asarray(self.outline, np.float64)
        if corners.ndim != 2 or corners.shape[1] != 2 or not len(corners):
            raise errors.OutOfRange(f"{self.name}: an outline is (n, 2) m, n at least 1")
        object.__setattr__(self, "outline", corners)

    def points(self) -> FloatArray:
        """(n, 2) m: its edge every 25 m, and its ground on a grid of that step (at most 400)."""
        if len(self.outline) < 3:
            return self.outline
        edge = _along_edge(np.vstack([self.outline, self.outline[:1]]))
        return np.vstack([edge, _inside(self.outline)])

    def centre(self) -> FloatArray:
        """(2,) m: the middle of its corners."""
        return self.outline.mean(axis=0)

    def moved(self, by: FloatArray) -> "Target":
        """The same target `by` (2,) m elsewhere."""
        rest = (self.people_day, self.people_night, self.is_new)
        return Target(self.name, self.kind, self.outline + by, *rest)


def _along_edge(ring: FloatArray) -> FloatArray:
    parts = []
    for start, end in pairwise(ring):
        steps = max(int(np.ceil(np.hypot(*(end - start)) / _STEP)), 1)
        parts.append(start + np.arange(steps)[:, None] / steps * (end - start))
    return np.vstack(parts)


def _inside(outline: FloatArray) -> FloatArray:
    shape = Polygon(outline)
    west, south, east, north = shape.bounds
    step = max(_STEP, float(np.sqrt((east - west) * (north - south) / 400)))
    x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    held = np.column_stack([x.ravel(), y.ravel()])
    return held[contains_xy(shape.buffer(0), held[:, 0], held[:, 1])]
