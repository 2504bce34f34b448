"""The four grades of 国务院令第493号."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.errors import OutOfRange
from chengan.core.tables.accident_grades import grade


def severity(deaths=0, injuries=0, yuan=0):
    return grade(deaths=deaths, serious_injuries=injuries, direct_loss_yuan=yuan).severity


@pytest.mark.parametrize(
    ("deaths", "injuries", "yuan", "expected"),
    [
        (1, 0, 0, 2), (2, 9, 9_999_999, 2), (3, 0, 0, 3), (9, 49, 49_999_999, 3),
        (10, 0, 0, 4), (29, 99, 99_999_999, 4), (30, 0, 0, 5),
        (0, 10, 0, 3), (0, 50, 0, 4), (0, 100, 0, 5),
        (0, 0, 10_000_000, 3), (0, 0, 50_000_000, 4), (0, 0, 100_000_000, 5),
    ],
)  # fmt: skip
def test_the_lower_end_belongs_to_the_grade_and_the_upper_does_not(
    deaths, injuries, yuan, expected
):
    assert severity(deaths, injuries, yuan) == expected


@given(st.integers(0, 40), st.integers(0, 120), st.integers(0, 2 * 10**8))
def test_any_one_criterion_suffices(deaths, injuries, yuan):
    if not (deaths or injuries or yuan):
        return
    alone = [
        severity(deaths=deaths or 1),
        severity(injuries=injuries or 1),
        severity(yuan=yuan or 1),
    ]
    assert severity(deaths, injuries, yuan) == max(alone)


def test_nobody_hurt_and_nothing_lost_has_no_grade():
    assert grade(deaths=0, serious_injuries=0, direct_loss_yuan=0) is None


def test_a_negative_figure_is_refused():
    with pytest.raises(OutOfRange, match="deaths"):
        severity(deaths=-1)
