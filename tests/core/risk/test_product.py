"""LEC by hand, with its traps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk import product

SCALES = (product.LEC_LIKELIHOOD, product.LEC_EXPOSURE, product.LEC_CONSEQUENCE)
ROW = st.tuples(*[st.sampled_from(scale) for scale in SCALES])


def level(row):
    return int(product.LEC_BANDS.level(product.score([row]))[0])


@pytest.mark.parametrize(
    ("row", "score", "colour"),
    [
        ((6, 6, 15), 540, 5),  # likely, every working day, one death
        ((3, 6, 15), 270, 4),
        ((3, 3, 15), 135, 3),
        ((1, 3, 15), 45, 2),
        ((10, 10, 100), 10_000, 5),
        ((0.1, 0.5, 1), 0.05, 2),
    ],
)
def test_by_hand(row, score, colour):
    assert product.score([row])[0] == pytest.approx(score)
    assert level(row) == colour


def test_a_danger_of_319_5_is_graded_orange():
    assert product.LEC_BANDS.level([319.5]).tolist() == [4]


def test_exposure_and_consequence_are_not_swapped():
    assert product.off_scale([[1, 100, 1]], SCALES).tolist() == [[False, True, False]]
    assert product.off_scale([[1, 1, 100]], SCALES).any() == np.False_


def test_a_factor_that_was_not_judged_gives_no_level():
    assert level((np.nan, 6, 15)) == -1


@given(ROW, st.integers(0, 2))
def test_more_hazard_never_lowers_a_rating(row, factor):
    scale = SCALES[factor]
    worse = list(row)
    worse[factor] = scale[min(scale.index(row[factor]) + 1, len(scale) - 1)]
    assert level(worse) >= level(row)


@given(ROW)
def test_every_row_of_the_published_scales_has_a_level(row):
    assert level(row) in {2, 3, 4, 5}


def test_negative_factors_and_wrong_widths_are_refused():
    with pytest.raises(errors.OutOfRange, match="row 1"):
        product.score([[1, 1, 1], [1, -1, 1]])
    with pytest.raises(errors.ShapeMismatch):
        product.off_scale([[1, 2]], SCALES)
