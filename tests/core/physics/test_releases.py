import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.physics import blowdown, gas_release, liquid_release, two_phase_release

AIR, M_AIR = 1.4, 0.0289647


def test_liquid_by_hand():  # 0.61 x 1e-4 m2 x sqrt(2 x 1000 x 1e5) = 0.8627 kg/s
    np.testing.assert_allclose(liquid_release.liquid_rate(1e-4, 1000, 1e5), 0.86267, rtol=1e-4)


def test_a_head_of_ten_metres_drains_at_fourteen_metres_a_second():  # sqrt(2 g 10) = 14.005
    rate = liquid_release.liquid_rate(1.0, 1000, 0.0, 10.0, 1.0)
    np.testing.assert_allclose(rate / 1000, 14.005, rtol=1e-3)


def test_air_chokes_at_0_528():
    np.testing.assert_allclose(gas_release.critical_ratio(1.4), 0.5283, atol=1e-4)


def test_choked_air_by_the_textbook():
    # C A P sqrt(g M / (R T) (2/(g+1))^((g+1)/(g-1))) for 1e6 Pa, 300 K, 1 cm2: 0.2333 kg/s
    state = gas_release.throat(1e6, 300, M_AIR, AIR)
    expected = 1e-4 * 1e6 * np.sqrt(1.4 * M_AIR / (8.314462618 * 300) * (2 / 2.4) ** 6)
    np.testing.assert_allclose(gas_release.gas_rate(1e-4, state, 1.0), expected, rtol=1e-6)
    assert bool(state.is_choked)


def test_unchoked_air_by_the_textbook():
    state = gas_release.throat(1.2e5, 300, M_AIR, AIR)
    ratio = 101_325 / 1.2e5
    bracket = 2 * M_AIR / (8.314462618 * 300) * 3.5 * (ratio ** (2 / 1.4) - ratio ** (2.4 / 1.4))
    np.testing.assert_allclose(
        gas_release.gas_rate(1e-4, state, 1.0), 1e-4 * 1.2e5 * np.sqrt(bracket), rtol=1e-6
    )
    assert not bool(state.is_choked)


def test_hydrogen_of_published_figures():
    # Imamura et al. (2008), figure 3: 3 mm, 1.09 MPa above ambient, 4.71 g/s
    state = gas_release.throat(1.09e6 + 101_325, 293, 2.01588e-3, 1.405)
    rate = gas_release.gas_rate(np.pi / 4 * 0.003**2, state)
    np.testing.assert_allclose(rate, 4.713612e-3, rtol=0.10)


def test_the_covolume_lets_less_out_than_an_ideal_gas():
    ideal = gas_release.throat(7e7, 293, 2.01588e-3, 1.405)
    real = gas_release.throat(7e7, 293, 2.01588e-3, 1.405, covolume=gas_release.HYDROGEN_COVOLUME)
    assert gas_release.gas_rate(1.0, real) < gas_release.gas_rate(1.0, ideal)


@given(pressure=st.floats(1.1e5, 1e8))
def test_more_pressure_never_lets_less_out(pressure):
    low = gas_release.gas_rate(1.0, gas_release.throat(pressure, 300, M_AIR, AIR))
    high = gas_release.gas_rate(1.0, gas_release.throat(pressure * 1.05, 300, M_AIR, AIR))
    assert high >= low * (1 - 1e-9)


def test_a_vessel_at_ambient_pressure_is_refused():
    with pytest.raises(errors.OutOfRange, match="pressure must be"):
        gas_release.throat(101_325, 300, M_AIR, AIR)


def test_a_blowdown_cools_empties_and_keeps_mass():
    course = blowdown.gas_blowdown(1.0, 1e-4, 1e7, 300, M_AIR, AIR, discharge=0.85)
    lost = np.trapezoid(course.rate, course.time)
    np.testing.assert_allclose(lost, course.density[0] - course.density[-1], rtol=1e-2)
    assert course.temperature[-1] < 130 and course.pressure[-1] < 1.02e5
    by_hand = 300 * (course.pressure[-1] / 1e7) ** (0.4 / 1.4)
    np.testing.assert_allclose(course.temperature[-1], by_hand, rtol=1e-9)


def test_omega_one_chokes_like_an_isothermal_gas():  # exp(-1/2) = 0.60653
    np.testing.assert_allclose(two_phase_release.critical_pressure_ratio(1.0), 0.60653, atol=1e-5)


def test_propane_flashes_by_about_a_third():
    # cp 2400, hv 426 kJ/kg, 20 C against -42 C: 1 - exp(-2400 x 62 / 426e3) = 0.295
    share = two_phase_release.flash_fraction(2400, 426e3, 293.15, 231.15)
    np.testing.assert_allclose(share, 0.2948, atol=1e-3)
    assert two_phase_release.airborne_fraction(0.6) == 1


def test_a_flashing_flow_lies_between_gas_and_liquid():
    w = two_phase_release.omega(500, 18.0, 2600, 345e3, 293, 8.4e5)
    flow = two_phase_release.two_phase_rate(1.0, 8.4e5, 500.0, w, discharge=1.0)
    liquid = liquid_release.liquid_rate(1.0, 500, 8.4e5 - 101_325, discharge=1.0)
    gas = gas_release.gas_rate(1.0, gas_release.throat(8.4e5, 293, 0.0441, 1.13), 1.0)
    assert gas < flow < liquid
