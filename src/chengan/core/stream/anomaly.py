"""The door to the one-series detector: profiles learned online, and a score for each reading."""

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import NEVER, BoolArray, CodeArray, FloatArray, RecordArray
from chengan.core.stream import anomaly_kernel as kernel

PROFILE: Final = np.dtype(
    [
        ("last_time", np.int64),
        ("onset", np.int64),
        ("level", np.float64),
        ("spread", np.float64),
        ("last", np.float64),
        ("jump", np.float64),
        ("slow", np.float64),
        ("slow_spread", np.float64),
        ("quick", np.float64),
        ("turn", np.float64),
        ("off", np.float64),
        ("unrest", np.float64, (kernel.QUESTIONS - kernel.OF_READING,)),
        ("announced", np.float64),
        ("limit", np.float64),
        ("asked", np.float64),
        ("least", np.float64),
        ("allowance", np.int64),
        ("readings", np.int64),
        ("total", np.int32),
        ("unrest_total", np.int32),
        ("alarm_run", np.int32),
        ("calm_run", np.int32),
        ("hour_mean", np.float32, (kernel.HOURS,)),
        ("hour_spread", np.float32, (kernel.HOURS,)),
        ("counts", np.uint16, (kernel.QUESTIONS, kernel.BINS)),
        ("hour_count", np.uint8, (kernel.HOURS,)),
    ],
    align=True,
)
"""What is remembered of one stream: level, hours, and what was ordinary; under 1200 bytes."""


class Reason(IntEnum):
    """Which question found the reading most unusual."""

    NONE = -1
    VALUE = 0
    """The value itself was seldom or never seen."""
    JUMP = 1
    """The step from the reading before."""
    HOUR = 2
    """The value at this hour of a working day or weekend."""
    LEVEL = 3
    """The mean of the last sixty readings or so."""
    TURN = 4
    """The mean of the last twelve readings against that of the last sixty."""
    UNREST = 5
    """How surprising the last ten readings or so were together."""
    LONG_UNREST = 6
    """How surprising the last forty readings or so were together."""


class Judged(NamedTuple):
    """One row a reading: score in [0, 1], alarm, the value expected (NaN: not judged), Reason."""

    score: FloatArray
    alarm: BoolArray
    expected: FloatArray
    reason: CodeArray


def empty(streams: int) -> RecordArray:
    """Profiles of `streams` streams of which nothing is known, shape (streams,)."""
    profiles = np.zeros(streams, dtype=PROFILE)
    profiles["last_time"] = profiles["onset"] = NEVER
    return profiles


def grown(profiles: RecordArray, streams: int) -> RecordArray:
    """A copy of `profiles` with room for `streams` streams."""
    if streams < len(profiles):
        raise errors.ShapeMismatch(f"{len(profiles)} profiles cannot shrink to {streams}")
    return np.concatenate([profiles, empty(streams - len(profiles))])


_YEAR_US: Final[int] = 365 * 86_400_000_000


def allow(profiles: RecordArray, rows: npt.ArrayLike, a_year: float, interval_s: float) -> None:
    """Give streams an allowance of `a_year` false alarms each; changes `profiles` in place.

    The limit begins where, of readings each `interval_s`, white noise passes it so often, and is
    never lower: log10 of the share of readings beyond s is -3.85 - 2 (s - 3.5), measured between
    3.25 and 4.75. Each alarm raises it by 0.35, each year without one lowers it by `a_year` times
    as much; so whatever the readings are like, a steady stream settles at its allowance.

    Raises
    ------
    errors.OutOfRange
        If `a_year` or `interval_s` is not positive.
    """
    if not (a_year > 0 and interval_s > 0):
        raise errors.OutOfRange(
            f"an allowance and an interval are positive, got {a_year:g} a year, {interval_s:g} s"
        )
    share = a_year * interval_s * 1e6 / _YEAR_US
    least = 3.5 + (-3.85 - np.log10(share)) / 2.0
    least = float(np.clip(least, kernel.LIMIT, kernel.MOST_LIMIT))
    index = np.asarray(rows, dtype=np.int64)
    profiles["least"][index] = least
    profiles["limit"][index] = np.maximum(profiles["limit"][index], least)
    profiles["allowance"][index] = round(_YEAR_US / a_year)


def judge(
    profiles: RecordArray,
    *,
    stream: npt.ArrayLike,
    time: npt.ArrayLike,
    value: npt.ArrayLike,
) -> Judged:
    """Score readings in the order given; changes `profiles` in place.

    However a sequence is cut into calls the figures are the same. A reading not newer than the
    newest of its stream, or not finite, teaches nothing and scores 0.

    The score is 1 - 2^(-s / g), s the joint surprise in decades, g the limit that grows with the
    readings: an alarm of a stream without an allowance begins at 0.5; in n readings white noise
    begins about ln(n / 150) / 4. A score is
    given once: while what was announced fades (240 readings), only what is clearly worse
    scores again; the alarm stays on until twelve calm readings, or 400 readings have made the new
    state the norm.

    Parameters
    ----------
    profiles : shape (streams,), from `empty`.
    stream : int32, shape (readings,); time : int64, µs since 1970 UTC; value : float64, any unit.

    Raises
    ------
    errors.ShapeMismatch
        If columns differ in length or a stream has no profile.
    """
    streams = np.require(stream, np.int32, ["C", "A"])
    times = np.require(time, np.int64, ["C", "A"])
    values = np.require(value, np.float64, ["C", "A"])
    if not streams.shape == times.shape == values.shape or streams.ndim != 1:
        raise errors.ShapeMismatch(
            f"stream, time, value have shapes {streams.shape}, {times.shape}, {values.shape}"
        )
    if len(streams) and not 0 <= streams.min() <= streams.max() < len(profiles):
        raise errors.ShapeMismatch(
            f"streams {streams.min()}..{streams.max()} named, but there are {len(profiles)}"
        )
    n = len(streams)
    out = Judged(np.zeros(n), np.zeros(n, np.bool_), np.zeros(n), np.zeros(n, np.int8))
    kernel.read(profiles, streams, times, values, *out)
    return out
