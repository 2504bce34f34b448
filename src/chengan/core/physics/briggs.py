"""Briggs' curves: how wide a plume is, by stability, in open country and in town."""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.physics.ranges import within
from chengan.core.physics.stability import known_class

REFERENCE_AVERAGING: Final = 600.0  # s, of the curves

# (a, b, p): a x (1 + b x)^p
_RURAL_Y: Final = {"A": 0.22, "B": 0.16, "C": 0.11, "D": 0.08, "E": 0.06, "F": 0.04}
_RURAL_Z: Final = {
    "A": (0.20, 0.0, 0.0),
    "B": (0.12, 0.0, 0.0),
    "C": (0.08, 0.0002, -0.5),
    "D": (0.06, 0.0015, -0.5),
    "E": (0.03, 0.0003, -1.0),
    "F": (0.016, 0.0003, -1.0),
}
_URBAN_Y: Final = {"A": 0.32, "B": 0.32, "C": 0.22, "D": 0.16, "E": 0.11, "F": 0.11}
_URBAN_Z: Final = {
    "A": (0.24, 0.001, 0.5),
    "B": (0.24, 0.001, 0.5),
    "C": (0.20, 0.0, 0.0),
    "D": (0.14, 0.0003, -0.5),
    "E": (0.08, 0.0015, -0.5),
    "F": (0.08, 0.0015, -0.5),
}


def spread(
    distance: npt.ArrayLike, stability: str, terrain: str = "rural", averaging: float = 600.0
) -> tuple[FloatArray, FloatArray]:
    """Standard deviations across and up (m) of a plume at `distance` (m) downwind.

    Parameters
    ----------
    distance : m, 1 to 10,000 (published for 100 to 10,000; the straight part reaches back to 1)
    terrain : "rural" or "urban"
    averaging : s, 20 to 3600; the width across goes with its power 0.2

    Raises
    ------
    errors.OutOfRange
        For a figure outside its range, an unknown class or terrain.

    Source: Briggs (1973), ATDL-106, as tabulated by Hanna, Briggs and Hosker (1982), DOE/TIC-11223,
    table 4.5; docs/models/gaussian_plume.md.
    """
    x = within("distance", distance, 1, 10_000, unit="m")
    seconds = float(within("averaging", averaging, 20, 3600, unit="s"))
    letter = known_class(stability)
    if terrain not in ("rural", "urban"):
        raise errors.OutOfRange(f"terrain must be rural or urban, got {terrain!r}")
    is_rural = terrain == "rural"
    slope = (_RURAL_Y if is_rural else _URBAN_Y)[letter]
    bend = 0.0001 if is_rural else 0.0004
    a, b, p = (_RURAL_Z if is_rural else _URBAN_Z)[letter]
    longer = (seconds / REFERENCE_AVERAGING) ** 0.2
    return slope * x / np.sqrt(1 + bend * x) * longer, a * x * (1 + b * x) ** p
