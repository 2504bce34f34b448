"""The national message, which looks like CAP and is not."""

from datetime import UTC, datetime

import pytest

from chengan.city.warn.cap import reading
from chengan.city.warn.errors import BadCap

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<alert><identifier>{identifier}</identifier><sender>样例市气象台</sender>
<sendTime>2026-03-02 12:30:00+08:00</sendTime><status>Actual</status><msgType>{msg_type}</msgType>
<scope>Public</scope><references>{references}</references>
<info><language>zh-CN</language><eventType>{event}</eventType><urgency>Immediate</urgency>
<severity>{colour}</severity><certainty>Likely</certainty><effective>2026-03-02 12:30:00+08:00</effective>
<expires></expires><headline>大风橙色预警</headline><description>阵风 10 级</description>
<area><areaDesc>样例市</areaDesc><polygon></polygon><geocode>320100000000</geocode></area></info></alert>"""


def message(**changed):
    given = {"identifier": "32010041600000_20260302123000_0", "msg_type": "Alert", "event": "11B06",
             "colour": "Orange", "references": ""}  # fmt: skip
    return MESSAGE.format(**(given | changed)).encode()


def test_colour_code_and_time_are_read_and_an_empty_polygon_is_no_error():
    found = reading.read(message())
    said = found.message
    assert (found.form, said.level, said.infos[0].severity) == ("national", 4, "Severe")
    assert said.infos[0].event == "11B06"
    assert said.sent == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert said.infos[0].areas[0].rings == []
    assert any("no polygon" in each for each in found.problems)


def test_a_compact_code_carries_the_colour_when_no_word_does():
    said = reading.read(message(event="11B0604", colour="")).message
    assert (said.infos[0].event, said.level) == ("11B06", 5)


def test_cancle_lifts_what_it_names():
    said = reading.read(
        message(msg_type="Cancle", references="32010041600000_20260302100000_0")
    ).message
    assert said.msg_type == "Cancel"
    assert said.references[0].identifier == "32010041600000_20260302100000_0"


def test_a_colour_that_is_none_is_said_and_taken_as_a_notice():
    found = reading.read(message(colour="紫"))
    assert found.message.level is None
    assert any("no colour" in each for each in found.problems)


@pytest.mark.parametrize("gone", ["identifier", "event"])
def test_what_makes_it_useless_refuses_it(gone):
    with pytest.raises(BadCap, match="缺少"):
        reading.read(message(**{gone: ""}))
