"""GB 18218 by hand, with its traps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk import major_hazard
from chengan.core.tables import major_hazards


def rate(rows, people, scale=1.0):
    """Rows of (unit, name, kg)."""
    found = [major_hazards.substance(name) for _unit, name, _kg in rows]
    return major_hazard.rate(
        unit=[unit for unit, _name, _kg in rows],
        amount=[kg * scale for _unit, _name, kg in rows],
        threshold=[each.threshold * scale for each in found],
        beta=[each.beta or 1.0 for each in found],
        people=people,
    )


def test_one_tank_of_chlorine_by_hand():  # 20/5 = 4; 2.0 x 4 x 4 = 32: grade 3
    units = rate([(0, "氯", 20_000.0)], [150])
    assert units.s.tolist() == [4.0]
    assert units.r.tolist() == [32.0]
    assert units.grade.tolist() == [3]


def test_several_substances_add_up():  # ammonia 5/10 + methanol 250/500 = 1.0: just a hazard
    units = rate([(0, "氨", 5000.0), (0, "甲醇", 250_000.0)], [0])
    assert units.s.tolist() == [1.0]
    assert units.r.tolist() == [0.5 * (2 * 0.5 + 0.5)]
    assert units.grade.tolist() == [4]


def test_exactly_100_people_have_a_factor():
    people = [0, 1, 29, 30, 49, 50, 99, 100, 101]
    wanted = [0.5, 1, 1, 1.2, 1.2, 1.5, 1.5, 2, 2]
    assert major_hazard.people_factor(people).tolist() == wanted


def test_the_edges_of_the_grades_are_half_open():
    assert major_hazard.grade_of([9.99, 10, 49.99, 50, 99.99, 100]).tolist() == [4, 3, 3, 2, 2, 1]


def test_below_one_is_no_major_hazard_when_everything_is_known():
    assert rate([(0, "氯", 4999.0)], [150]).grade.tolist() == [0]


def test_an_empty_unit_is_data_missing_and_never_safe():
    units = rate([(1, "氯", 100.0)], [10, 10])
    assert units.grade.tolist() == [-1, 0]
    assert np.isnan(units.s[0])


def test_a_missing_amount_leaves_a_lower_bound_and_no_grade():
    rows = [(0, "氯", 20_000.0), (0, "氨", np.nan), (1, "氯", 100.0), (1, "氨", np.nan)]
    units = rate(rows, [150, 150])
    assert units.grade.tolist() == [-1, -1]
    assert units.s[0] >= 1  # a major hazard already, of grade 3 or worse
    assert units.is_complete.tolist() == [False, False]


def test_people_unknown_leave_the_grade_unknown_but_the_hazard_found():
    units = rate([(0, "氯", 20_000.0)], [np.nan])
    assert units.s.tolist() == [4.0]
    assert units.grade.tolist() == [-1]


AMOUNTS = st.lists(st.floats(0, 1e6), min_size=1, max_size=6)


@given(AMOUNTS, st.integers(0, 200))
def test_units_change_nothing(amounts, people):
    rows = [(0, "氨", kg) for kg in amounts]
    kilograms, tonnes = rate(rows, [people]), rate(rows, [people], scale=0.001)
    np.testing.assert_allclose(kilograms.r, tonnes.r, rtol=1e-12)


def danger(grade):
    """Grades count downwards: 1 is worst, 0 not major."""
    return 0 if grade == 0 else 5 - grade


@given(AMOUNTS, st.integers(0, 200), st.floats(0, 1e5), st.integers(0, 100))
def test_more_hazard_never_lowers_a_grade(amounts, people, more, others):
    rows = [(0, "氨", kg) for kg in amounts]
    worse = [*rows, (0, "氯", more)]
    before, after = rate(rows, [people]), rate(worse, [people + others])
    assert danger(after.grade[0]) >= danger(before.grade[0])


def test_impossible_figures_are_refused():
    with pytest.raises(errors.OutOfRange):
        rate([(0, "氨", -1.0)], [0])
    with pytest.raises(errors.OutOfRange):
        major_hazard.people_factor([-1])
    with pytest.raises(errors.ShapeMismatch):
        rate([(1, "氨", 1.0)], [0])
