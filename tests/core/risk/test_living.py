"""What raises a risk."""

from hypothesis import given
from hypothesis import strategies as st

from chengan.core.risk import living

RAISE = st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([0, 3, 4, 5]))


def test_raises_by_hand():
    """Blue raised by one; yellow by the larger of two; orange at least red; never assessed."""
    found = living.current(
        [2, 3, 4, -1, 5], [0, 1, 1, 2, 3, 4], [1, 1, 2, 0, 1, 2], [0, 0, 0, 5, 0, 0]
    )
    assert found.tolist() == [3, 5, 5, -1, 5]


def test_a_warning_says_of_the_unassessed_what_it_says():
    assert living.current([-1], [0], [1], [4]).tolist() == [4]


@given(st.lists(st.sampled_from([-1, 2, 3, 4, 5]), min_size=4, max_size=4), st.lists(RAISE))
def test_nothing_that_happens_lowers_a_risk(residual, raises):
    columns = [list(each) for each in zip(*raises)] or [[], [], []]
    found = living.current(residual, *columns)
    assert all(now >= before for now, before in zip(found, residual))
    assert max(found) <= 5
