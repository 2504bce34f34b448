import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.physics import (
    blast_bst,
    blast_multi_energy,
    blast_tnt,
    fireball,
    flash_fire,
    pool_evaporation,
    pool_fire,
    pool_spread,
    site_flags,
    substances,
)


def test_a_ball_of_a_hundred_tonnes():  # 6.48 x 1e5^0.325 = 273.3 m, 0.852 x 1e5^0.26 = 17.0 s
    np.testing.assert_allclose(fireball.diameter(1e5), 273.26, rtol=1e-4)
    np.testing.assert_allclose(fireball.duration(1e5), 17.0, rtol=1e-3)


def test_thomas_by_hand():  # 42 x 10 x (0.05 / (1.2 sqrt(98.07)))^0.61 = 14.90 m
    expected = 420 * (0.05 / (1.2 * np.sqrt(98.0665))) ** 0.61
    np.testing.assert_allclose(pool_fire.flame_length(10.0, 0.05), expected, rtol=1e-9)


def test_a_cylinder_seen_from_afar_is_its_area():  # 2 r L / (pi x^2) far away, side seen face on
    seen = pool_fire.view_factor(200.0, 1.0, 10.0)
    np.testing.assert_allclose(seen, 2 * 10 / (np.pi * 200**2), rtol=0.02)


@given(x=st.floats(1.01, 100), length=st.floats(0.5, 20))
def test_a_view_factor_lies_between_nought_and_one(x, length):
    assert 0 <= float(pool_fire.view_factor(x, 1.0, length)) <= 1


def test_the_textbook_charge():
    # Crowl and Louvar (2011), example 6-9: 1 kg of TNT at 30 m, 0.055 of an atmosphere
    np.testing.assert_allclose(blast_tnt.overpressure(30.0, 1.0), 5.6e3, rtol=0.03)
    np.testing.assert_allclose(blast_tnt.scaled_distance(10.0, 8.0), 5.0)


@given(strength=st.integers(1, 10), r=st.floats(0.1, 50))
def test_multi_energy_falls_with_distance_and_rises_with_strength(strength, r):
    at = r * np.cbrt(1e9 / 101_325)
    here = blast_multi_energy.overpressure(at, 1e9, strength)
    assert blast_multi_energy.overpressure(at * 1.1, 1e9, strength) <= here * (1 + 1e-9)
    if strength < 10:
        assert blast_multi_energy.overpressure(at, 1e9, strength + 1) >= here * (1 - 1e-9)


def test_a_slow_flame_makes_a_weak_blast():
    slow = blast_bst.flame_mach("low", "low", "3D")
    assert slow == 0.026
    assert blast_bst.overpressure(10.0, 1e9, slow) < 500
    with pytest.raises(errors.OutOfRange, match="reactivity"):
        blast_bst.flame_mach("odd", "low")


# Tang and Baker (1999), Process Saf. Prog. 18:235: scaled distance, Mach number, scaled overpressure
@pytest.mark.parametrize(
    ("r", "mach", "seen"),
    [(1, 5.2, 0.39), (5, 5.2, 0.059), (1, 0.7, 0.31), (5, 0.7, 0.050), (2, 0.35, 0.046)],
)
def test_a_flame_s_blast_is_the_published_curve_s(r, mach, seen):
    np.testing.assert_allclose(
        blast_bst.overpressure(r, 101_325.0, mach) / 101_325, seen, rtol=0.05
    )


@given(mach=st.floats(0.02, 5.1), r=st.floats(0.05, 30))
def test_a_faster_flame_makes_no_weaker_blast_and_a_blast_falls(mach, r):
    here = float(blast_bst.overpressure(r, 101_325.0, mach))
    assert blast_bst.overpressure(r, 101_325.0, mach + 0.1) >= here * (1 - 1e-9)
    assert blast_bst.overpressure(r * 1.1, 101_325.0, mach) <= here * (1 + 1e-9)


@pytest.mark.parametrize("r", [0.5, 1.0, 2.0, 5.0, 10.0])
def test_a_detonation_is_the_same_by_both_methods_and_less_than_tnt(r):
    cloud = float(blast_multi_energy.overpressure(r, 101_325.0, 10))
    np.testing.assert_allclose(blast_bst.overpressure(r, 2 * 101_325.0, 5.2), cloud, rtol=0.12)
    charge = 101_325.0 / blast_tnt.TNT_HEAT
    assert cloud < blast_tnt.overpressure(r, charge)


def test_a_class_of_eleven_is_refused():
    with pytest.raises(errors.OutOfRange, match="class from 1 to 10"):
        blast_multi_energy.overpressure(10.0, 1e9, 11)


def test_the_reach_of_a_cloud_by_hand():  # 100 / x falls to 0.5 at 200 m
    np.testing.assert_allclose(flash_fire.reach(lambda x: 100 / x, 0.5), 200.0, rtol=1e-6)
    assert flash_fire.reach(lambda x: 0 * x, 0.5) == 0


def test_a_spill_spreads_to_its_least_depth():
    np.testing.assert_allclose(
        pool_spread.instant_radius(10.0, 1e6), np.sqrt(10 / (np.pi * 0.005)), rtol=1e-9
    )


def test_a_boiling_pool_cools_its_ground():
    first, later = pool_evaporation.boiling_rate(10.0, [10.0, 40.0], 426e3, 60.0)
    np.testing.assert_allclose(first / later, 2.0)


def test_benzene_evaporates_by_grams_a_second_and_metre():
    rate = pool_evaporation.evaporation_rate(1.0, 5.0, 10e3, 0.0781, 293)
    assert 1e-3 < float(rate) / np.pi < 1e-2


def test_a_building_beside_a_source_is_flagged():
    assert bool(site_flags.is_in_wake(20.0, 2.0, 10.0, 15.0))
    assert not bool(site_flags.is_in_wake(80.0, 2.0, 10.0, 15.0))
    assert site_flags.is_hilly([0.0, 40.0], 0.0, 10.0)


def test_chlorine_boils_at_minus_34():
    chlorine = substances.substance("7782-50-5")
    np.testing.assert_allclose(chlorine.boiling_point, 239.1, atol=0.5)
    assert chlorine.lower_limit is None
    with pytest.raises(errors.OutOfRange, match="lacks properties"):
        substances.substance("no such")
