"""Readings that came late, judged by themselves: what they would have been is not to be lost.

A late reading changes nothing in the state of its stream (see `evaluate.step`), for a breach is an
episode in order of time. But it may be the only one that saw a danger, when a device or a gateway
sends out of order. So each late reading is held against the thresholds as they stand, alone.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import NEVER, BoolArray, FloatArray, IndexArray, IntArray
from chengan.core.stream.events import EVENT, Cause, Events, Kind
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState

_SIDES: Final = ((Cause.HIGH, "high", 1.0), (Cause.LOW, "low", -1.0))


def late_breaches(
    state: StreamState,
    limits: Limits,
    *,
    stream: npt.ArrayLike,
    time: npt.ArrayLike,
    value: npt.ArrayLike,
) -> Events:
    """The worst late breach of each stream and side among these readings, as LATE_BREACH events.

    A hold is not asked for: the readings around, which would tell, may be missing. Implausible
    readings are no breach. A breach at least as severe that is in force and began before the
    reading says it already. Of equally severe ones the first in time counts. Nothing is changed.

    Parameters
    ----------
    stream : int32, shape (readings,), index of the stream.
    time : int64, shape (readings,), µs since 1970 UTC; becomes both `time` and `onset`.
    value : float64, shape (readings,), in the SI unit of the stream.
    """
    streams, times = np.asarray(stream, np.int32), np.asarray(time, np.int64)
    values = np.asarray(value, np.float64)
    parts = [np.zeros(0, EVENT)]
    for cause, name, sign in _SIDES:
        thresholds = getattr(limits, name)[streams]
        severity = _severity(thresholds, values, sign)
        severity[~_is_plausible(limits, streams, values)] = 0
        severity[_is_known(state, streams, times, severity, cause)] = 0
        worst = _worst(streams, times, severity)
        parts.append(_events(worst, streams, times, values, severity, thresholds, cause))
    return Events.from_table(np.concatenate(parts))


def _severity(thresholds: FloatArray, values: FloatArray, sign: float) -> IntArray:
    """The highest severity whose threshold is reached, shape (readings,); 0 for none."""
    with np.errstate(invalid="ignore"):
        is_reached = sign * (values[:, None] - thresholds) >= 0
    highest: IntArray = np.where(is_reached, np.arange(1, 6), 0).max(axis=1, initial=0)
    return highest


def _is_plausible(limits: Limits, streams: IndexArray, values: FloatArray) -> BoolArray:
    low, high = limits.plausible_low[streams], limits.plausible_high[streams]
    is_plausible: BoolArray = np.isfinite(values) & ~(values < low) & ~(values > high)
    return is_plausible


def _is_known(
    state: StreamState, streams: IndexArray, times: IntArray, severity: IntArray, cause: Cause
) -> BoolArray:
    onset = state.onset[streams, cause]
    is_known: BoolArray = (
        (onset != NEVER) & (onset <= times) & (state.severity[streams, cause] >= severity)
    )
    return is_known


def _worst(streams: IndexArray, times: IntArray, severity: IntArray) -> npt.NDArray[np.intp]:
    """Places of the worst reading of each stream that has a breach, in order of stream."""
    breaching = np.flatnonzero(severity)
    order = breaching[np.lexsort((times[breaching], -severity[breaching], streams[breaching]))]
    return order[np.unique(streams[order], return_index=True)[1]]


def _events(
    places: npt.NDArray[np.intp],
    streams: IndexArray,
    times: IntArray,
    values: FloatArray,
    severity: IntArray,
    thresholds: FloatArray,
    cause: Cause,
) -> npt.NDArray[np.void]:
    table = np.zeros(len(places), EVENT)
    table["kind"], table["cause"] = Kind.LATE_BREACH, cause
    table["stream"], table["severity"] = streams[places], severity[places]
    table["time"] = table["onset"] = times[places]
    table["value"] = table["measure"] = values[places]
    table["limit"] = thresholds[places, severity[places] - 1]
    table["expected"] = np.nan
    return table
