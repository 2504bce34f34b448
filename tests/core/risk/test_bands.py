"""Half-open intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk.bands import Bands

LEC = Bands((70.0, 160.0, 320.0), (2, 3, 4, 5))


def test_an_edge_belongs_to_the_band_above_it():
    assert LEC.level([69.99, 70, 159.99, 160, 319.5, 320]).tolist() == [2, 3, 3, 4, 4, 5]


def test_what_is_missing_has_no_level():
    assert LEC.level([np.nan, 0]).tolist() == [-1, 2]


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=50))
def test_more_never_gets_a_lower_level(figures):
    found = LEC.level(np.sort(figures))
    assert np.all(np.diff(found) >= 0)
    assert set(found.tolist()) <= {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("edges", "levels"),
    [((1.0,), (2,)), ((2.0, 1.0), (2, 3, 4)), ((1.0, 2.0), (2, 4, 3)), ((np.inf,), (2, 3))],
)
def test_bands_that_contradict_themselves_are_refused(edges, levels):
    with pytest.raises(errors.LimitsError):
        Bands(edges, levels)
