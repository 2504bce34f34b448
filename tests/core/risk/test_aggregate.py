"""From many risks to one colour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk import aggregate
from chengan.core.risk.bands import Bands

LOSS = Bands((1.0, 10.0, 100.0), (2, 3, 4, 5))


def test_three_rules_by_hand():
    """Cell 0: blue of 90 m2 and orange of 10 m2; cell 1: nothing; cell 2: one red, many blue."""
    group = [0, 0] + [2] * 10
    level = [2, 4] + [2] * 9 + [5]
    sums = aggregate.gather(
        group, level, 3, weight=[90, 10] + [100] * 9 + [1], loss=[3, 8] + [0] * 10
    )
    assert aggregate.levels(sums, "worst").tolist() == [4, -1, 5]
    assert aggregate.levels(sums, "area").tolist() == [
        2,
        -1,
        5,
    ]  # mean 2.2; red is not averaged away
    assert aggregate.levels(sums, "loss", LOSS).tolist() == [4, -1, 5]  # 11 a year; no loss but red


def test_half_rounds_up():
    sums = aggregate.gather([0, 0], [2, 3], 1)
    assert aggregate.levels(sums, "area").tolist() == [3]


def test_what_was_never_assessed_counts_nowhere():
    sums = aggregate.gather([0, 0, 1], [-1, 3, -1], 2)
    assert aggregate.levels(sums, "worst").tolist() == [3, -1]


RISKS = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from([2, 3, 4, 5]), st.floats(0, 1e4), st.floats(0, 1e3)
    ),
    min_size=1,
    max_size=40,
)


def shown(risks, rule):
    group, level, weight, loss = (list(each) for each in zip(*risks))
    sums = aggregate.gather(group, level, 4, weight=weight, loss=loss)
    return aggregate.levels(sums, rule, LOSS)


@given(RISKS, st.sampled_from(aggregate.RULES))
def test_a_red_is_never_hidden(risks, rule):
    found = shown(risks, rule)
    for group, level, _weight, _loss in risks:
        if level == 5:
            assert found[group] == 5


@given(RISKS, st.sampled_from(aggregate.RULES), st.integers(0, 39))
def test_a_worse_risk_never_lowers_its_cell(risks, rule, which):
    before = shown(risks, rule)
    group, level, weight, loss = risks[which % len(risks)]
    worse = list(risks)
    worse[which % len(risks)] = (group, min(level + 1, 5), weight, loss)
    assert np.all(shown(worse, rule) >= before)


@given(RISKS)
def test_units_of_area_change_nothing(risks):
    hectares = [(group, level, weight / 1e4, loss) for group, level, weight, loss in risks]
    assert shown(risks, "area").tolist() == shown(hectares, "area").tolist()


def test_unknown_rules_and_levels_are_refused():
    with pytest.raises(errors.OutOfRange):
        aggregate.gather([0], [1], 1)
    sums = aggregate.gather([0], [2], 1)
    with pytest.raises(errors.LimitsError):
        aggregate.levels(sums, "mean")
    with pytest.raises(errors.LimitsError):
        aggregate.levels(sums, "loss")
