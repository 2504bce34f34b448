"""Individual risk on a map: the risk tables of all sources laid over its cells.

Source: the method is docs/models/individual-risk.md; a plume keeps its shape when it turns, so
that outcomes, weather and directions are summed once for each source and not once for each cell.
"""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import Source
from chengan.core.risk.polar import FLOOR, NEAREST_M, table

THREADS = 2
NODES = 4097  # of a disc


@dataclass(frozen=True)
class Grid:
    """Cells of a map: centres at west + i·spacing and south + j·spacing, m."""

    west: float
    south: float
    spacing: float
    columns: int
    rows: int

    def __post_init__(self) -> None:
        """Refuse an empty grid."""
        if not (self.spacing > 0 and self.columns > 0 and self.rows > 0):
            raise errors.OutOfRange("a grid has a spacing > 0 m and at least one cell")


def individual_risk(sources: Sequence[Source], rose: FloatArray, grid: Grid) -> FloatArray:
    """Give the yearly probability of death of one who stays in the open in each cell.

    Parameters
    ----------
    sources : Source, any number
    rose : array of float, shape (weathers, directions)
        See `polar.table`.
    grid : Grid

    Returns
    -------
    array of float, shape (rows, columns), southernmost row first
        What is cut off is at most `len(sources)` · polar.FLOOR a year in a cell.

    Raises
    ------
    OutOfRange
    """
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [list(sources[k::THREADS]) for k in range(THREADS)]
        parts = pool.map(lambda some: _laid(some, rose, grid), shares)
        return np.sum(list(parts), axis=0)


def cut_off(sources: Sequence[Source]) -> float:
    """Give the bound of what `individual_risk` leaves out in any cell, a year."""
    return len(sources) * FLOOR


def _laid(sources: Sequence[Source], rose: FloatArray, grid: Grid) -> FloatArray:
    total = np.zeros((grid.rows, grid.columns))
    for source in sources:
        polar = table(source, rose)
        east = grid.west - source.x
        north = grid.south - source.y
        _lay(total, polar.log_risk, polar.reach, east, north, grid.spacing)
        for each in source.outcomes:
            if each.disc is not None:
                reach = float(each.disc.distance[-1])
                risk = each.frequency * np.sum(rose) * each.disc.on(np.linspace(0, reach, NODES))
                _lay_disc(total, risk, reach, east, north, grid.spacing)
    return total


@njit(cache=True, nogil=True)
def _lay_disc(
    total: FloatArray, risk: FloatArray, reach: float, east: float, north: float, spacing: float
) -> None:
    """Add what depends on the distance alone; `risk` at equal steps from 0 to `reach`."""
    rows, columns = total.shape
    to_node = (risk.size - 1) / reach
    low = max(0, math.ceil((-reach - north) / spacing))
    for j in range(low, min(rows, math.floor((reach - north) / spacing) + 1)):
        y = north + j * spacing
        half = math.sqrt(max(0.0, reach * reach - y * y))
        left = max(0, math.ceil((-half - east) / spacing))
        for i in range(left, min(columns, math.floor((half - east) / spacing) + 1)):
            x = east + i * spacing
            place = math.sqrt(x * x + y * y) * to_node
            below = min(int(place), risk.size - 2)
            total[j, i] += risk[below] + (place - below) * (risk[below + 1] - risk[below])


@njit(cache=True, nogil=True, fastmath={"contract", "arcp", "nsz"})
def _lay(
    total: FloatArray, log_risk: np.ndarray, reach: float, east: float, north: float, spacing: float
) -> None:
    """Add one table to the cells within its reach; the first cell lies at (east, north) of it."""
    first = NEAREST_M**0.25
    to_radius = (log_risk.shape[0] - 1) / (reach**0.25 - first)
    angles = log_risk.shape[1] - 1
    to_angle = angles / (2 * math.pi)
    rows, columns = total.shape
    low = max(0, math.ceil((-reach - north) / spacing))
    for j in range(low, min(rows, math.floor((reach - north) / spacing) + 1)):
        y = north + j * spacing
        half = math.sqrt(max(0.0, reach * reach - y * y))
        left = max(0, math.ceil((-half - east) / spacing))
        for i in range(left, min(columns, math.floor((half - east) / spacing) + 1)):
            x = east + i * spacing
            place = max(0.0, (math.sqrt(math.sqrt(math.sqrt(x * x + y * y))) - first) * to_radius)
            turn = _bearing(x, y) * to_angle
            r = min(int(place), log_risk.shape[0] - 2)
            a = min(int(turn), angles - 1)
            out, round_ = np.float32(place - r), np.float32(turn - a)
            near = log_risk[r, a] + round_ * (log_risk[r, a + 1] - log_risk[r, a])
            far = log_risk[r + 1, a] + round_ * (log_risk[r + 1, a + 1] - log_risk[r + 1, a])
            total[j, i] += np.exp(near + out * (far - near))


@njit(cache=True, inline="always", fastmath={"contract", "arcp", "nsz"})
def _bearing(x: float, y: float) -> float:
    """Angle clockwise from north, 0–2π; a polynomial for the arc tangent, within 2e-6 rad."""
    across, along = abs(x), abs(y)
    least, most = min(across, along), max(across, along)
    t = least / most if most > 0.0 else 0.0
    u = t * t
    angle = t * (
        0.99997726
        + u
        * (-0.33262347 + u * (0.19354346 + u * (-0.11643287 + u * (0.05265332 - u * 0.01172120))))
    )
    if across > along:
        angle = 0.5 * math.pi - angle
    if y < 0.0:
        angle = math.pi - angle
    if x < 0.0:
        angle = 2 * math.pi - angle
    return angle
