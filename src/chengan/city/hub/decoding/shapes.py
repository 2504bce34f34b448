"""What decoding gives: readings as arrays, and what could not be one."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

Kind = tuple[str, str]
"""Key of a datastream and the unit named; "" where the message names none."""


@dataclass(frozen=True)
class Bad:
    """One row that is no reading: why, in which field, and what it said.

    `payload` is what was sent, where that is one part of a message of the log, in `format`.
    """

    reason: str
    field: str
    detail: str
    reading: dict[str, Any] = dataclasses.field(default_factory=dict)
    payload: bytes | None = None
    format: str = ""


@dataclass(frozen=True)
class Decoded:
    """A message's readings, and what could not be one.

    Keys and units are named once: a message of many readings has few of them.

    Parameters
    ----------
    kinds : list of (key, unit); some may have no reading
    kind : array of int32, shape (readings,), place in `kinds`
    time : array of int64, shape (readings,), µs since 1970 UTC
    value : array of float64, shape (readings,), in its unit, finite
    bad : list of Bad
    """

    kinds: list[Kind]
    kind: np.ndarray
    time: np.ndarray
    value: np.ndarray
    bad: list[Bad]

    @property
    def received(self) -> int:
        """How many rows the message had."""
        return len(self.kind) + len(self.bad)

    @property
    def key(self) -> np.ndarray:
        """Key of each reading, array of object (str), shape (readings,)."""
        return np.array([key for key, _unit in self.kinds], dtype=object).take(self.kind)

    @property
    def unit(self) -> np.ndarray:
        """Unit of each reading, array of object (str), shape (readings,)."""
        return np.array([unit for _key, unit in self.kinds], dtype=object).take(self.kind)


def columns(rows: list[tuple[str, int, float, str]], bad: list[Bad]) -> Decoded:
    """Turn rows of (key, time µs, value, unit) into arrays."""
    place: dict[Kind, int] = {}
    kind = [place.setdefault((key, unit), len(place)) for key, _time, _value, unit in rows]
    return Decoded(
        kinds=list(place),
        kind=np.array(kind, dtype=np.int32),
        time=np.array([row[1] for row in rows], dtype=np.int64),
        value=np.array([row[2] for row in rows], dtype=np.float64),
        bad=bad,
    )


def torn(detail: str) -> Decoded:
    """Nothing could be read at all."""
    return columns([], [Bad("torn_payload", "", detail)])
