"""What the stream reports: breaches of limits and faults of sensors, as columns of equal length."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple, Self

import numpy as np

from chengan.core.arrays import CodeArray, FloatArray, IndexArray, IntArray, RecordArray


class Kind(IntEnum):
    """What happened to an episode."""

    BREACH_BEGAN = 0
    BREACH_CHANGED = 1
    BREACH_ENDED = 2
    FAULT_BEGAN = 3
    FAULT_ENDED = 4
    LATE_BREACH = 5
    """A reading that came late was beyond a limit (`late.late_breaches`); no episode of its own."""


class Cause(IntEnum):
    """Why: the first three are breaches of a limit, then faults of the sensor, then the unusual."""

    HIGH = 0
    LOW = 1
    RATE = 2
    STUCK = 3
    SILENT = 4
    IMPLAUSIBLE = 5
    ANOMALY = 6
    """Unlike the stream's own past (`unusual`); no limit was passed."""
    STEP = 7
    """The level has moved and stays (`core.events.step`): begun and over at once."""
    JOINT = 8
    """Unlike what the streams that move with it let expect (`core.joint`)."""
    RELEASE = 9
    """Gas comes from a likely source in the wind (`core.events.release`)."""


class Quality(IntEnum):
    """What one reading was good for."""

    GOOD = 0
    LATE = 1
    """Not newer than the newest of its stream: stored, never evaluated."""
    IMPLAUSIBLE = 2
    """Outside the plausible range, or not finite: a fault of the sensor, no breach."""


EVENT: Final = np.dtype(
    [
        ("stream", np.int32),
        ("kind", np.int8),
        ("cause", np.int8),
        ("severity", np.int8),
        ("time", np.int64),
        ("onset", np.int64),
        ("value", np.float64),
        ("measure", np.float64),
        ("limit", np.float64),
        ("expected", np.float64),
    ],
    align=True,
)
"""One event as the kernel writes it; `Events` has the same columns."""


class Event(NamedTuple):
    """One row of `Events`, as plain Python figures."""

    stream: int
    kind: Kind
    cause: Cause
    severity: int
    time: int
    onset: int
    value: float
    measure: float
    limit: float
    expected: float


@dataclass(frozen=True, eq=False)
class Events:
    """What happened, in the order in which it happened; every column has shape (events,).

    stream : int32, index of the stream.
    kind, cause : int8, codes of `Kind` and `Cause`.
    severity : int8, the severity now in force: 1..5, and 0 for an ended breach and for faults.
    time : int64, µs since 1970: of the reading that decided; for SILENT the arrival of the reading
        that ended it, or the `now_us` at which it was found.
    onset : int64, µs: identity of the episode within (stream, cause): time of its first offending
        reading; for STUCK the first reading of the constant value; for SILENT the last arrival
        (or the enrolment).
    value : float64, the reading in SI; for a SILENT that begins, the newest value known, or NaN.
    measure : float64, the figure that was compared with `limit`: HIGH, LOW, IMPLAUSIBLE the
        reading (SI); RATE the signed rate (SI/s); STUCK and SILENT the duration (s); ANOMALY and
        JOINT the score, 0 to 1; STEP its size (SI); RELEASE its rate (kg/s).
    limit : float64, in the unit of `measure`: the threshold of the severity now in force, or for
        an ended breach of the severity given up. IMPLAUSIBLE: the bound that was crossed (NaN for
        a value that is not finite, and when it ends).
    expected : float64: RATE the previous plausible value (SI); SILENT the expected interval (s,
        NaN if none is set); ANOMALY and JOINT the value expected (SI); STEP the level before it
        (SI); RELEASE what clean air reads (SI); else NaN.
    """

    stream: IndexArray
    kind: CodeArray
    cause: CodeArray
    severity: CodeArray
    time: IntArray
    onset: IntArray
    value: FloatArray
    measure: FloatArray
    limit: FloatArray
    expected: FloatArray

    @classmethod
    def from_table(cls, table: RecordArray) -> Self:
        """Events from rows of `EVENT`, shape (events,)."""
        return cls(*(np.ascontiguousarray(table[name]) for name in table.dtype.names or ()))

    @classmethod
    def none(cls) -> Self:
        """No events."""
        return cls.from_table(np.zeros(0, dtype=EVENT))

    def __len__(self) -> int:
        """Number of events."""
        return len(self.stream)

    def row(self, index: int) -> Event:
        """One event as plain figures."""
        return Event(
            int(self.stream[index]),
            Kind(int(self.kind[index])),
            Cause(int(self.cause[index])),
            int(self.severity[index]),
            int(self.time[index]),
            int(self.onset[index]),
            float(self.value[index]),
            float(self.measure[index]),
            float(self.limit[index]),
            float(self.expected[index]),
        )

    def rows(self) -> list[Event]:
        """All events as plain figures, in order."""
        return [self.row(index) for index in range(len(self))]

    def joined(self, later: "Events") -> "Events":
        """These events followed by `later`."""
        names = EVENT.names or ()
        return Events(*(np.concatenate([getattr(self, n), getattr(later, n)]) for n in names))
