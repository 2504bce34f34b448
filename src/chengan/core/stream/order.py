"""The order by stream and time, in one pass over readings that come nearly so."""

import numpy as np
from numba import njit

from chengan.core import errors
from chengan.core.arrays import IndexArray, IntArray


@njit(cache=True, nogil=True)
def _places(stream: IndexArray, time: IntArray, begins: IntArray, newest: IntArray) -> bool:
    """Turn `begins` (where each stream's readings begin) into ends; say whether times ascend.

    `newest` starts below all times.
    """
    ascends = True
    for k in range(stream.shape[0]):
        i = stream[k]
        if time[k] < newest[i]:
            ascends = False
        newest[i] = time[k]
        begins[i] += 1
    return ascends


@njit(cache=True, nogil=True)
def _fill(stream: IndexArray, begins: IntArray, order: IntArray) -> None:
    for k in range(stream.shape[0]):
        i = stream[k]
        order[begins[i]] = k
        begins[i] += 1


def by_stream(stream: IndexArray, time: IntArray) -> IntArray:
    """Places of the readings sorted by stream, then time, equal ones as they came; shape (n,).

    Parameters
    ----------
    stream : int32, shape (n,), >= 0; memory grows with the largest.
    time : int64, shape (n,), µs since 1970 UTC.

    Raises
    ------
    errors.ShapeMismatch
        If the columns differ in length or a stream is negative.
    """
    streams = np.ascontiguousarray(stream, dtype=np.int32)
    times = np.ascontiguousarray(time, dtype=np.int64)
    if streams.shape != times.shape or streams.ndim != 1:
        raise errors.ShapeMismatch(f"stream {streams.shape} and time {times.shape} differ in shape")
    if not len(streams):
        return np.zeros(0, dtype=np.int64)
    if streams.min() < 0:
        raise errors.ShapeMismatch(f"a stream's index cannot be negative, got {streams.min()}")
    size = int(streams.max()) + 1
    count = np.zeros(size, dtype=np.int64)
    ascends = _places(streams, times, count, np.full(size, times.min(), dtype=np.int64))
    if not ascends:
        return np.lexsort((times, streams))
    order = np.empty(len(streams), dtype=np.int64)
    _fill(streams, np.cumsum(count) - count, order)
    return order
