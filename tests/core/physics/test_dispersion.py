import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.physics import (
    briggs,
    dense_gas,
    gaussian_plume,
    gaussian_puff,
    richardson,
    stability,
    sun,
    surface_layer,
)
from chengan.core.physics.near_ground_plume import Air, crosswind_integrated


def test_briggs_rural_d_at_one_kilometre():  # 0.08 x 1000 / sqrt(1.1); 0.06 x 1000 / sqrt(2.5)
    wide, tall = briggs.spread(1000.0, "D")
    np.testing.assert_allclose([wide, tall], [76.277, 37.947], rtol=1e-4)


def test_an_hour_is_wider_than_ten_minutes_by_six_to_the_fifth_root():
    short, _ = briggs.spread(500.0, "D", averaging=600)
    long, _ = briggs.spread(500.0, "D", averaging=3600)
    np.testing.assert_allclose(long / short, 6**0.2)


def test_a_plume_by_hand():  # q / (pi u sy sz) at the ground, both heights 0
    got = gaussian_plume.concentration(1.0, 1000.0, 5.0, "D", height=0.0)
    np.testing.assert_allclose(got, 1 / (np.pi * 5 * 76.277 * 37.947), rtol=1e-4)


@given(x=st.floats(50, 3000))
def test_a_gaussian_carries_what_was_released(x):
    wide, tall = briggs.spread(x, "F")
    y, z = np.linspace(-6 * wide, 6 * wide, 201), np.linspace(0, 6 * tall, 201)
    c = gaussian_plume.concentration(2.0, x, 4.0, "F", offset=y[:, None], height=z[None, :])
    carried = np.trapezoid(np.trapezoid(c, z, axis=1), y) * 4.0
    np.testing.assert_allclose(carried, 2.0, rtol=0.05)


def test_nothing_upwind():
    assert gaussian_plume.concentration(1.0, -10.0, 5.0, "D") == 0


def test_the_dose_of_a_puff_is_that_of_the_plume_of_its_own_spreads():
    time = np.linspace(20, 300, 20_001)
    c = gaussian_puff.concentration(100.0, time, 5.0, "D", distance=500.0)
    by_time = np.trapezoid(c, time)
    np.testing.assert_allclose(by_time, gaussian_puff.dose(100.0, 500.0, 5.0, "D"), rtol=0.05)


def test_a_dense_cloud_is_refused_to_the_gaussian():
    figure = richardson.continuous(1.76, 55.6, 10.9, 1.22)
    with pytest.raises(errors.OutOfRange, match="dense"):
        richardson.require_passive(figure)
    richardson.require_passive(richardson.continuous(1.21, 0.01, 5.0, 1.2))


def test_liquefied_gas_of_the_textbook_reaches_its_limit_at_367_metres():
    # Crowl and Louvar (2011), example 5-5 (Burro 9): 0.23 m3/s of LNG, 10.9 m/s, ratio 0.019
    rate = 0.23 * 425.6 / 1.76
    found = dense_gas.plume_distance(0.019, rate, 10.9, 1.76, 1.22)
    np.testing.assert_allclose(found, 367, rtol=0.02)


def test_a_thinner_cloud_is_farther():
    near = [float(dense_gas.plume_distance(r, 50, 5, 2.0, 1.2)) for r in (0.1, 0.03, 0.01, 0.002)]
    assert near == sorted(near)
    puff = [float(dense_gas.puff_distance(r, 500, 5, 2.0, 1.2)) for r in (0.1, 0.03, 0.01, 0.001)]
    assert puff == sorted(puff)


def test_a_light_gas_is_refused_to_the_dense_law():
    with pytest.raises(errors.OutOfRange, match="density must be"):
        dense_gas.plume_distance(0.01, 50, 5, 0.7, 1.2)


def test_a_neutral_wind_is_the_logarithm():  # u* = 0.4 x 5 / ln(1000)
    got = surface_layer.friction_velocity(5.0, 10.0, 0.01, 0.0)
    np.testing.assert_allclose(got, 0.4 * 5 / np.log(1000), rtol=1e-9)
    np.testing.assert_allclose(surface_layer.wind_at(10.0, got, 0.01, 0.0), 5.0)


def test_pasquill_by_sun_and_wind():
    assert stability.pasquill_class(1.0, "strong") == "A"
    assert stability.pasquill_class(5.5, "slight") == "D"
    assert stability.pasquill_class(1.5, "clear") == "F"
    with pytest.raises(errors.OutOfRange, match="sky"):
        stability.pasquill_class(1.0, "grey")


def test_the_surface_layer_law_keeps_the_mass_near_the_source():
    air = Air.of_class("D", 5.0, 10.0, 0.03)
    near, _ = crosswind_integrated(50.0, air, 0.5, 1.5)
    far, _ = crosswind_integrated(500.0, air, 0.5, 1.5)
    assert near > 5 * far > 0


@given(letter=st.sampled_from("ABCDEF"))
def test_stable_air_keeps_more_near_the_ground(letter):
    x = np.array([200.0, 800.0])
    here, _ = crosswind_integrated(x, Air.of_class(letter, 3.0, 10.0, 0.03), 0.5, 1.5)
    calm, _ = crosswind_integrated(x, Air.of_class("F", 3.0, 10.0, 0.03), 0.5, 1.5)
    assert np.all(calm >= here * (1 - 1e-9))


def test_the_nomogram_is_on_the_safe_side_of_degadis():
    # distances (m) to 5, 1 and 0.2 % of chlorine at 20 C by a reimplementation of DEGADIS 2.1
    # (degadisx 0.1.4): neutral, roughness 0.03 m, ten minutes' mean; kg/s, m/s
    density = 101_325 * 0.070906 / 8.314462618 / 293.15
    known = {
        (20, 5): (53, 123, 305),
        (5, 5): (25, 59, 155),
        (100, 5): (132, 290, 686),
        (20, 3): (78, 161, 364),
        (20, 8): (42, 105, 280),
    }
    for (rate, wind), far in known.items():
        said = [
            float(dense_gas.plume_distance(r, rate / density, wind, density, 1.204))
            for r in (0.05, 0.01, 0.002)
        ]
        ratio = np.array(said) / far
        assert np.all((ratio > 1.3) & (ratio < 2.8)), (rate, wind, ratio)


def test_the_sun_at_noon_of_the_equinox_over_the_equator():
    noon = 1_710_936_000 + 7.4 * 60  # 20 March 2024, 12:07 UTC, longitude 0
    high = sun.elevation([noon, noon + 12 * 3600], 0.0, 0.0)
    np.testing.assert_allclose(high, [90, -90], atol=1.0)
    assert list(sun.skies([70.0, 70.0, 20.0, -5.0], [0.0, 0.9, 0.0, 0.2])) == [
        "strong",
        "moderate",
        "slight",
        "clear",
    ]


def test_the_width_is_about_that_of_degadis():
    # half-widths (m) at the edge, the flat middle and one and a half deviations beyond it, by
    # degadisx 0.1.4 as above: 20 kg/s of chlorine at 97, 205 m (5 m/s) and 106, 204 m (3 m/s)
    density = 101_325 * 0.070906 / 8.314462618 / 293.15
    known = {(5, 97.3): 58.6, (5, 204.9): 89.7, (3, 105.8): 98.7, (3, 204.1): 146.2}
    for (wind, far), seen in known.items():
        said = dense_gas.width(far, 20 / density, wind, density, 1.204)
        np.testing.assert_allclose(said, seen, rtol=0.25)


def test_upwind_a_dense_plume_reaches_half_a_diameter_and_two_buoyancy_lengths():
    # by hand: q = 4 m3/s, u = 2 m/s, twice as dense as air: l_b = 9.80665 x 4 / 8, D = 2^0.5
    reach = dense_gas.upwind(4.0, 2.0, 2.4, 1.2)
    assert reach == pytest.approx(2**0.5 / 2 + 2 * 4.903325, rel=1e-9)
