"""The likelihood-severity matrix by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk import matrix
from chengan.core.risk.bands import Bands

PROVINCIAL = matrix.from_bands(Bands((9.0, 15.0, 20.0), (2, 3, 4, 5)))
STEP = st.integers(1, 5)


def test_the_cells_are_coloured_by_the_product():
    assert PROVINCIAL.cells == (
        (2, 2, 2, 2, 2),
        (2, 2, 2, 2, 3),
        (2, 2, 3, 3, 4),
        (2, 2, 3, 4, 5),
        (2, 3, 4, 5, 5),
    )
    assert PROVINCIAL.level([5, 4, 3, 1], [5, 4, 3, 5]).tolist() == [5, 4, 3, 2]


def test_a_city_may_colour_single_cells():
    made = matrix.Matrix(((2, 3, 5), (2, 4, 5)))
    assert made.level([1, 2], [2, 2]).tolist() == [3, 4]


def test_what_was_not_judged_has_no_level():
    assert PROVINCIAL.level([np.nan, 1], [5, np.nan]).tolist() == [-1, -1]


@given(STEP, STEP, STEP, STEP)
def test_more_hazard_never_lowers_a_rating(likelihood, severity, more, worse):
    base = PROVINCIAL.level(likelihood, severity)
    assert PROVINCIAL.level(max(likelihood, more), max(severity, worse)) >= base


@pytest.mark.parametrize("cells", [((2, 3), (2,)), ((3, 2), (3, 3)), ((3, 3), (2, 3))])
def test_cells_that_contradict_themselves_are_refused(cells):
    with pytest.raises(errors.LimitsError):
        matrix.Matrix(cells)


@pytest.mark.parametrize("step", [0, 6, 2.5])
def test_a_step_beside_the_matrix_is_refused(step):
    with pytest.raises(errors.OutOfRange):
        PROVINCIAL.level(step, 1)
