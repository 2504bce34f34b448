"""Lines of equal risk."""

import contourpy
import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.risk.individual_grid import Grid

LEVELS = (1e-5, 3e-6, 1e-6, 3e-7)


def lines(
    risk: FloatArray, grid: Grid, levels: tuple[float, ...] = LEVELS
) -> dict[float, list[FloatArray]]:
    """For each level the lines, (n, 2) m east and north, where the risk crosses it.

    The logarithm is interpolated between cells.
    """
    east = grid.west + grid.spacing * np.arange(grid.columns)
    north = grid.south + grid.spacing * np.arange(grid.rows)
    made = contourpy.contour_generator(east, north, np.log(np.maximum(risk, 1e-30)))
    return {
        level: [np.asarray(each) for each in made.lines(float(np.log(level)))] for level in levels
    }
