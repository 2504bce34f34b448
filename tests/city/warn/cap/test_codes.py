"""Colours, digits in two opposite orders, the identifier of 31 characters."""

from datetime import UTC, datetime

import pytest

from chengan.city.warn.cap import codes


def test_the_two_orders_of_colour_digits_are_opposite():
    assert [codes.level_of_p(f"p000200{digit}") for digit in "1234"] == [5, 4, 3, 2]
    assert [codes.level_of_compact(f"11B200{digit}") for digit in "1234"] == [
        ("11B20", 2), ("11B20", 3), ("11B20", 4), ("11B20", 5),
    ]  # fmt: skip


def test_a_colour_is_written_as_it_is_read():
    for level in (2, 3, 4, 5):
        assert codes.level_of_compact(codes.compact("11B06", level)) == ("11B06", level)
        assert codes.level_of_colour(codes.COLOUR_ZH[level]) == level
        assert codes.level_of_colour(codes.COLOUR_EN[level].lower()) == level
        assert codes.level_of_colour(codes.CAP_SEVERITY[level]) == level
    assert codes.level_of_colour("红") == 5
    assert codes.level_of_colour("紫") is None
    with pytest.raises(ValueError, match="no colour"):
        codes.compact("11B06", 1)


@pytest.mark.parametrize("bad", ["", "p0", "p0000009", "11B06", "11B0605", "11B2000", "xyz"])
def test_what_is_no_code_has_no_level(bad):
    assert codes.level_of_p(bad) is None
    assert codes.level_of_compact(bad) is None


def test_the_identifier_has_31_characters_and_beijing_time():
    made = codes.identifier(
        division="320100", agency="416", at=datetime(2026, 3, 2, 16, 0, 5, tzinfo=UTC), turn=3
    )
    assert made == "32010041600000_20260303000005_3"
    assert len(made) == 31
    assert codes.entered_at(made) == datetime(2026, 3, 2, 16, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("bad", ["", "32010041600000_20260303000005", "x" * 31,
                                 "32010041600000_20261399000005_3"])  # fmt: skip
def test_what_is_no_identifier_names_no_moment(bad):
    assert codes.entered_at(bad) is None


def test_a_division_of_five_digits_is_refused():
    with pytest.raises(ValueError, match="6 digits"):
        codes.identifier(
            division="32010", agency="416", at=datetime(2026, 1, 1, tzinfo=UTC), turn=0
        )


def test_cancle_is_understood():
    assert codes.msg_type_of("Cancle") == "Cancel"
    assert codes.msg_type_of("nonsense") is None
