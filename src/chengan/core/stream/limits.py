"""What is asked of each stream; a limit that is not set is NaN or 0."""

from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import CodeArray, FloatArray, IntArray, RecordArray
from chengan.core.stream import limit_checks

LIMITS: Final = np.dtype(
    [
        ("plausible_low", np.float64),
        ("plausible_high", np.float64),
        ("high", np.float64, (5,)),
        ("low", np.float64, (5,)),
        ("hysteresis", np.float64),
        ("hold_us", np.int64),
        ("clear_hold_us", np.int64),
        ("rate_limit", np.float64),
        ("rate_severity", np.int8),
        ("stuck_us", np.int64),
        ("stuck_epsilon", np.float64),
        ("expected_interval_us", np.int64),
        ("silent_after_us", np.int64),
    ],
    align=True,
)
_NAMES: Final = LIMITS.names or ()
_NOTHING_ASKED: Final = np.array(
    (np.nan, np.nan, (np.nan,) * 5, (np.nan,) * 5, 0.0, 0, 0, np.nan, 0, 0, 0.0, 0, 0),
    dtype=LIMITS,
)


@dataclass(frozen=True, eq=False)
class Limits:
    """The limits of n streams, values in the SI unit of the stream, durations in µs.

    One record a stream in `table` (why: see `StreamState`); the attributes are the columns, as
    views. Build with `none(n)` and `put(...)`, which refuses limits that contradict each other;
    who writes into a column directly calls `check()`.

    A limit taken away ends its breach or fault at the next reading (SILENT: the next advance).

    plausible_low, plausible_high : (n,), inclusive; outside is a fault of the sensor; NaN none.
    high, low : (n, 5), thresholds by severity 1..5 in columns 0..4, NaN none. A value that
        *reaches* a threshold breaches it. `high` rises with severity, `low` falls.
    hysteresis : (n,), >= 0: a severity ends when the value is back inside by more than this.
    hold_us : (n,), how long a value must stay beyond a threshold before it counts; 0 at once.
    clear_hold_us : (n,), how long it (or the rate) must stay back inside; 0 at once.
    rate_limit : (n,), > 0, SI units per second, NaN none; rate_severity : (n,), 1..5 (0 if none).
    stuck_us : (n,), 0 off; stuck_epsilon : (n,), >= 0: no more difference than this is none.
    expected_interval_us : (n,), 0 unknown; silent_after_us : (n,), 0 off.
    """

    table: RecordArray
    plausible_low: FloatArray = field(init=False, repr=False)
    plausible_high: FloatArray = field(init=False, repr=False)
    high: FloatArray = field(init=False, repr=False)
    low: FloatArray = field(init=False, repr=False)
    hysteresis: FloatArray = field(init=False, repr=False)
    hold_us: IntArray = field(init=False, repr=False)
    clear_hold_us: IntArray = field(init=False, repr=False)
    rate_limit: FloatArray = field(init=False, repr=False)
    rate_severity: CodeArray = field(init=False, repr=False)
    stuck_us: IntArray = field(init=False, repr=False)
    stuck_epsilon: FloatArray = field(init=False, repr=False)
    expected_interval_us: IntArray = field(init=False, repr=False)
    silent_after_us: IntArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in _NAMES:
            object.__setattr__(self, name, self.table[name])

    @classmethod
    def none(cls, streams: int) -> Self:
        """Limits that ask nothing of `streams` streams."""
        return cls(np.full(streams, _NOTHING_ASKED))

    @property
    def streams(self) -> int:
        """Number of streams."""
        return len(self.table)

    def grown(self, streams: int) -> Self:
        """A copy with room for `streams` streams; nothing is asked of the new ones.

        Raises
        ------
        errors.ShapeMismatch
            If there are already more.
        """
        if streams < self.streams:
            raise errors.ShapeMismatch(
                f"limits of {self.streams} streams cannot shrink to {streams}: "
                "indices are never given twice"
            )
        new = self.none(streams - self.streams)
        return type(self)(np.concatenate([self.table, new.table]))

    def put(self, streams: npt.ArrayLike, **columns: Any) -> None:
        """Set columns of the named streams in place; the others keep what they have.

        Each value is a scalar, or an array of shape (streams named,), for `high` and `low` of
        shape (5,) or (streams named, 5). Nothing changes if anything is refused.

        Raises
        ------
        errors.LimitsError
            If a column is unknown, has a shape that does not fit, or the limits would contradict
            each other.
        errors.ShapeMismatch
            If there is no such stream.
        """
        index = np.atleast_1d(np.asarray(streams, dtype=np.int64))
        if index.size and not 0 <= index.min() <= index.max() < self.streams:
            raise errors.ShapeMismatch(
                f"streams {index.min()}..{index.max()} named, but there are 0..{self.streams - 1}"
            )
        trial = self.table[index]
        for name, value in columns.items():
            _assign(trial, name, value)
        limit_checks.check(trial, index)
        self.table[index] = trial

    def clear(self, streams: npt.ArrayLike) -> None:
        """Ask nothing of the named streams any more."""
        self.table[np.asarray(streams, dtype=np.int64)] = _NOTHING_ASKED

    def check(self) -> None:
        """Refuse limits that contradict each other.

        Raises
        ------
        errors.LimitsError
            Naming the first limit and stream at fault.
        """
        limit_checks.check(self.table, np.arange(self.streams))


def _assign(table: RecordArray, name: str, value: Any) -> None:
    if name not in _NAMES:
        raise errors.LimitsError(f"no limit is called {name!r}; there are {', '.join(_NAMES)}")
    column = table[name]
    given = np.asarray(value)
    try:
        with np.errstate(invalid="ignore"):
            column[:] = given
    except (TypeError, ValueError) as error:
        raise errors.LimitsError(f"{name} takes shape {column.shape}: {error}") from error
    if column.dtype.kind == "i" and np.any(column != given):
        raise errors.LimitsError(f"{name} takes whole numbers ({column.dtype}), got {value}")
