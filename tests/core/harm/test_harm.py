from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

import chengan.core.tables
from chengan.core import errors
from chengan.core.harm import overpressure, probit, shelter, thermal, thresholds, toxic

TABLES = Path(chengan.core.tables.__file__).parent


@given(y=st.floats(0, 10))
def test_a_probit_is_the_normal_integral_to_a_millionth(y):
    whole, _ = quad(lambda u: np.exp(-u * u / 2) / np.sqrt(2 * np.pi), -np.inf, y - 5)
    assert abs(float(probit.probability(y)) - whole) < 1e-6


def test_five_is_one_half():
    assert probit.probability(5.0) == 0.5
    np.testing.assert_allclose(
        probit.probability([2.67, 3.72, 7.33]), [0.01, 0.10, 0.99], atol=1e-3
    )


@given(share=st.floats(1e-6, 1 - 1e-6))
def test_a_probability_and_its_probit_are_one(share):
    np.testing.assert_allclose(probit.probability(probit.probit_of(share)), share, rtol=1e-9)


def test_eisenberg_by_hand():
    # 12.5 kW/m2 for 20 s: (12500^(4/3) 20 / 1e4) = 580.2; -14.9 + 2.56 ln(580.2) = 1.390
    dose = 12_500 ** (4 / 3) * 20 / 1e4
    expected = probit.probability(-14.9 + 2.56 * np.log(dose))
    np.testing.assert_allclose(thermal.fatality(12_500, 20), expected, atol=1e-9)


def test_more_than_twenty_seconds_count_no_more():
    assert thermal.fatality(2e4, 20) == thermal.fatality(2e4, 2000)


def test_lung_haemorrhage_of_the_textbook():  # Crowl and Louvar: 100 kPa is about the threshold
    assert 0.001 < float(overpressure.fatality(1.03e5)) < 0.05
    np.testing.assert_array_equal(overpressure.fatality_zones([5e3, 2e4, 4e4]), [0, 0, 1])


def test_chlorine_by_hand():  # -6.35 + 0.5 ln(1000^2.75 x 30) = 4.849
    expected = probit.probability(-6.35 + 0.5 * np.log(1000**2.75 * 30))
    np.testing.assert_allclose(toxic.fatality(1e-3, 1800, "7782-50-5"), expected, atol=1e-9)


def test_nobody_dies_of_nothing():
    assert toxic.fatality(0.0, 1800, "7782-50-5") == 0


def test_a_gas_without_a_probit_is_refused_by_name():
    with pytest.raises(errors.OutOfRange, match="no toxic probit for cas '74-82-8'"):
        toxic.fatality(1e-3, 60, "74-82-8")


def test_indoors_is_never_worse_than_outdoors():
    inside = shelter.indoor_concentration(1.0, 1800.0, [60.0, 600.0, 1800.0])
    assert np.all((inside > 0) & (inside < 1)) and np.all(np.diff(inside) > 0)


def test_who_runs_gets_less_than_who_waits():
    way = np.array([20.0, 40.0, 80.0])
    run = shelter.exposure_of_escape(np.array([5e3, 1e3, 2e2]), way)
    assert run < (5e3) ** (4 / 3) * 20


def test_thresholds_are_loaded_with_their_source():
    known = thresholds.load((TABLES / "emergency_thresholds.csv").read_text())
    found = thresholds.find(known, "7782-50-5", "ERPG", 3)
    assert (found.ppm, found.mark) == (20, "R") and found.source


def test_a_threshold_that_is_no_number_is_refused_by_row():
    head = "cas,name,scheme,level,minutes,ppm,source,mark\n"
    with pytest.raises(errors.OutOfRange, match="row 2"):
        thresholds.load(head + "1-2-3,x,ERPG,2,60,many,book,R\n")


def test_indoors_for_the_half_hour_of_a_cloud_by_hand():
    # one air change an hour: 1 - (1 - exp(-0.5)) / 0.5 = 0.2130613; 0.5 x 2.75 x ln of it
    assert toxic.indoor_shift("7782-50-5", 1800.0) == pytest.approx(-2.12607, abs=1e-4)


@given(seconds=st.floats(60, 1800), changes=st.floats(0.05, 2))
def test_indoors_the_air_is_never_worse_while_the_cloud_is_there(seconds, changes):
    assert toxic.indoor_shift("7664-41-7", seconds, changes) < 0


def test_a_dose_kills_as_its_flux_and_time_do():
    flux, seconds = 12e3, 15.0
    dose = flux ** (4 / 3) * seconds
    assert thermal.fatality_of_dose(dose) == pytest.approx(float(thermal.fatality(flux, seconds)))
