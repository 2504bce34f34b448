"""How soon attacks are told and how many rows rightly: the score S.

Source: Taormina et al. (2018), J. Water Resour. Plann. Manage. 144(8), 04018048.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chengan.core.arrays import BoolArray


@dataclass(frozen=True)
class Score:
    """S_TTD, shares of attacked rows alarmed and of normal rows not alarmed; attacks never told."""

    ttd: float
    tpr: float
    tnr: float
    never_found: int

    @property
    def s(self) -> float:
        """S, half of S_TTD and half of the mean of both shares; 1 is best."""
        return 0.5 * self.ttd + 0.25 * (self.tpr + self.tnr)


def scored(alarm: BoolArray, attacks: Sequence[tuple[int, int]]) -> Score:
    """Score alarms (rows,) against attacks: rows (begin, end), the end not among them.

    S_TTD = 1 - mean (time to detection / length), an attack never told counting as its length.
    """
    attacked = np.zeros(len(alarm), np.bool_)
    late, never = [], 0
    for begin, end in attacks:
        attacked[begin:end] = True
        told = np.flatnonzero(alarm[begin:end])
        never += not len(told)
        late.append(int(told[0]) / (end - begin) if len(told) else 1.0)
    tpr, tnr = float(alarm[attacked].mean()), float(1 - alarm[~attacked].mean())
    return Score(1 - float(np.mean(late)), tpr, tnr, never)
