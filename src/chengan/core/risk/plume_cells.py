"""Plumes laid on a map cell by cell: those that are steep, or cover few cells."""

import math

import numpy as np
from numba import njit

from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import FARTHEST_M
from chengan.core.risk.plume_columns import Columns
from chengan.core.risk.standard_normal import share_below


def lay(
    total: np.ndarray,
    plume: Columns,
    shares: FloatArray,
    place: tuple[float, float, float],
    within: float = FARTHEST_M,
) -> None:
    """Add a plume, turned to each direction, to the cells of `total` `within` m of its source.

    Parameters
    ----------
    total : array of float32, shape (rows, columns), southernmost row first
    shares : array of float, shape (directions,), of the time in the plume's weather class
    place : how far east and north of the source the first cell lies, and the spacing, m
    """
    along, back, across, _away = plume.ends
    room = np.empty((3, total.shape[1]), np.float32)
    often = plume.frequency * shares
    _lay(
        total,
        plume.z,
        plume.narrow,
        plume.step,
        plume.plume.upwind**2,
        (along, back, across),
        often,
        (*place, within),
        room,
    )


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _lay(
    total: np.ndarray,
    z: np.ndarray,
    narrow: np.ndarray,
    step: float,
    upwind2: float,
    ends: tuple[float, float, float],
    often: FloatArray,
    place: tuple[float, float, float, float],
    room: np.ndarray,
) -> None:
    rows, columns = total.shape
    along, back, across = ends
    east, north, spacing, within = place
    away = min(math.hypot(max(along, back), across), within)
    low = max(0, math.ceil((-away - north) / spacing))
    high = min(rows, math.floor((away - north) / spacing) + 1)
    for d in range(often.size):
        if often[d] <= 0.0:
            continue
        angle = 2 * math.pi * d / often.size
        s, c = math.sin(angle), math.cos(angle)
        for j in range(low, high):
            y = north + j * spacing
            half = math.sqrt(max(within * within - y * y, 0.0))
            left, right = _strip(-half, half, s, y * c, -back, along)
            left, right = _strip(left, right, c, -y * s, -across, across)
            first = max(0, math.ceil((left - east) / spacing))
            last = min(columns, math.floor((right - east) / spacing) + 1)
            if last > first:
                x = east + first * spacing
                where = (x * s + y * c, x * c - y * s, spacing * s, spacing * c)
                _levels(room, last - first, z, narrow, 1 / step, upwind2, where)
                for i in range(last - first):
                    total[j, first + i] += often[d] * share_below(room[2, i])


@njit(cache=True, inline="always")
def _strip(
    left: float, right: float, slope: float, level: float, low: float, high: float
) -> tuple[float, float]:
    """Narrow (left, right) to where low <= slope x + level <= high."""
    if abs(slope) < 1e-9:
        return (left, right) if low <= level <= high else (1.0, -1.0)
    one, other = (low - level) / slope, (high - level) / slope
    return max(left, min(one, other)), min(right, max(one, other))


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _levels(
    room: np.ndarray,
    cells: int,
    z: np.ndarray,
    narrow: np.ndarray,
    to_node: float,
    upwind2: float,
    where: tuple[float, float, float, float],
) -> None:
    """Put the plume's z at the cells of a row into room[2].

    `where`: how far along and across the wind the first cell lies, and the steps to the next.
    """
    along, across = np.float32(where[0]), np.float32(where[1])
    step_along, step_across = np.float32(where[2]), np.float32(where[3])
    up2, scale = np.float32(upwind2), np.float32(to_node)
    zero, most, one = np.float32(0), np.float32(z.size - 1.001), np.uint32(1)
    for i in range(cells):
        x = along + np.float32(i) * step_along
        y = across + np.float32(i) * step_across
        behind = min(x, zero)
        room[0, i] = min(np.sqrt(max(x, zero)) * scale, most)
        room[1, i] = y * y + up2 * behind * behind
    for i in range(cells):
        k = np.uint32(room[0, i])
        t = room[0, i] - np.float32(k)
        next_ = np.uint32(k + one)
        thin = narrow[k] + t * (narrow[next_] - narrow[k])
        room[2, i] = z[k] + t * (z[next_] - z[k]) - room[1, i] * thin
