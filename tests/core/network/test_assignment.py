"""One resource a task, at the least total time."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.errors import OutOfRange, ShapeMismatch
from chengan.core.network.assignment import assign


def test_the_nearest_for_one_may_be_the_wrong_one_for_all():
    # by hand: greedy gives 1 + 100, the best is 2 + 3
    time = [[1.0, 2.0], [3.0, 100.0]]
    np.testing.assert_array_equal(assign(time, np.ones((2, 2)), [1, 1]), [1, 0])


def test_who_cannot_do_a_task_is_not_sent_even_when_near():
    time = [[1.0, 500.0]]
    np.testing.assert_array_equal(assign(time, [[False, True]], [1]), [1])


def test_a_task_nobody_can_do_stays_open():
    np.testing.assert_array_equal(assign([[1.0], [2.0]], [[False], [True]], [1, 1]), [-1, 0])
    np.testing.assert_array_equal(assign(np.zeros((2, 0)), np.zeros((2, 0)), [1, 1]), [-1, -1])


def test_the_graver_task_is_served_sooner():
    time = [[10.0, 20.0], [10.0, 20.0]]
    np.testing.assert_array_equal(assign(time, np.ones((2, 2)), [1, 3]), [1, 0])


@given(st.data())
def test_no_other_choice_takes_less(data):
    tasks, resources = data.draw(st.integers(1, 3)), data.draw(st.integers(3, 4))
    cells = st.lists(st.integers(0, 50), min_size=resources, max_size=resources)
    time = np.array(data.draw(st.lists(cells, min_size=tasks, max_size=tasks)), float)
    chosen = assign(time, np.ones_like(time), np.ones(tasks))
    best = min(
        sum(time[row, column] for row, column in enumerate(each))
        for each in permutations(range(resources), tasks)
    )
    assert len(set(chosen)) == tasks
    assert time[np.arange(tasks), chosen].sum() == best


def test_shapes_that_differ_and_negative_times_are_refused():
    with pytest.raises(ShapeMismatch):
        assign([[1.0]], [[True, True]], [1])
    with pytest.raises(OutOfRange):
        assign([[-1.0]], [[True]], [1])
