"""Search finds what a user may see, of every sort, and nothing else."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.places import api as places
from chengan.city.portals import finding

from .conftest import AT


def found(user, text, **options):
    return {
        group.word: [str(hit.item) for hit in group.hits]
        for group in finding.find(user, text, **options)
    }


@pytest.fixture
def client(cast):
    made = Client()
    made.force_login(cast["duty_officer"])
    return made


def test_objects_alarms_and_datastreams_are_found_by_a_part_of_their_name(cast, say):
    say("breach.began", "w0")
    answer = found(cast["duty_officer"], "well")
    assert answer == {"对象": ["well-0", "well-1"], "报警": ["well-0"]}
    assert set(found(cast["duty_officer"], "甲烷")) == {"报警", "数据流"}


def test_an_alarm_is_found_by_its_number_a_person_by_telephone(cast, say):
    say("breach.began", "w0")
    assert found(cast["duty_officer"], "#1")["报警"] == ["well-0"]
    assert found(cast["enterprise_manager"], "010-2")["人员"] == ["李工"]


def test_what_people_work_on_is_found_by_name_and_number_and_only_theirs(cast):
    well = places.CityObject.objects.get(name_zh="well-0")
    danger = close.report(found=close.Found(title="放散管锈蚀", city_object=well, kind=7),
                          by="duty", at=AT)  # fmt: skip
    case, _new = command.open_incident(
        draft=command.Draft(kind="gas_leak", title="井口泄漏", origin="call", city_object=well),
        lead=places.organisation_by_code("west"), by="a", at=AT,
    )  # fmt: skip
    officer, neighbour = cast["duty_officer"], cast["neighbour_officer"]
    hits = {g.word: g.hits for g in finding.find(officer, "well-0")}
    assert [hit.name for hit in hits["隐患"]] == ["放散管锈蚀"]
    assert [hit.name for hit in hits["事件"]] == ["井口泄漏"]
    assert "隐患" in found(officer, f"#{danger.pk}") and "事件" in found(officer, f"#{case.number}")
    assert not {"隐患", "事件"} & set(found(neighbour, "well-0"))


def test_most_is_kept_and_blank_text_finds_nothing(cast):
    assert len(found(cast["enterprise_manager"], "well", most=3)["对象"]) == 3
    assert found(cast["enterprise_manager"], "  \0 ") == {}


def test_nobody_finds_what_is_anothers(cast, say):
    say("breach.began", "w0")
    answer = found(cast["neighbour_officer"], "well")
    assert answer == {"对象": ["well-2", "well-3"]}
    assert "人员" not in found(cast["neighbour_officer"], "李工")
    assert found(AnonymousUser(), "well") == {}


def test_under_the_field_only_the_hits_come_and_on_the_page_links_to_the_lists(client):
    part = client.get("/search/?q=well", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "/city/?q=well" in client.get("/search/?q=well").content.decode()
    assert "没有名称含" in client.get("/search/?q=nothing-like-it").content.decode()


def test_strangers_are_sent_to_sign_in(db):
    assert Client().get("/search/?q=well").status_code == 302
