"""One source's risk as a table of distance and direction: a plume does not change when it turns.

For each distance the plumes of one weather class are summed over the angle off the wind, once;
the wind rose is then a circular convolution, a sum of shifted copies. What a cell of a map needs
is one look into the table. The table holds eighth roots: between them interpolation errs least.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit

from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import FARTHEST_M
from chengan.core.risk.plume_columns import Columns
from chengan.core.risk.polar_nodes import nodes
from chengan.core.risk.standard_normal import LEAST, share_below

BLOCK: Final = 16  # angles
STRAIGHT: Final = 0.015
"""Most that the logarithm of the distance downwind changes over a block taken as straight."""
_CORRECTION: Final = np.float32(1 / 16)
_LEAST: Final = np.float32(LEAST)


@dataclass(frozen=True)
class Polar:
    """`root` (radii, angles + 1), float32: eighth roots of the risk from `nearest` to `reach` m.

    `place` says how many radii lie before the square root of a distance, see `polar_nodes.Nodes`.
    """

    root: np.ndarray
    place: np.ndarray
    nearest: float
    reach: float


def table(plumes: Sequence[Columns], shares: FloatArray, nearest: float) -> Polar | None:
    """Give the yearly risk of plumes of one source around it, from `nearest` m; None if none.

    Parameters
    ----------
    plumes : all with the same number of nodes and the same step
    shares : array of float, shape (weathers, directions)
    """
    reach = min(max((each.ends[3] for each in plumes), default=0.0), FARTHEST_M)
    if reach <= nearest:
        return None
    chosen = nodes(plumes, shares, nearest, reach)
    half = -(-chosen.angles // 2)
    angle = np.arange(half + BLOCK + 1) * (2 * np.pi / chosen.angles)
    turned = (np.sqrt(np.maximum(np.cos(angle), 0)), np.sin(angle), np.minimum(np.cos(angle), 0))
    root = np.empty((len(chosen.radii), chosen.angles + 1), np.float32)
    order = sorted(plumes, key=lambda each: each.weather)
    _turn(
        root,
        chosen.radii,
        tuple(each.astype(np.float32) for each in turned),
        np.array([each.z for each in order]),
        np.array([each.narrow for each in order]),
        1 / order[0].step,
        np.array(
            [(e.frequency, e.weather, e.plume.upwind**2, e.ends[0], e.ends[3]) for e in order]
        ),
        shares,
    )
    return Polar(_raised(root), chosen.place, nearest, reach)


@njit(cache=True, nogil=True)
def _turn(
    root: np.ndarray,
    radii: FloatArray,
    turned: tuple[np.ndarray, np.ndarray, np.ndarray],
    z: np.ndarray,
    narrow: np.ndarray,
    to_node: float,
    about: FloatArray,
    shares: FloatArray,
) -> None:
    """Fill `root` with the plumes of each weather class, turned to each direction.

    `about` (plumes, 5): frequency, weather class, square of upwind, how far along and in all.
    """
    directions, angles = shares.shape[1], root.shape[1] - 1
    half = turned[0].size - BLOCK - 1
    profile = np.empty(turned[0].size, np.float32)
    room = np.empty((2, profile.size), np.float32)
    around = np.empty(angles + 2 * profile.size, np.float32)
    for r in range(radii.size):
        around[:] = 0.0
        k = 0
        for w in range(shares.shape[0]):
            profile[:] = 0.0
            support = 0
            while k < about.shape[0] and int(about[k, 1]) == w:
                if radii[r] <= about[k, 4]:
                    new = _profile(
                        profile, radii[r], turned, z[k], narrow[k], to_node, about[k], room
                    )
                    support = max(support, new)
                k += 1
            if support > half:
                support = half + 1
                profile[half] *= np.float32(0.5)
            for d in range(directions):
                if shares[w, d] > 0.0 and support > 0:
                    centre = profile.size + d * (angles // directions)
                    _add(around, profile, support, centre, np.float32(shares[w, d]))
        _fold(root[r], around, profile.size)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _profile(
    profile: np.ndarray,
    radius: float,
    turned: tuple[np.ndarray, np.ndarray, np.ndarray],
    z: np.ndarray,
    narrow: np.ndarray,
    to_node: float,
    about: FloatArray,
    room: np.ndarray,
) -> int:
    """Add one plume's risk by angle off the wind; give how many angles count."""
    cosine, sine, behind = turned
    level, thin = room
    node = np.float32(math.sqrt(radius) * to_node)
    far2, up2 = np.float32(radius**2), np.float32(about[2])
    half = profile.size - BLOCK - 1
    begin = 0
    if radius > about[3]:  # along the wind it ends before
        begin = int(math.acos(about[3] / radius) * half / math.pi) // BLOCK * BLOCK
    first = begin
    block = BLOCK * math.pi / half
    straight = int(math.atan(STRAIGHT / block) / block) * BLOCK
    old_z, old_n = _at(node * cosine[begin], z, narrow)
    was = old_z - old_n * far2 * sine[begin] ** 2
    while begin <= half:
        end = begin + BLOCK
        new_z, new_n = _at(node * cosine[end], z, narrow)
        if begin < straight:
            for m in range(BLOCK):
                part = np.float32(m) * np.float32(1 / BLOCK)
                level[begin + m] = old_z + part * (new_z - old_z)
                thin[begin + m] = old_n + part * (new_n - old_n)
        else:
            for m in range(begin, end):
                level[m], thin[m] = _at(node * cosine[m], z, narrow)
        now = new_z - new_n * far2 * (sine[end] ** 2 + up2 * behind[end] ** 2)
        begin, old_z, old_n = end, new_z, new_n
        if now < _LEAST and now < was < np.float32(100.0) and new_z > _LEAST:
            break
        was = now
    often = np.float32(about[0])
    for m in range(first, begin):
        aside = far2 * (sine[m] * sine[m] + up2 * behind[m] * behind[m])
        profile[m] += often * share_below(level[m] - thin[m] * aside)
    return begin


@njit(cache=True, inline="always", fastmath=True, error_model="numpy")
def _at(place: np.float32, z: np.ndarray, narrow: np.ndarray) -> tuple[np.float32, np.float32]:
    """A plume's columns at a place between nodes."""
    k = min(int(place), z.size - 2)
    part = place - np.float32(k)
    return z[k] + part * (z[k + 1] - z[k]), narrow[k] + part * (narrow[k + 1] - narrow[k])


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _add(
    around: np.ndarray, profile: np.ndarray, support: int, centre: int, share: np.float32
) -> None:
    """Add a profile, mirrored about its middle, to all directions."""
    right = around[centre : centre + support]
    left = around[centre - support + 1 : centre]
    for k in range(support):
        right[k] += share * profile[k]
    for k in range(support - 1):
        left[k] += share * profile[support - 1 - k]


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _fold(row: np.ndarray, around: np.ndarray, margin: int) -> None:
    """Bring what reaches past a full turn back into it; close the circle; take the eighth root."""
    size = row.size - 1
    middle = around[margin : margin + size]
    for k in range(margin):
        middle[size - margin + k] += around[k]
        middle[k] += around[margin + size + k]
    for k in range(size):
        row[k] = np.sqrt(np.sqrt(np.sqrt(middle[k])))
    row[size] = row[0]


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _raised(root: np.ndarray) -> np.ndarray:
    """Shift each node by a sixteenth of its second differences: halves what a straight line errs.

    Between nodes a straight line is off by up to an eighth of the second difference, on one side.
    """
    found = np.empty_like(root)
    last, size = root.shape[0] - 1, root.shape[1] - 1
    for r in range(last + 1):
        row, out = root[r], found[r]
        near, far = root[max(r - 1, 0)], root[min(r + 1, last)]
        is_inside = np.float32(1.0 if 0 < r < last else 0.0)
        for a in range(1, size):
            bend = row[a - 1] + row[a + 1] - row[a] - row[a]
            bend += is_inside * (near[a] + far[a] - row[a] - row[a])
            out[a] = max(row[a] - _CORRECTION * bend, np.float32(0))
        bend = row[size - 1] + row[1] - row[0] - row[0]
        bend += is_inside * (near[0] + far[0] - row[0] - row[0])
        out[0] = max(row[0] - _CORRECTION * bend, np.float32(0))
        out[size] = out[0]
    return found
