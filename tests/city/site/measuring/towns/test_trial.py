"""A test holds seven attacks apart from each other, and each of them does something."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.site.measuring.towns import trial
from chengan.city.site.measuring.towns.attacks import Attack


@given(st.integers(0, 100_000))
def test_attacks_lie_inside_the_test_a_day_to_four_long_with_two_days_between(seed):
    spans = trial._spans(np.random.default_rng(seed))
    assert len(spans) == trial.ATTACKS and spans[-1][1] <= trial.TEST_H
    assert all(24 <= end - begin <= 96 for begin, end in spans)
    assert all(later[0] - earlier[1] >= 48 for earlier, later in pairwise(spans))


def test_an_attack_acts_if_it_begins_to_in_its_first_third_and_does_for_six_hours():
    attack = Attack("any", 10, 40, "T3")
    for rows, acts in (((19, 24), False), ((19, 25), True), ((20, 40), False), ((0, 10), False)):
        acted = np.zeros(50, np.bool_)
        acted[slice(*rows)] = True
        assert trial._acts(attack, acted) == acts
