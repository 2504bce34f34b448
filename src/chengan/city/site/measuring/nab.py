"""The score of the Numenta Anomaly Benchmark: early in a labelled window is worth most.

Source: Lavin and Ahmad (2015), Evaluating real-time anomaly detection algorithms, section III.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from chengan.core.arrays import BoolArray, FloatArray


class Profile(NamedTuple):
    """Weights of a detection in time, a false one, and a missed window."""

    right: float
    false: float
    missed: float


STANDARD: Final = Profile(1.0, 0.11, 1.0)
LOW_FALSE: Final = Profile(1.0, 0.22, 1.0)
LOW_MISSED: Final = Profile(1.0, 0.11, 2.0)


@dataclass(frozen=True, eq=False)
class Labelled:
    """One file's scores (rows,) in [0, 1] and its windows as rows (first, last), in order."""

    scores: FloatArray
    windows: list[tuple[int, int]]


def probation(rows: int) -> int:
    """Rows at the beginning that do not count: 15 %, at most 750."""
    return min(750, rows * 15 // 100)


def worth(position: float) -> float:
    """Weight by the position relative to the window's right end: -1 its start, 0 its end."""
    return float(2.0 / (1.0 + np.exp(5.0 * min(position, 50.0))) - 1.0)


def file_score(detected: BoolArray, windows: list[tuple[int, int]], profile: Profile) -> float:
    """Raw score of one file: the earliest detection in each window, and all outside them."""
    found: set[int] = set()
    total = 0.0
    for row in np.flatnonzero(detected):
        if row < probation(len(detected)):
            continue
        inside = next((k for k, (a, b) in enumerate(windows) if a <= row <= b), None)
        if inside is None:
            total += profile.false * _false_worth(int(row), windows)
        elif inside not in found:
            found.add(inside)
            first, last = windows[inside]
            total += profile.right * worth(-(last - row + 1) / (last - first + 1))
    return total - profile.missed * (len(windows) - len(found))


def _false_worth(row: int, windows: list[tuple[int, int]]) -> float:
    before = [window for window in windows if window[1] < row]
    if not before:
        return -1.0
    first, last = before[-1]
    return worth((row - last) / max(last - first, 1))


def normalised(files: list[Labelled], threshold: float, profile: Profile = STANDARD) -> float:
    """Score of all files together at one threshold: 0 says nothing, 100 finds all at once."""
    windows = sum(len(file.windows) for file in files)
    silent = -profile.missed * windows
    raw = sum(file_score(file.scores >= threshold, file.windows, profile) for file in files)
    return 100.0 * (raw - silent) / (profile.right * windows - silent)


def best(files: list[Labelled], profile: Profile = STANDARD) -> tuple[float, float]:
    """The highest normalised score, and the one threshold that gives it."""
    scores = np.concatenate([file.scores for file in files])
    tried = np.unique(np.round(scores[scores > 0.2], 3))
    if len(tried) > 200:
        tried = np.unique(np.quantile(tried, np.linspace(0, 1, 200)))
    return max(
        ((normalised(files, float(t), profile), float(t)) for t in tried), default=(0.0, 1.0)
    )
