"""The door to the rules: `step` by readings, `advance` by time.

Whether a hold has run out is decided by readings only, never by the clock. A hold says "the value
stayed beyond its limit for so long", and only a reading can say that; the clock would claim what
nobody measured. It also keeps replay exact: the same readings give the same breaches whenever and
however fast they are read again. What the clock alone can know is that nothing came: silence.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import BoolArray, CodeArray, FloatArray, IndexArray, IntArray
from chengan.core.stream import kernel
from chengan.core.stream.events import EVENT, Events
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState

_LEAST_ROWS: Final[int] = 256


class Stepped(NamedTuple):
    """What a step gives: the state (the one passed in), events, and a `Quality` code a reading."""

    state: StreamState
    events: Events
    quality: CodeArray


class Advanced(NamedTuple):
    """What an advance gives: the state (the one passed in) and events."""

    state: StreamState
    events: Events


def step(
    state: StreamState,
    limits: Limits,
    *,
    stream: npt.ArrayLike,
    time: npt.ArrayLike,
    value: npt.ArrayLike,
    arrival: npt.ArrayLike,
) -> Stepped:
    """Evaluate readings in the order given; changes `state` in place and returns it.

    However a sequence of readings is cut into steps, state and events are the same. A reading not
    newer than the newest of its stream is late: it changes nothing at all, not even silence, so
    that a device with a broken clock is found.

    Parameters
    ----------
    stream : int32, shape (readings,), index of the stream.
    time : int64, shape (readings,), µs since 1970 UTC, when it was measured.
    value : float64, shape (readings,), in the SI unit of the stream; not finite is implausible.
    arrival : int64, shape (readings,), µs since 1970 UTC, when it reached the city.

    Raises
    ------
    errors.ShapeMismatch
        If columns differ in length or a stream is not in the state; then nothing has changed.
    """
    streams: IndexArray = np.require(stream, np.int32, ["C", "A", "W"])
    times: IntArray = np.require(time, np.int64, ["C", "A", "W"])
    values: FloatArray = np.require(value, np.float64, ["C", "A", "W"])
    arrivals: IntArray = np.require(arrival, np.int64, ["C", "A", "W"])
    _check_match(state, limits)
    _check_columns(state, streams, times, values, arrivals)
    quality = np.zeros(len(streams), dtype=np.int8)
    parts = []
    done = 0
    while done < len(streams):
        out = np.zeros(max(_LEAST_ROWS, (len(streams) - done) // 8), dtype=EVENT)
        done, filled = kernel.read(
            state.table, limits.table, streams, times, values, arrivals, quality, done, out
        )
        parts.append(out[:filled])
    table = np.concatenate(parts) if parts else np.zeros(0, dtype=EVENT)
    return Stepped(state, Events.from_table(table), quality)


def advance(
    state: StreamState, limits: Limits, now_us: int, active_mask: npt.ArrayLike | None = None
) -> Advanced:
    """Find the streams silent at `now_us`; changes `state` in place and returns it.

    Silent: nothing arrived for longer than `silent_after_us`, since the last arrival or the
    enrolment, whichever is later. The fault ends at the next reading (in `step`), or here when the
    stream is no longer active or no longer asked to speak. While catching up with a log, pass the
    arrival of the newest reading taken from it, not the time on the wall.

    Parameters
    ----------
    now_us : µs since 1970 UTC, on the clock that stamps arrivals.
    active_mask : bool, shape (streams,), False for streams out of service; all are active without.

    Raises
    ------
    errors.ShapeMismatch
        If limits or mask are for another number of streams.
    """
    _check_match(state, limits)
    mask = np.ones(state.streams, dtype=np.bool_) if active_mask is None else active_mask
    active: BoolArray = np.require(mask, np.bool_, ["C", "A", "W"])
    if active.shape != (state.streams,):
        raise errors.ShapeMismatch(
            f"active_mask has shape {active.shape}, the state {state.streams} streams"
        )
    out = np.zeros(state.streams, dtype=EVENT)
    filled = kernel.listen(state.table, limits.table, now_us, active, out)
    return Advanced(state, Events.from_table(out[:filled]))


def _check_match(state: StreamState, limits: Limits) -> None:
    if limits.streams != state.streams:
        raise errors.ShapeMismatch(
            f"limits for {limits.streams} streams, state of {state.streams}: grow both together"
        )


def _check_columns(
    state: StreamState, streams: IndexArray, *others: npt.NDArray[np.generic]
) -> None:
    shapes = {streams.shape, *(column.shape for column in others)}
    if len(shapes) > 1 or streams.ndim != 1:
        raise errors.ShapeMismatch(f"stream, time, value, arrival differ in shape: {shapes}")
    if len(streams) and not 0 <= streams.min() <= streams.max() < state.streams:
        raise errors.ShapeMismatch(
            f"readings of streams {streams.min()}..{streams.max()}, "
            f"but the state has 0..{state.streams - 1}"
        )
