import pytest

from chengan.city.assess.services.siting import surrounding
from chengan.city.assess.services.siting.words import note


@pytest.mark.parametrize(
    ("attributes", "height"),
    [
        ({"height_m": 12}, 12.0),
        ({"height": "17.5 m"}, 17.5),
        ({"building:levels": "6"}, 18.0),
        ({"height": "tall", "building:levels": "4"}, 12.0),
        ({}, 6.0),
    ],
)
def test_a_building_is_as_high_as_is_known_of_it(attributes, height):
    assert surrounding.height_of(attributes) == height


def test_what_is_no_number_is_none():
    assert surrounding.number("12m") == 12.0
    assert surrounding.number(None) is surrounding.number("about ten") is None


def test_a_note_is_said_in_words_and_an_old_text_as_it_is():
    told = note({"code": "hilly", "installation": "V-1", "metres": 10.0})
    assert "V-1" in told and "10 m" in told
    assert note("weather unknown") == "weather unknown"
