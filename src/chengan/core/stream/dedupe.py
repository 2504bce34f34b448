"""Readings that came twice in one batch: same stream, same time."""

import numpy as np
from numba import njit

from chengan.core import errors
from chengan.core.arrays import NEVER, BoolArray, FloatArray, IndexArray, IntArray


@njit(cache=True, nogil=True)
def _suspects(stream: IndexArray, time: IntArray, newest: IntArray) -> BoolArray:
    """Which streams have a reading not newer than the one before it; `newest` starts at NEVER."""
    suspect = np.zeros(newest.shape[0], dtype=np.bool_)
    for k in range(stream.shape[0]):
        i = stream[k]
        if time[k] <= newest[i]:
            suspect[i] = True
        else:
            newest[i] = time[k]
    return suspect


@njit(cache=True, nogil=True)
def _late(stream: IndexArray, time: IntArray, newest: IntArray) -> BoolArray:
    late = np.zeros(stream.shape[0], dtype=np.bool_)
    for k in range(stream.shape[0]):
        i = stream[k]
        if time[k] <= newest[i]:
            late[k] = True
        else:
            newest[i] = time[k]
    return late


def late(stream: IndexArray, time: IntArray, newest: IntArray) -> BoolArray:
    """Say which readings came after a newer one of their stream, in the batch or before it.

    Parameters
    ----------
    stream : int32, shape (readings,), in order of arrival.
    time : int64, shape (readings,), µs since 1970 UTC.
    newest : int64, shape (streams,), time of the newest reading before the batch; stays as it is.
    """
    found: BoolArray = _late(
        np.require(stream, np.int32, ["C", "A", "W"]),
        np.require(time, np.int64, ["C", "A", "W"]),
        np.array(newest, dtype=np.int64),
    )
    return found


def _first_index(stream: IndexArray, time: IntArray) -> IntArray:
    """For each reading the index of the first one of the same stream and time, shape (readings,).

    Most batches are in order of time within each stream, which one pass sees; only streams that
    are not are sorted.
    """
    stream = np.require(stream, np.int32, ["C", "A", "W"])
    time = np.require(time, np.int64, ["C", "A", "W"])
    if stream.shape != time.shape or stream.ndim != 1:
        raise errors.ShapeMismatch(f"stream {stream.shape} and time {time.shape} differ in shape")
    first = np.arange(len(stream))
    if not len(stream):
        return first
    if stream.min() < 0:
        raise errors.ShapeMismatch(f"a stream's index cannot be negative, got {stream.min()}")
    newest = np.full(int(stream.max()) + 1, NEVER, dtype=np.int64)
    chosen = np.flatnonzero(_suspects(stream, time, newest)[stream])
    first[chosen] = chosen[_first_sorted(stream[chosen], time[chosen])]
    return first


def _first_sorted(stream: IndexArray, time: IntArray) -> IntArray:
    order = np.lexsort((time, stream))  # stable: equal keys keep the order of arrival
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (np.diff(stream[order]) != 0) | (time[order][1:] != time[order][:-1])
    first = np.empty(len(order), dtype=np.int64)
    first[order] = order[begins][np.cumsum(begins) - 1]
    return first


def first_occurrence(stream: IndexArray, time: IntArray) -> BoolArray:
    """Say which readings are the first of their stream and time in the batch; others came twice.

    Parameters
    ----------
    stream : int32, shape (readings,), >= 0.
    time : int64, shape (readings,), µs since 1970 UTC.

    Raises
    ------
    errors.ShapeMismatch
        If the columns differ in length or a stream is negative.
    """
    first = _first_index(stream, time)
    is_first: BoolArray = first == np.arange(len(first))
    return is_first


def conflicts(stream: IndexArray, time: IntArray, value: FloatArray) -> BoolArray:
    """Say which readings contradict the first of their stream and time: another value came.

    A subset of the duplicates; NaN equals NaN. Parameters and errors as `first_occurrence`, with
    value : float64, shape (readings,).
    """
    values = np.asarray(value, dtype=np.float64)
    first = _first_index(stream, time)
    if values.shape != first.shape:
        raise errors.ShapeMismatch(f"value {values.shape} and time {first.shape} differ in shape")
    earlier = values[first]
    same = (values == earlier) | (np.isnan(values) & np.isnan(earlier))
    return ~same
