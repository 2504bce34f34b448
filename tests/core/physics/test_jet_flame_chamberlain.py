import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.physics import jet_flame_chamberlain as law
from chengan.core.physics.constants import GRAVITY, air_density

METHANE = 0.01604


def test_an_upright_flame_in_still_air_solves_its_own_equation():
    # by hand: W = 16.04 / (15.816 x 16.04 + 39.5) = 0.05471; (2.85 / W)^(2/3) = 13.95
    found = law.flame(10.0, 400.0, METHANE, 0.0, law.UPRIGHT)
    wide = np.sqrt(4 * 10 / (np.pi * air_density() * 400))
    y = found.length / wide
    a = 0.024 * (GRAVITY * wide / 400**2) ** (1 / 3)
    assert a * y ** (5 / 3) + 0.2 * y ** (2 / 3) == pytest.approx(13.95, rel=1e-3)
    assert found.tilt == 0
    assert found.lift == pytest.approx(0.2 * found.length)


def test_a_slow_jet_radiates_a_third_and_a_fast_one_a_ninth():  # 0.21 exp(-0.00323 u) + 0.11
    assert law.flame(1.0, 20.0, METHANE, 0.0).radiant_fraction == pytest.approx(0.3069, abs=1e-4)
    assert law.flame(1.0, 2000.0, METHANE, 0.0).radiant_fraction == pytest.approx(0.1103, abs=1e-4)


def test_the_tilt_does_not_jump_where_its_two_branches_meet():
    below, above = (law.flame(5.0, 100.0, METHANE, each, 90.0).tilt for each in (4.999, 5.001))
    assert above == pytest.approx(below, rel=0.01)


@given(rate=st.floats(0.1, 100), more=st.floats(1.1, 5), wind=st.floats(0, 15))
def test_more_gas_burns_longer_and_begins_within_its_length(rate, more, wind):
    one, other = (law.flame(each, 300.0, 0.044, wind) for each in (rate, rate * more))
    assert other.length > one.length > one.lift > 0


def test_a_gas_expands_to_the_speed_that_its_heat_gives():
    # by hand: 2 x 4.226 x 151,957 J/kg x (1 - 10^-0.2366) = 539,400 m2/s2
    speed = law.expanded_speed(1_013_250.0, 293.15, METHANE, 1.31)
    assert speed == pytest.approx(734.4, rel=1e-3)


@pytest.mark.parametrize(
    ("given_", "named"),
    [
        ((0.0, 300, METHANE, 2), "rate"),
        ((1.0, 5, METHANE, 1), "speed"),
        ((1.0, 300, 0.002, 2), "molar_mass"),
        ((1.0, 30, METHANE, 10), "wind"),
        ((1.0, 300, METHANE, 2, 200), "pointing"),
    ],
)
def test_what_lies_outside_the_range_is_refused_by_name(given_, named):
    with pytest.raises(errors.OutOfRange, match=named):
        law.flame(*given_)
