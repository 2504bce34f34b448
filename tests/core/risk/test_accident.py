"""Decree 493 by hand."""

import pytest

from chengan.core import errors
from chengan.core.risk import accident


def test_exactly_three_deaths_are_the_second_grade():
    assert accident.grade([2, 3, 9, 10, 29, 30], 0, 0).tolist() == [1, 2, 2, 3, 3, 4]


def test_any_one_criterion_is_enough():
    assert accident.grade(0, [9, 10, 50, 100], 0).tolist() == [1, 2, 3, 4]
    assert accident.grade(0, 0, [9.99e6, 1e7, 5e7, 1e8]).tolist() == [1, 2, 3, 4]


def test_negative_figures_are_refused():
    with pytest.raises(errors.OutOfRange):
        accident.grade(-1, 0, 0)
