"""The order by stream and time, and the newest reading of each stream."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.arrays import NEVER
from chengan.core.stream.newest import note
from chengan.core.stream.order import by_stream

READINGS = st.lists(st.tuples(st.integers(0, 9), st.integers(-50, 50)), max_size=60)


def columns(readings):
    stream = np.array([each[0] for each in readings], np.int32)
    return stream, np.array([each[1] for each in readings], np.int64)


def test_readings_lie_by_stream_then_time_and_equal_ones_as_they_came():
    stream, time = columns([(2, 5), (1, 9), (1, 3), (2, 5), (1, 9)])
    assert by_stream(stream, time).tolist() == [2, 1, 4, 0, 3]


def test_nothing_has_an_order():
    assert by_stream(np.zeros(0), np.zeros(0)).tolist() == []


@given(READINGS)
def test_the_order_is_that_of_a_stable_sort(readings):
    stream, time = columns(readings)
    assert by_stream(stream, time).tolist() == np.lexsort((time, stream)).tolist()


@given(READINGS)
def test_where_times_ascend_it_is_the_same_without_sorting(readings):
    stream, _time = columns(readings)
    time = np.arange(len(stream))
    assert by_stream(stream, time).tolist() == np.lexsort((time, stream)).tolist()


def test_columns_of_different_length_and_negative_streams_are_refused():
    with pytest.raises(errors.ShapeMismatch, match="differ in shape"):
        by_stream(np.zeros(2), np.zeros(3))
    with pytest.raises(errors.ShapeMismatch, match="negative"):
        by_stream(np.array([-1]), np.zeros(1))


def arrays(count):
    return {
        "newest": np.full(count, NEVER),
        "newest_value": np.full(count, np.nan),
        "newest_arrival": np.full(count, NEVER),
        "changed": np.zeros(count, np.bool_),
    }


def test_the_newest_stays_whatever_comes_after_it():
    known = arrays(3)
    stream, time = columns([(0, 5), (2, 1), (0, 4), (0, 5)])
    note(stream, time, np.array([1.0, 2.0, 3.0, 4.0]), time + 100, **known)
    assert known["newest"].tolist() == [5, NEVER, 1]
    assert known["newest_value"][[0, 2]].tolist() == [1.0, 2.0]
    assert known["newest_arrival"].tolist() == [105, NEVER, 101]
    assert known["changed"].tolist() == [True, False, True]


@given(READINGS)
def test_however_readings_are_cut_into_batches_the_newest_is_the_same(readings):
    stream, time = columns(readings)
    value, whole, cut = np.arange(len(stream)) / 2, arrays(10), arrays(10)
    note(stream, time, value, time, **whole)
    for part in np.array_split(np.arange(len(stream)), 3):
        note(stream[part], time[part], value[part], time[part], **cut)
    for name, array in whole.items():
        np.testing.assert_array_equal(array, cut[name])
