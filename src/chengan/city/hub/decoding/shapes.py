"""What decoding gives: readings as arrays, and what could not be one."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np


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

    Parameters
    ----------
    key : array of object (str), shape (readings,)
    time : array of int64, shape (readings,), µs since 1970 UTC
    value : array of float64, shape (readings,), in `unit`, finite
    unit : array of object (str), shape (readings,); "" where the message names none
    bad : list of Bad
    """

    key: np.ndarray
    time: np.ndarray
    value: np.ndarray
    unit: np.ndarray
    bad: list[Bad]

    @property
    def received(self) -> int:
        """How many rows the message had."""
        return len(self.key) + len(self.bad)


def columns(rows: list[tuple[str, int, float, str]], bad: list[Bad]) -> Decoded:
    """Turn rows of (key, time µs, value, unit) into arrays."""
    keys, times, values, units = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Decoded(
        key=np.array(keys, dtype=object),
        time=np.array(times, dtype=np.int64),
        value=np.array(values, dtype=np.float64),
        unit=np.array(units, dtype=object),
        bad=bad,
    )


def torn(detail: str) -> Decoded:
    """Nothing could be read at all."""
    return columns([], [Bad("torn_payload", "", detail)])
