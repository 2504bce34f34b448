"""Readings as columns: what is stored of each, in one array a figure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np

TYPES: Final[dict[str, np.dtype[Any]]] = {
    "stream": np.dtype(np.int32),
    "time": np.dtype(np.int64),
    "value": np.dtype(np.float64),
    "given": np.dtype(np.float64),
    "unit": np.dtype(np.uint16),
    "arrival": np.dtype(np.int64),
    "evaluate": np.dtype(np.bool_),
    "late": np.dtype(np.bool_),
}


@dataclass(frozen=True, eq=False)
class Rows:
    """Readings; all arrays have the shape (readings,).

    stream : int32, slot of the datastream.
    time, arrival : int64, µs since 1970 UTC: measured, and received.
    value : float64, SI; given : float64, as sent, in `units[unit]`; unit : uint16.
    evaluate : bool, whether it is judged; late : bool, whether a newer one was there before it.
    units : the names that `unit` points to.
    """

    stream: np.ndarray
    time: np.ndarray
    value: np.ndarray
    given: np.ndarray
    unit: np.ndarray
    arrival: np.ndarray
    evaluate: np.ndarray
    late: np.ndarray
    units: tuple[str, ...] = ("",)

    @classmethod
    def empty(cls, units: tuple[str, ...] = ("",)) -> Self:
        """No reading."""
        return cls(**{name: np.zeros(0, kind) for name, kind in TYPES.items()}, units=units)

    def __len__(self) -> int:
        """Number of readings."""
        return len(self.stream)

    def chosen(self, which: np.ndarray) -> "Rows":
        """The readings at `which`, a mask or places."""
        return replace(self, **{name: getattr(self, name)[which] for name in TYPES})

    def unit_names(self) -> np.ndarray:
        """The unit of each reading as text, shape (readings,)."""
        return np.array(self.units, dtype=object).take(self.unit)

    def same_as(self, other: "Rows") -> bool:
        """Say whether both hold the same readings in the same order, NaN and NaN included."""
        plain = [name for name in TYPES if name != "unit"]
        return bool(np.array_equal(self.unit_names(), other.unit_names())) and all(
            np.array_equal(getattr(self, n), getattr(other, n), equal_nan=n in {"value", "given"})
            for n in plain
        )


def joined(parts: Sequence[Rows]) -> Rows:
    """One after the other; units are told by name, whatever place they had in each part."""
    if len(parts) == 1:
        return parts[0]
    place: dict[str, int] = {}
    for part in parts:
        for name in part.units:
            place.setdefault(name, len(place))
    units = tuple(place) or ("",)
    recoded = [_recoded(part, place) for part in parts]
    columns = {
        field.name: np.concatenate(
            [np.zeros(0, TYPES[field.name]), *[getattr(part, field.name) for part in recoded]]
        )
        for field in fields(Rows)
        if field.name != "units"
    }
    return Rows(**columns, units=units)


def _recoded(part: Rows, place: dict[str, int]) -> Rows:
    codes = np.array([place[name] for name in part.units], dtype=np.uint16)
    if np.array_equal(codes, np.arange(len(codes))):
        return part
    return replace(part, unit=codes[part.unit])
