"""Checklist index by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk import checklist

ANSWER = st.sampled_from([1, 0, -1])
ITEMS = st.lists(st.tuples(ANSWER, st.floats(0.1, 10)), min_size=1, max_size=20)


def test_what_does_not_apply_counts_nowhere():  # 2 of 2 + 3 wrong
    found = checklist.index([1, 0, -1], [3, 2, 100])
    assert (found.index, found.coverage) == (0.4, 1.0)


def test_unanswered_items_leave_no_index():
    found = checklist.index([0, -2], [1, 1])
    assert math.isnan(found.index)
    assert found.coverage == 0.5
    assert checklist.index([0, -2], [1, 1], least_coverage=0.5).index == 1.0


def test_nothing_that_applies_is_no_index():
    assert math.isnan(checklist.index([-1], [1]).index)


@given(ITEMS, st.integers(0, 19))
def test_one_more_fault_never_lowers_the_index(items, which):
    answers, weights = [list(each) for each in zip(*items)]
    which %= len(answers)
    if answers[which] != 1:
        return
    before = checklist.index(answers, weights).index
    answers[which] = 0
    assert checklist.index(answers, weights).index > before


def test_other_answers_and_weights_are_refused():
    with pytest.raises(errors.OutOfRange):
        checklist.index([7], [1])
    with pytest.raises(errors.OutOfRange):
        checklist.index([1], [0])
    with pytest.raises(errors.ShapeMismatch):
        checklist.index([1], [1, 2])
