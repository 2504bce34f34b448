"""Individual risk on a map: the risk tables of all sources laid over its cells.

Source: the method is docs/models/individual-risk.md; a plume keeps its shape when it turns, so
that outcomes, weather and directions are summed once for each source and not once for each cell.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from scipy.special import ndtr

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk import plume_cells, standard_normal
from chengan.core.risk.footprint import Disc, Outcome, Plume, Source
from chengan.core.risk.plume_columns import columns
from chengan.core.risk.polar import Polar, table
from chengan.core.risk.rose import checked_rose

THREADS: Final = 2
DISC_NODES: Final = 4097
NEAR_CELLS: Final = 8
"""So many cells from a source the map is computed cell by cell."""
FEW_CELLS: Final = 2000
"""A plume that covers no more is laid cell by cell."""
STEEP: Final = 5.0
"""And so is one whose slope is above: a table would have to be finer than the cells."""


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
        Share of the time; the wind blows *towards* direction d, d·360°/directions clockwise from
        north.
    grid : Grid

    Returns
    -------
    array of float, shape (rows, columns), southernmost row first
        What is cut off is at most `cut_off(sources)` a year in a cell.

    Raises
    ------
    OutOfRange
    """
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [list(sources[k::THREADS]) for k in range(THREADS)]
        parts = pool.map(lambda some: _laid(some, rose, grid), shares)
        return np.sum(list(parts), axis=0, dtype=np.float64)


def cut_off(sources: Sequence[Source]) -> float:
    """Give the bound of what `individual_risk` leaves out in any cell, a year."""
    often = sum(each.frequency for one in sources for each in one.outcomes if each.disc is None)
    return float(often * ndtr(standard_normal.LEAST))


def _laid(sources: Sequence[Source], rose: FloatArray, grid: Grid) -> np.ndarray:
    total = np.zeros((grid.rows, grid.columns), np.float32)
    for source in sources:
        shares = checked_rose(source, rose)
        place = (grid.west - source.x, grid.south - source.y, grid.spacing)
        for each in source.outcomes:
            if each.disc is not None:
                _add_disc(total, each.disc, each.frequency * float(shares.sum()), place)
        _add_plumes(total, source, shares, place)
    return total


def _add_plumes(
    total: np.ndarray, source: Source, shares: FloatArray, place: tuple[float, float, float]
) -> None:
    """Add a source's plumes: what is steep, small or near cell by cell, the rest turned."""
    near = NEAR_CELLS * place[2]
    plumes = [each for each in source.outcomes if each.disc is None]
    far = max((_end(each) for one in plumes for each in one.plumes if each), default=0.0)
    turned = []
    for plume, weather, frequency in _with_time(plumes, shares):
        one = columns(plume, weather, frequency, far)
        if plume.slope > STEEP or one.area() <= FEW_CELLS * place[2] ** 2:
            own = columns(plume, weather, frequency, _end(plume))
            plume_cells.lay(total, own, shares[weather], place)
        else:
            turned.append(one)
            plume_cells.lay(total, one, shares[weather], place, near)
    polar = table(turned, shares, near)
    if polar is not None:
        _lay(total, polar, place)


def _end(plume: Plume) -> float:
    return float(plume.distance[-1])


def _with_time(
    outcomes: Sequence[Outcome], shares: FloatArray
) -> Iterator[tuple[Plume, int, float]]:
    """Plumes with their weather class and frequency, where that weather has any time."""
    for outcome in outcomes:
        for weather, plume in enumerate(outcome.plumes):
            if plume is not None and outcome.frequency > 0 and shares[weather].any():
                yield plume, weather, outcome.frequency


def _add_disc(
    total: np.ndarray, disc: Disc, often: float, place: tuple[float, float, float]
) -> None:
    reach = float(disc.distance[-1])
    _lay_disc(total, often * disc.on(np.linspace(0, reach, DISC_NODES)), reach, *place)


@njit(cache=True, nogil=True)
def _lay_disc(
    total: np.ndarray, risk: FloatArray, reach: float, east: float, north: float, spacing: float
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


def _lay(total: np.ndarray, polar: Polar, place: tuple[float, float, float]) -> None:
    low = math.sqrt(polar.nearest)
    to_bin = (len(polar.place) - 1) / (math.sqrt(polar.reach) - low)
    room = np.empty((3, total.shape[1]), np.float32)
    _lay_polar(
        total, polar.root, polar.place, (low, to_bin, polar.nearest, polar.reach), place, room
    )


@njit(cache=True, nogil=True)
def _lay_polar(
    total: np.ndarray,
    root: np.ndarray,
    bins: np.ndarray,
    axis: tuple[float, float, float, float],
    place: tuple[float, float, float],
    room: np.ndarray,
) -> None:
    """Add one table to the cells between its first radius and its reach."""
    low, to_bin, nearest, reach = axis
    east, north, spacing = place
    rows, columns = total.shape
    begin = max(0, math.ceil((-reach - north) / spacing))
    for j in range(begin, min(rows, math.floor((reach - north) / spacing) + 1)):
        y = north + j * spacing
        half = math.sqrt(max(0.0, reach * reach - y * y))
        first = max(0, math.ceil((-half - east) / spacing))
        last = min(columns, math.floor((half - east) / spacing) + 1)
        hole = math.sqrt(max(0.0, nearest * nearest - y * y))
        stop = again = last  # cells right of the hole begin again
        if hole > 0.0:
            stop = min(last, max(first, math.ceil((-hole - east) / spacing)))
            again = max(first, min(last, math.floor((hole - east) / spacing) + 1))
        for one, other in ((first, stop), (again, last)):
            if other > one:
                begins = (east + one * spacing, y, spacing)
                _lay_row(total[j, one:other], root, bins, low, to_bin, begins, room)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _lay_row(
    cells: np.ndarray,
    root: np.ndarray,
    bins: np.ndarray,
    low: float,
    to_bin: float,
    begins: tuple[float, float, float],
    room: np.ndarray,
) -> None:
    """Look each cell of a row up: bilinear in the place among the radii and in the angle."""
    radius, turn, value = room
    angles = root.shape[1] - 1
    to_angle = np.float32(angles / (2 * math.pi))
    begin, y, step = np.float32(begins[0]), np.float32(begins[1]), np.float32(begins[2])
    origin, scale = np.float32(low), np.float32(to_bin)
    most = np.float32(bins.size - 1.001)
    for i in range(cells.size):
        x = begin + np.float32(i) * step
        q = np.sqrt(np.sqrt(x * x + y * y))
        radius[i] = min(max((q - origin) * scale, np.float32(0)), most)
        turn[i] = _bearing(x, y) * to_angle
    flat, stride, one = root.ravel(), np.uint32(angles + 1), np.uint32(1)
    last, around = np.uint32(root.shape[0] - 2), np.uint32(angles - 1)
    for i in range(cells.size):
        b = np.uint32(radius[i])
        place = bins[b] + (radius[i] - np.float32(b)) * (bins[np.uint32(b + one)] - bins[b])
        r, a = min(np.uint32(place), last), min(np.uint32(turn[i]), around)
        out, round_ = place - np.float32(r), turn[i] - np.float32(a)
        k = np.uint32(r * stride + a)
        m = np.uint32(k + stride)
        near = flat[k] + round_ * (flat[np.uint32(k + one)] - flat[k])
        far = flat[m] + round_ * (flat[np.uint32(m + one)] - flat[m])
        value[i] = near + out * (far - near)
    for i in range(cells.size):
        v = value[i]
        v *= v
        v *= v
        cells[i] += v * v


@njit(cache=True, inline="always", fastmath=True, error_model="numpy")
def _bearing(x: np.float32, y: np.float32) -> np.float32:
    """Angle clockwise from north, 0–2π; a polynomial for the arc tangent, within 2e-6 rad."""
    across, along = abs(x), abs(y)
    least, most = min(across, along), max(across, along)
    t = least / max(most, np.float32(1e-9))
    u = t * t
    angle = np.float32(-0.01172120)
    angle = angle * u + np.float32(0.05265332)
    angle = angle * u + np.float32(-0.11643287)
    angle = angle * u + np.float32(0.19354346)
    angle = angle * u + np.float32(-0.33262347)
    angle = (angle * u + np.float32(0.99997726)) * t
    if across > along:
        angle = np.float32(0.5 * math.pi) - angle
    if y < 0:
        angle = np.float32(math.pi) - angle
    if x < 0:
        angle = np.float32(2 * math.pi) - angle
    return angle
