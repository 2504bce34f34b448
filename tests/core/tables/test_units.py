import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.tables import units
from chengan.core.tables.unit_table import SI_CODE, UNITS


@pytest.mark.parametrize(
    ("value", "unit", "si"),
    [
        (5.0, "%VOL", 0.05),
        (12.5, "ppm", 12.5e-6),
        (3.0, "ppb", 3e-9),
        (0.4, "MPa", 400_000.0),
        (2.5, "kPa", 2500.0),
        (1.0, "bar", 100_000.0),
        (10.0, "mH2O", 98_066.5),
        (1.0, "psi", 6894.757293168),
        (25.0, "°C", 298.15),
        (25.0, "℃", 298.15),
        (-40.0, "°F", 233.15),
        (212.0, "[degF]", 373.15),
        (34.5, "µm/m", 34.5e-6),
        (34.5, "μm/m", 34.5e-6),  # Greek mu, the other micro
        (34.5, "um/m", 34.5e-6),
        (34.5, "um\\m", 34.5e-6),
        (34.5, "με", 34.5e-6),
        (234.0, "kN", 234_000.0),
        (7.0, "mm", 0.007),
        (36.0, "km/h", 10.0),
        (60.0, "mph", 26.8224),
        (3600.0, "m³/h", 1.0),
        (3600.0, "m3/h", 1.0),
        (5.0, "L/s", 0.005),
        (180.0, "deg", np.pi),
        (80.0, "％", 0.8),
        (2.0, "min", 120.0),
        (30.0, "mm/h", 30e-3 / 3600),
        (4.0, "人/m²", 4.0),
        (10.0, "mg/m3", 1e-5),
    ],
)
def test_known_values_in_si(value, unit, si):
    np.testing.assert_allclose(units.to_si(value, unit), si, rtol=1e-12)


def test_arrays_keep_their_shape():
    assert units.to_si([[1, 2], [3, 4]], "kPa").tolist() == [[1000, 2000], [3000, 4000]]


def test_a_difference_has_no_offset():
    assert units.difference_to_si(5.0, "°C", dimension="temperature") == 5.0
    np.testing.assert_allclose(units.difference_to_si(9.0, "°F"), 5.0)
    np.testing.assert_allclose(units.difference_from_si(5.0, "°F"), 9.0)


@given(st.sampled_from(UNITS), st.floats(-1e6, 1e6))
def test_there_and_back_gives_the_same(unit, value):
    back = units.from_si(units.to_si(value, unit.code), unit.code)
    np.testing.assert_allclose(
        back, value, rtol=1e-9, atol=1e-9 * max(1, unit.offset / unit.factor)
    )


def test_no_spelling_names_two_units():
    owner = {}
    for unit in UNITS:
        for text in {units._spelling(text) for text in (unit.code, unit.symbol, *unit.aliases)}:
            assert owner.setdefault(text, unit.code) == unit.code, text


def test_every_dimension_has_its_si_unit_of_factor_one():
    assert {unit.dimension for unit in UNITS} == set(SI_CODE)
    for dimension, code in SI_CODE.items():
        unit = units.unit(code)
        assert (unit.dimension, unit.factor, unit.offset) == (dimension, 1.0, 0.0)


def test_every_unit_names_its_source():
    assert all(unit.source for unit in UNITS)


def test_the_dimension_of_a_unit():
    assert units.dimension("mH2O") == "pressure"
    assert units.si_code("pressure") == "Pa"
    assert units.allowed_units("temperature") == ("K", "Cel", "[degF]")


def test_percent_of_the_explosive_limit_needs_the_gas():
    with pytest.raises(errors.UnknownGas, match=r"name it, or send %VOL"):
        units.to_si(20, "%LEL")
    np.testing.assert_allclose(units.to_si(20, "%LEL", gas="CH4"), 0.01)
    np.testing.assert_allclose(units.from_si(0.01, "LEL%", gas="甲烷", dimension="fraction"), 20)


@pytest.mark.parametrize("text", ["furlong", "", "mpa", "mPA"])
def test_an_unknown_unit_is_refused(text):
    with pytest.raises(errors.UnknownUnit, match="unknown unit"):
        units.to_si(1, text)


def test_a_unit_that_differs_in_case_is_named_but_not_guessed():
    with pytest.raises(errors.UnknownUnit, match=r"case matters, is it MPa\?"):
        units.to_si(1, "mPa")


def test_another_quantity_is_refused_with_what_is_allowed():
    with pytest.raises(
        errors.WrongDimension, match=r"m measures length, not pressure; allowed: Pa, hPa, kPa"
    ):
        units.to_si(1, "m", dimension="pressure")


def test_mass_in_air_is_no_fraction_without_the_molar_mass():
    with pytest.raises(errors.WrongDimension, match="needs the molar mass"):
        units.to_si(1, "mg/m3", dimension="fraction")


def test_a_pure_number_may_stand_for_a_strain_but_not_for_a_pressure():
    assert units.to_si(1e-6, "1", dimension="strain") == 1e-6
    with pytest.raises(errors.WrongDimension):
        units.to_si(1, "1", dimension="pressure")


def test_a_dimension_that_does_not_exist_is_refused():
    with pytest.raises(errors.WrongDimension, match="no dimension is called 'presure'"):
        units.to_si(1, "Pa", dimension="presure")
