"""A pump is on below one level, off above another, and between them stays as it was."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chengan.city.site.measuring.towns.control import ALWAYS, NEVER, SUPPLY, Law, drawn


def test_between_its_levels_a_pump_stays_as_it_was():  # by hand: on below 2 m, off above 4 m
    law, on, seen = Law(2.0, 4.0), False, []
    for level in (3.0, 1.9, 3.0, 4.0, 4.1, 3.0, 2.0, 1.9):
        on = law.decided(level, on)
        seen.append(on)
    assert seen == [False, True, True, True, False, False, False, True]


@given(st.floats(-10, 10), st.booleans())
def test_a_fixed_law_asks_no_level(level, was_on):
    assert ALWAYS.decided(level, was_on) and not NEVER.decided(level, was_on)


@given(st.integers(0, 1000))
def test_drawn_laws_lie_inside_the_tank(seed):
    heights = dict.fromkeys(set(SUPPLY.values()), 5.0)
    laws = drawn(heights, np.random.default_rng(seed))
    assert set(laws) == set(SUPPLY) and laws["PU3"] == NEVER
    moving = [law for law in laws.values() if not law.is_fixed]
    assert all(0 < law.on_below < law.off_above < 5.0 for law in moving)
