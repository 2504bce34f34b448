"""What fails if this fails, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.network.dependence import Need, spread

POWER, OTHER_POWER, PUMP, HOSPITAL, SCHOOL = range(5)
HOUR = 3600.0
NEEDS = [
    Need(PUMP, (POWER, OTHER_POWER)),  # either line is enough
    Need(HOSPITAL, (POWER, OTHER_POWER), 8 * HOUR),  # its generator
    Need(HOSPITAL, (PUMP,), 2 * HOUR),  # its tank
    Need(SCHOOL, (PUMP,)),
]


def test_one_line_out_of_two_stops_nothing():
    found = spread(5, NEEDS, {POWER: 0.0})
    assert [node for node in range(5) if found.at[node] < float("inf")] == [POWER]


def test_both_lines_out_stop_the_pump_and_the_hospital_when_its_tank_is_empty():
    found = spread(5, NEEDS, {POWER: 0.0, OTHER_POWER: HOUR})
    assert found.at.tolist() == [0, HOUR, HOUR, 3 * HOUR, HOUR]
    assert found.way(HOSPITAL) == [OTHER_POWER, PUMP, HOSPITAL]


def test_a_circle_ends():
    found = spread(2, [Need(0, (1,)), Need(1, (0,), 5.0)], {0: 0.0})
    assert found.at.tolist() == [0, 5]


NEED = st.builds(
    Need,
    st.integers(0, 5),
    st.lists(st.integers(0, 5), min_size=1, max_size=3).map(tuple),
    st.floats(0, 100),
)


@given(st.lists(NEED, max_size=12), st.sets(st.integers(0, 5), min_size=1), st.integers(0, 5))
def test_one_more_failure_never_saves_anything(needs, failed, more):
    less = spread(6, needs, dict.fromkeys(failed, 0.0))
    worse = spread(6, needs, dict.fromkeys(failed | {more}, 0.0))
    assert all(worse.at <= less.at)


@pytest.mark.parametrize("need", [Need(0, ()), Need(0, (9,)), Need(0, (1,), -1)])
def test_needs_that_are_none_are_refused(need):
    with pytest.raises(errors.OutOfRange):
        spread(2, [need], {0: 0.0})
