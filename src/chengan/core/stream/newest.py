"""The newest reading of every stream, kept as readings come in."""

import numpy as np
from numba import njit

from chengan.core.arrays import BoolArray, FloatArray, IndexArray, IntArray


@njit(cache=True, nogil=True)
def _note(
    stream: IndexArray,
    time: IntArray,
    value: FloatArray,
    arrival: IntArray,
    newest: IntArray,
    newest_value: FloatArray,
    newest_arrival: IntArray,
    changed: BoolArray,
) -> None:
    for k in range(stream.shape[0]):
        i = stream[k]
        if time[k] > newest[i]:
            newest[i] = time[k]
            newest_value[i] = value[k]
            newest_arrival[i] = arrival[k]
            changed[i] = True


def note(
    stream: IndexArray,
    time: IntArray,
    value: FloatArray,
    arrival: IntArray,
    *,
    newest: IntArray,
    newest_value: FloatArray,
    newest_arrival: IntArray,
    changed: BoolArray,
) -> None:
    """Put readings that are newer than the newest of their stream in its place.

    Of readings of one time the first stays. Changes the arrays of shape (streams,) in place and
    marks in `changed` the streams that have a newer one.

    Parameters
    ----------
    stream : int32, time and arrival : int64 µs, value : float64; all of shape (readings,).
    newest, newest_value, newest_arrival, changed : shape (streams,).
    """
    _note(
        np.require(stream, np.int32, ["C", "A", "W"]),
        np.require(time, np.int64, ["C", "A", "W"]),
        np.require(value, np.float64, ["C", "A", "W"]),
        np.require(arrival, np.int64, ["C", "A", "W"]),
        newest,
        newest_value,
        newest_arrival,
        changed,
    )
