"""A bow-tie by hand."""

import pytest

from chengan.core import errors
from chengan.core.risk.bow_tie import Branch, evaluate


def test_a_leak_behind_two_barriers_by_hand():
    found = evaluate(
        [Branch("corrosion", 0.1, (0.1, 0.1)), Branch("digger", 0.02, (0.5,))],
        [Branch("fire", 0.3, (0.1,)), Branch("dispersed", 0.7)],
    )
    assert found.top == pytest.approx(0.1 * 0.01 + 0.02 * 0.5)  # 0.011 a year
    assert found.consequences == {
        "fire": pytest.approx(0.011 * 0.03),
        "dispersed": pytest.approx(0.0077),
    }


@pytest.mark.parametrize(
    ("threats", "ends"),
    [
        ([], []),
        ([Branch("x", -1)], []),
        ([Branch("x", 1, (1.5,))], []),
        ([Branch("x", 1)], [Branch("y", 2)]),
        ([Branch("x", 1), Branch("x", 0.5)], []),  # not 0.5 a year
        ([Branch("x", 1)], [Branch("y", 0.1), Branch("y", 0.2)]),
    ],
)
def test_impossible_branches_are_refused(threats, ends):
    with pytest.raises(errors.OutOfRange):
        evaluate(threats, ends)
