"""One source's risk as a table of distance and direction: a plume does not change when it turns.

For each distance the outcomes of one weather class are summed over the angle off the wind, once;
the wind rose is then a circular convolution, a sum of shifted copies. What a cell of a map needs
is one look into the table. The table holds logarithms: between them interpolation errs least.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from scipy.special import ndtri

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.risk.footprint import Outcome, Source

ANGLES: Final = 3072
"""Directions of a table; a multiple of the rose's directions."""
RADII: Final = 256
NEAREST_M: Final = 1.0
"""Nearer than this everything is as at this distance."""
FLOOR: Final = 1e-14
"""Risk a year below which a source is cut off; the bound of what is lost, for each source."""
LEAST_PART: Final = 1e-3  # of FLOOR: a single term of the sum below this is left out
BLOCK: Final = 16  # angles over which what changes with the distance downwind is taken as linear
Z_STEPS: Final = 256  # a unit of the normal variate
Z_LEAST: Final = -8.0
NOTHING: Final = -1e3  # a probit of nobody
_NORMAL: Final = np.array(
    [0.5 * math.erfc(-(Z_LEAST + k / Z_STEPS) / math.sqrt(2)) for k in range(16 * Z_STEPS + 2)]
)


@dataclass(frozen=True)
class Polar:
    """`log_risk` (radii, angles + 1), float32; uniform in the fourth root of r, to `reach`."""

    log_risk: np.ndarray
    reach: float


def table(source: Source, rose: FloatArray) -> Polar:
    """Give the yearly risk of a source's plumes around it; its discs are not in the table.

    Parameters
    ----------
    source : Source
    rose : array of float, shape (weathers, directions)
        Share of the time; the wind blows *towards* direction d, d·360°/directions clockwise from
        north. `directions` divides `ANGLES`.

    Raises
    ------
    OutOfRange
        If an outcome has not one plume for each weather class, or the directions don't fit.
    """
    shares = checked_rose(source, rose)
    ends = _ends(source, shares)
    reach = max(float(ends.max(initial=0.0)), 4.0)
    root = np.linspace(NEAREST_M**0.25, reach**0.25, RADII)
    radii = root**4
    frequency, probit, narrow = plume_tables(source, radii, len(shares))
    risk = np.zeros((RADII, ANGLES), np.float32)
    _turn(risk, root, ends, frequency, probit, narrow, shares, _NORMAL)
    logarithm = np.log(np.maximum(risk, np.float32(FLOOR * LEAST_PART)))
    return Polar(np.hstack([logarithm, logarithm[:, :1]]), float(radii[-1]))


def checked_rose(source: Source, rose: FloatArray) -> FloatArray:
    """Give the rose as an array that fits the source and the table, or refuse it."""
    shares = np.ascontiguousarray(rose, np.float64)
    if shares.ndim != 2 or ANGLES % shares.shape[1] or not np.all(shares >= 0):
        raise errors.OutOfRange(
            f"a rose is weathers × directions, no share negative, and the directions divide "
            f"{ANGLES}; got shape {shares.shape}"
        )
    for outcome in source.outcomes:
        if outcome.disc is None and len(outcome.plumes) != len(shares):
            raise errors.OutOfRange(
                f"an outcome needs {len(shares)} plumes, one for each weather class; "
                f"got {len(outcome.plumes)}"
            )
    return shares


def plume_tables(
    source: Source, radii: FloatArray, weathers: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give frequency (outcomes,); probit − 5, slope/(2 spread²), both (outcomes, weathers, n)."""
    outcomes = [each for each in source.outcomes if each.disc is None]
    probit = np.full((len(outcomes), weathers, len(radii)), NOTHING)
    narrow = np.ones_like(probit)
    for o, outcome in enumerate(outcomes):
        for w, plume in enumerate(outcome.plumes):
            if plume is not None:
                probit[o, w], narrow[o, w] = plume.on(radii)
    probit[probit == -np.inf] = NOTHING
    return np.array([each.frequency for each in outcomes], float), probit - 5.0, narrow


def _ends(source: Source, shares: FloatArray) -> FloatArray:
    """Distance beyond which each outcome's plumes hurt nobody, (outcomes, weathers), m.

    A plume may be as wide as it is long (a dense one in a light wind is): what counts is how far
    out, along and across, a term may still be above its part of FLOOR.
    """
    farthest = max((_last(each) for each in source.outcomes), default=0.0)
    along = np.geomspace(NEAREST_M, max(farthest, 4.0), 2048)
    frequency, probit, narrow = plume_tables(source, along, len(shares))
    often = np.maximum(frequency[:, None] * shares.sum(axis=1), np.finfo(float).tiny)
    term = FLOOR / max(often.size, 1)
    least = np.maximum(ndtri(np.minimum(term / often, 0.5)), Z_LEAST)
    room = probit - least[:, :, None]
    out = np.hypot(along, np.sqrt(np.maximum(room, 0) / narrow))
    ends: FloatArray = np.max(out, axis=2, where=room > 0, initial=0.0) * 1.005
    return ends


def _last(outcome: Outcome) -> float:
    return max((float(each.distance[-1]) for each in outcome.plumes if each), default=0.0)


def _normal(z: FloatArray) -> FloatArray:
    place = np.clip((z - Z_LEAST) * Z_STEPS, 0, len(_NORMAL) - 2)
    below = np.floor(place).astype(np.int64)
    found: FloatArray = _NORMAL[below] + (place - below) * (_NORMAL[below + 1] - _NORMAL[below])
    return np.where(z <= Z_LEAST, 0.0, found)


@njit(cache=True, inline="always")
def _phi(z: float, normal: FloatArray) -> float:
    """Probability below z, from the table; 0 below Z_LEAST."""
    if z <= Z_LEAST:
        return 0.0
    place = (z - Z_LEAST) * Z_STEPS
    if place >= normal.size - 2:
        return 1.0
    below = int(place)
    return normal[below] + (place - below) * (normal[below + 1] - normal[below])


@njit(cache=True, nogil=True)
def _turn(
    risk: np.ndarray,
    root: FloatArray,
    ends: FloatArray,
    frequency: FloatArray,
    probit: FloatArray,
    narrow: FloatArray,
    shares: FloatArray,
    normal: FloatArray,
) -> None:
    """Add to `risk` (radii, angles) the plumes of every outcome, turned to every direction."""
    weathers, directions = shares.shape
    quarter, turn = ANGLES // 4, ANGLES // directions
    sine = np.sin(np.arange(quarter + BLOCK) * (2 * math.pi / ANGLES))
    profile = np.empty(quarter + BLOCK, np.float32)
    around = np.zeros(ANGLES + 2 * profile.size, np.float32)
    for r in range(root.size):
        around[:] = 0.0
        for w in range(weathers):
            least = FLOOR * LEAST_PART / max(shares[w].max(), FLOOR)
            support = 0
            for o in range(frequency.size):
                if root[r] ** 4 <= ends[o, w]:
                    new = _profile(
                        profile,
                        support,
                        r,
                        root,
                        frequency[o],
                        probit[o, w],
                        narrow[o, w],
                        sine,
                        normal,
                        least,
                    )
                    support = max(support, new)
            for d in range(directions):
                if shares[w, d] > 0.0:
                    _add(around, profile, support, profile.size + d * turn, shares[w, d])
        _fold(risk[r], around, profile.size)


@njit(cache=True, nogil=True)
def _profile(
    profile: np.ndarray,
    support: int,
    r: int,
    root: FloatArray,
    frequency: float,
    probit: FloatArray,
    narrow: FloatArray,
    sine: FloatArray,
    normal: FloatArray,
    least: float,
) -> int:
    """Add one outcome's risk by angle off the wind; give how many angles count.

    The first `support` entries of `profile` are in use; later ones are begun here. What changes
    slowly with the angle, the distance downwind, is looked up once for each block of angles.
    """
    distance = root[r] ** 4
    begin = 0
    probit_0, narrow_0 = probit[r], narrow[r]
    while begin + BLOCK < sine.size:
        block = BLOCK if begin < ANGLES // 16 else BLOCK // 4
        end = begin + block
        along = root[r] * math.sqrt(math.sqrt(math.sqrt(max(0.0, 1.0 - sine[end] ** 2))))
        probit_1, narrow_1 = _between(along, root, probit, narrow)
        probit_step, narrow_step = (probit_1 - probit_0) / block, (narrow_1 - narrow_0) / block
        found, z = 0.0, 0.0
        first = probit_0 - narrow_0 * (distance * sine[begin]) ** 2
        for k in range(begin, end):
            across = distance * sine[k]
            part = k - begin
            z = probit_0 + part * probit_step - (narrow_0 + part * narrow_step) * across * across
            found = frequency * _phi(z, normal)
            profile[k] = found if k >= support else profile[k] + found
        is_past = probit_0 > Z_LEAST and z < first  # else it ends before so far, or is met later
        begin, probit_0, narrow_0 = end, probit_1, narrow_1
        if found < least and is_past:
            break
    return begin


@njit(cache=True, inline="always")
def _between(
    along: float, root: FloatArray, probit: FloatArray, narrow: FloatArray
) -> tuple[float, float]:
    """Probit − 5 and narrowness at the fourth root of a distance, linear between the nodes."""
    place = max(0.0, (along - root[0]) / (root[1] - root[0]))
    below = min(int(place), root.size - 2)
    part = place - below
    return (
        probit[below] + part * (probit[below + 1] - probit[below]),
        narrow[below] + part * (narrow[below + 1] - narrow[below]),
    )


@njit(cache=True, nogil=True, fastmath=True)
def _add(around: np.ndarray, profile: np.ndarray, support: int, centre: int, share: float) -> None:
    """Add a profile, mirrored about its middle, to all directions."""
    part = np.float32(share)
    right = around[centre : centre + support]
    left = around[centre - support + 1 : centre]
    for k in range(support):
        right[k] += part * profile[k]
    for k in range(support - 1):
        left[k] += part * profile[support - 1 - k]


@njit(cache=True, nogil=True)
def _fold(row: np.ndarray, around: np.ndarray, margin: int) -> None:
    """Bring what reaches past a full turn back into it."""
    size = row.size
    for k in range(size):
        row[k] += around[margin + k]
    for k in range(margin):
        row[size - margin + k] += around[k]
        row[k] += around[margin + size + k]
