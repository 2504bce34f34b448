"""What a warning becomes for other systems."""

from datetime import timedelta

import pytest
from capparselib.parsers import CAPParser

from chengan.city.warn import api as warn
from chengan.city.warn.cap import reading
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_release_raise_and_lift_are_alert_update_and_cancel_with_references(release):
    made, duty = release(3)
    warn.change_level(warning=made, severity=4, by=duty, at=AT + MINUTE, reason="扩散")
    warn.lift(warning=made, by=duty, at=AT + 2 * MINUTE, reason="结束")
    rows = list(made.messages.order_by("id"))
    assert [each.msg_type for each in rows] == ["Alert", "Update", "Cancel"]
    found = [reading.read(bytes(each.xml)).message for each in rows]
    assert found[0].identifier == made.identifier
    assert [each.identifier for each in found[2].references] == [
        found[0].identifier, found[1].identifier,
    ]  # fmt: skip
    assert [each.sent for each in found] == [AT, AT + MINUTE, AT + 2 * MINUTE]
    assert [each.infos[0].severity for each in found] == ["Moderate", "Severe", "Severe"]
    assert ("colour", "Orange") in found[1].infos[0].parameters
    assert found[2].infos[0].urgency == "Past"


def test_both_languages_and_the_area_are_in_it_and_a_second_parser_reads_it(release):
    made, _duty = release(3)
    xml = bytes(made.messages.get().xml)
    said = reading.read(xml).message
    assert [each.language for each in said.infos] == ["zh-CN", "en-US"]
    ring = said.infos[0].areas[0].rings[0]
    assert ring[0] == ring[-1]
    assert [tuple(point) for point in made.geometry["coordinates"][0]] == ring
    alert = CAPParser(xml.decode().split("?>", 1)[1]).as_dict()[0]
    assert alert["cap_message_type"] == "Alert"


def test_sample_data_never_goes_out_as_actual(release):
    made, _duty = release(3)
    said = reading.read(bytes(made.messages.get().xml)).message
    assert made.is_sample == (said.status == "Test")


def test_what_is_not_for_the_public_is_restricted(release):
    made, _duty = release(3)
    said = reading.read(bytes(made.messages.get().xml)).message
    assert (said.scope, bool(said.restriction)) == ("Restricted", True)
