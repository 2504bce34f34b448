"""GB 18218's tables as data."""

import pytest

from chengan.core import errors
from chengan.core.tables import major_hazards


def test_the_table_has_85_rows_and_24_categories():
    assert len(major_hazards.substances()) == 85
    assert len(major_hazards.CATEGORY_T) == len(major_hazards.CATEGORY_BETA) == 24


def test_every_cas_number_has_a_sound_check_digit():
    numbers = [cas for each in major_hazards.substances() for cas in each.cas]
    assert len(numbers) > 80
    assert [cas for cas in numbers if not major_hazards.is_cas(cas)] == []


def test_every_toxic_gas_with_a_factor_stands_in_the_table():
    listed = {cas for each in major_hazards.substances() for cas in each.cas}
    listed.add("630-08-0")  # carbon monoxide stands there as coal gas
    assert set(major_hazards.TOXIC_BETA) <= listed


def test_an_ocr_damaged_number_is_found():
    assert major_hazards.is_cas("7782-50-5")  # chlorine: (5x1 + 0x2 + 2x3 + 8x4 + 7x5 + 7x6) = 115
    assert not major_hazards.is_cas("7782-50-6")
    assert not major_hazards.is_cas("7782-5-5")
    assert not major_hazards.is_cas("chlorine")


def test_chlorine_is_5_t_with_factor_4():
    found = major_hazards.substance("7782-50-5")
    assert (found.name, found.threshold, found.beta) == ("氯", 5000.0, 4.0)
    assert major_hazards.substance("氯") == found


def test_methanol_has_no_factor_of_its_own():
    assert major_hazards.substance("甲醇").beta is None


def test_a_category_gives_threshold_and_factor():
    assert major_hazards.category("W5.1") == (10_000.0, 1.5)


@pytest.mark.parametrize("name", ["水", "9004-70-0", ""])
def test_unknown_and_ambiguous_names_are_refused(name):
    with pytest.raises(errors.OutOfRange):
        major_hazards.substance(name)
    with pytest.raises(errors.OutOfRange):
        major_hazards.category("W99")
