import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.stream.dedupe import conflicts, first_occurrence, late

NAN = math.nan


def arrays(stream, time):
    return np.array(stream, dtype=np.int32), np.array(time, dtype=np.int64)


def test_the_first_of_each_stream_and_time_is_kept():
    stream, time = arrays([0, 1, 0, 1, 0, 0], [5, 5, 5, 6, 4, 5])
    assert first_occurrence(stream, time).tolist() == [True, True, False, True, True, False]


def test_a_duplicate_with_another_value_is_a_conflict():
    stream, time = arrays([0, 0, 0, 1], [5, 5, 5, 5])
    values = np.array([1.0, 1.0, 2.0, 3.0])
    assert conflicts(stream, time, values).tolist() == [False, False, True, False]


def test_nan_and_nan_do_not_conflict():
    stream, time = arrays([0, 0, 0], [5, 5, 5])
    assert conflicts(stream, time, np.array([NAN, NAN, 1.0])).tolist() == [False, False, True]


def test_nothing_has_no_duplicates():
    assert first_occurrence(*arrays([], [])).shape == (0,)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 6)), max_size=60))
def test_the_mask_is_what_a_set_would_say(rows):
    seen, expected = set(), []
    for row in rows:
        expected.append(row not in seen)
        seen.add(row)
    stream, time = arrays([row[0] for row in rows], [row[1] for row in rows])
    assert first_occurrence(stream, time).tolist() == expected


def test_columns_of_different_length_are_refused():
    with pytest.raises(errors.ShapeMismatch, match="differ"):
        first_occurrence(*arrays([0], [1, 2]))
    with pytest.raises(errors.ShapeMismatch, match="value"):
        conflicts(*arrays([0], [1]), np.zeros(2))


def test_a_negative_stream_is_refused():
    with pytest.raises(errors.ShapeMismatch, match="negative, got -1"):
        first_occurrence(*arrays([-1], [1]))


def test_late_is_what_comes_after_a_newer_one_in_the_batch_or_before_it():
    stream = np.array([0, 1, 0, 0, 1, 0], np.int32)
    time = np.array([10, 5, 8, 12, 6, 12], np.int64)
    newest = np.array([9, 5], np.int64)
    found = late(stream, time, newest)
    assert found.tolist() == [False, True, True, False, False, True]
    assert newest.tolist() == [9, 5]
