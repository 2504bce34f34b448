"""Readings of a group become rows: one row an interval, the slowest member's.

A row is ready when every member has come, or when a reading of the interval after the next one has;
what comes later than that is stored as always, and judged alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chengan.core.arrays import NEVER

WAIT_ROWS = 2


@dataclass(frozen=True)
class Member:
    """A datastream of a group: its slot, the level of an alarm that it leads, s a reading.

    Level 0: it tells the others' circumstances (the wind), and no row waits for its pace.
    """

    slot: int
    severity: int
    interval_s: float


def interval_us(members: Iterable[Member]) -> int:
    """Length of a row of these, µs: what is learned and the rows' numbers are of that length."""
    paces = [each.interval_s for each in members if each.severity]
    return max(round(max(paces, default=0.0) * 1e6), 1)


class Gathering:
    """What every group does with readings; members are in the order of slots."""

    members: tuple[Member, ...]
    waiting: dict[int, tuple[int, np.ndarray]]
    judged: int

    @property
    def interval_us(self) -> int:
        """Length of a row."""
        return interval_us(self.members)

    @property
    def followed(self) -> int:
        """End of the last row judged, µs."""
        return (self.judged + 1) * self.interval_us if self.judged != NEVER else NEVER

    @property
    def places(self) -> dict[int, int]:
        """Column by slot."""
        return {each.slot: k for k, each in enumerate(self.members)}

    def rows(self, stream: np.ndarray, time: np.ndarray, value: np.ndarray) -> list[Any]:
        """Take readings in the order they came; give the rows (time, values) that are ready."""
        ready: list[tuple[int, np.ndarray]] = []
        places, interval = self.places, self.interval_us
        for slot, at, seen in zip(stream.tolist(), time.tolist(), value.tolist(), strict=True):
            number = at // interval
            if number <= self.judged:
                continue
            first, row = self.waiting.get(number, (at, np.full(len(self.members), np.nan)))
            row[places[slot]] = seen
            self.waiting[number] = (min(first, at), row)
            ready += self._ready(number)
        return ready

    def _ready(self, newest: int) -> list[tuple[int, np.ndarray]]:
        found = []
        while self.waiting:
            number = min(self.waiting)
            is_whole = np.isfinite(self.waiting[number][1]).all()
            if not is_whole and number + WAIT_ROWS > newest:
                break
            found.append(self.waiting.pop(number))
            self.judged = number
        return found
