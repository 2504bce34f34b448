"""What is remembered of each stream between two steps."""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np

from chengan.core import errors
from chengan.core.arrays import NEVER, CodeArray, FloatArray, IntArray, RecordArray
from chengan.core.stream.events import Cause

VERSION: Final[int] = 1
"""Of the saved form: another order, name or meaning of a field is another version."""

STATE: Final = np.dtype(
    [
        ("enrolled", np.int64),
        ("last_time", np.int64),
        ("last_value", np.float64),
        ("last_arrival", np.int64),
        ("good_time", np.int64),
        ("good_value", np.float64),
        ("changed_time", np.int64),
        ("changed_value", np.float64),
        ("severity", np.int8, (3,)),
        ("onset", np.int64, (6,)),
        ("run", np.int64, (2, 5)),
        ("rate_run", np.int64),
        ("readings", np.int64),
    ],
    align=True,
)

_NOTHING_YET: Final = np.array(
    (
        NEVER, NEVER, np.nan, NEVER, NEVER, np.nan, NEVER, np.nan,
        (0, 0, 0), (NEVER,) * 6, ((NEVER,) * 5,) * 2, NEVER, 0,
    ),
    dtype=STATE,
)  # fmt: skip
_FAULTS: Final = (Cause.STUCK, Cause.SILENT, Cause.IMPLAUSIBLE)


@dataclass(frozen=True, eq=False)
class StreamState:
    """The state of n streams; times are µs since 1970 UTC, `NEVER` where nothing came yet.

    One record a stream in `table`, because a reading touches nearly all of a stream's figures: a
    record is a few neighbouring cache lines, columns would be one far-away line for each figure.
    The attributes are the columns, as views: writing into `state.enrolled[7]` writes the table.

    The figures are changed in place by `evaluate.step` and `evaluate.advance`; the caller owns
    them and takes a copy (`copied()`) first if the state before matters.

    enrolled : (n,), since when the stream is expected to speak; set by the caller.
    last_time, last_value, last_arrival : (n,), the newest reading, plausible or not.
    good_time, good_value : (n,), the newest plausible reading.
    changed_time, changed_value : (n,), first reading of the value from which nothing has differed
        by more than `stuck_epsilon` since.
    severity : (n, 3), in force by `Cause.HIGH`, `LOW`, `RATE`; 0 where no breach is active.
    onset : (n, 6), of the active episode by `Cause`; `NEVER` where none is active.
    run : (n, 2, 5), by HIGH/LOW and severity 1..5: for a severity in force, since when the value
        has been back inside its band; for the others, since when it has been beyond the threshold.
    rate_run : (n,), since when the rate has been back inside its limit.
    readings : (n,), how many were evaluated (late ones are not).
    """

    table: RecordArray
    enrolled: IntArray = field(init=False, repr=False)
    last_time: IntArray = field(init=False, repr=False)
    last_value: FloatArray = field(init=False, repr=False)
    last_arrival: IntArray = field(init=False, repr=False)
    good_time: IntArray = field(init=False, repr=False)
    good_value: FloatArray = field(init=False, repr=False)
    changed_time: IntArray = field(init=False, repr=False)
    changed_value: FloatArray = field(init=False, repr=False)
    severity: CodeArray = field(init=False, repr=False)
    onset: IntArray = field(init=False, repr=False)
    run: IntArray = field(init=False, repr=False)
    rate_run: IntArray = field(init=False, repr=False)
    readings: IntArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in STATE.names or ():
            object.__setattr__(self, name, self.table[name])

    @classmethod
    def empty(cls, streams: int, enrolled: int = NEVER) -> Self:
        """State of `streams` streams that never spoke, expected to speak since `enrolled` (µs)."""
        state = cls(np.full(streams, _NOTHING_YET))
        state.enrolled[:] = enrolled
        return state

    @property
    def streams(self) -> int:
        """Number of streams."""
        return len(self.table)

    def grown(self, streams: int, enrolled: int = NEVER) -> Self:
        """A copy with room for `streams` streams; the new ones are expected since `enrolled` (µs).

        Raises
        ------
        errors.ShapeMismatch
            If there are already more.
        """
        if streams < self.streams:
            raise errors.ShapeMismatch(
                f"a state of {self.streams} streams cannot shrink to {streams}: "
                "indices are never given twice"
            )
        new = self.empty(streams - self.streams, enrolled)
        return type(self)(np.concatenate([self.table, new.table]))

    def copied(self) -> Self:
        """A copy that shares nothing with this state."""
        return type(self)(self.table.copy())

    def same_as(self, other: "StreamState") -> bool:
        """Say whether every figure is the same, NaN and NaN included."""
        return all(
            np.array_equal(self.table[n], other.table[n], equal_nan=n.endswith("_value"))
            for n in STATE.names or ()
        )

    def worst(self) -> CodeArray:
        """Severity of each stream, shape (n,): 1..5, 0 normal, -1 no data.

        No data: never a plausible reading, or no breach while a fault is active; a stuck or silent
        sensor must not look safe.
        """
        worst: CodeArray = self.severity.max(axis=1)
        unknown = (self.good_time == NEVER) | (self.faults() > 0)
        worst[(worst == 0) & unknown] = -1
        return worst

    def faults(self) -> CodeArray:
        """Active faults of each stream as bits, shape (n,): 1 stuck, 2 silent, 4 implausible."""
        bits = np.zeros(self.streams, dtype=np.int8)
        for place, cause in enumerate(_FAULTS):
            bits |= (self.onset[:, cause] != NEVER).astype(np.int8) << place
        return bits

    def save(self, path: Path) -> None:
        """Write the state to `path` (npz); replacing an older one atomically is the caller's."""
        with path.open("wb") as file:
            np.savez(file, version=np.int64(VERSION), table=self.table)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a state that `save` wrote.

        Raises
        ------
        errors.StateUnreadable
            If the file is missing, torn, of another version, or no state.
        """
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                version, table = int(file["version"]), file["table"]
        except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise errors.StateUnreadable(f"{path.name} holds no readable state: {error}") from error
        if version != VERSION or table.dtype != STATE:
            raise errors.StateUnreadable(
                f"{path.name} holds a state of version {version}, this program reads {VERSION}: "
                "start from an empty state and replay the log"
            )
        return cls(table)
