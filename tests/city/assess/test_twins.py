"""Duplicates in space and kind are pointed out in files and in the field too, within one's sight."""

import uuid

import pytest
from django.utils import translation

from chengan.city.assess.models import Risk
from chengan.city.assess.services import importing, registering
from chengan.city.assess.services.twins import Twins
from tests.city.assess.conftest import AT, hazard
from tests.city.assess.test_importing import GOOD, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def like(user, city_object, code="gas-underground-space", **about):
    made = registering.prepared(
        city_object=city_object, hazard=hazard(code), by="x", at=AT, **about
    )
    return Twins(user).of([made])[0]


def test_the_nearest_of_the_same_hazard_is_found_and_only_by_who_may_see_it(
    risk, town, enterprise_manager, neighbour_officer
):
    """w2 stands 19 m east of w1, w3 kilometres away."""
    found = like(enterprise_manager, town.objects["w2"])
    assert (found.risk, round(found.distance_m)) == (risk.pk, 19)
    with translation.override("en"):
        assert found.said.endswith("19 m away")
    assert like(neighbour_officer, town.objects["w2"]) is None
    assert like(enterprise_manager, town.objects["w3"]) is None
    assert like(enterprise_manager, town.objects["w2"], "gas-user") is None
    assert Twins(enterprise_manager).of([risk]) == [None]
    Risk.objects.update(status="closed")
    assert like(enterprise_manager, town.objects["w2"]) is None


def rows():
    other, twin, far = list(GOOD), list(GOOD), list(GOOD)
    other[0], twin[2], far[0] = "test/w2", "北侧", "test/w3"
    return [other, twin, far]


def test_a_file_points_out_twins_first_in_the_look_then_in_a_list_of_its_own(
    risk, enterprise_manager
):
    made = importing.keep_file(
        pieces=[sheet(*rows())], file_name="a.xlsx", by=enterprise_manager, at=AT
    )
    assert [bool(each.pointed) for each in importing.look(made, AT)] == [True, True, False]
    importing.queue(made=made, at=AT)
    importing.run(import_id=made.pk, at=AT)
    made.refresh_from_db()
    assert (made.rows_created, made.rows_alike, made.rows_rejected) == (3, 2, 0)
    assert [each.is_there for each in importing.look(made, AT)] == [True, True, True]
    with translation.override("en"):
        listed = list(importing.said_rows(importing.alike_file(made)))
    assert [each[:2] for each in listed] == [["2", "hazard"], ["3", "hazard"]]
    assert listed[0][3].startswith(f"looks like #{risk.pk} ")


def test_twins_are_left_out_when_that_is_asked(enterprise_manager):
    """The file's first row has none before it; the second is 19 m away from it."""
    made = importing.keep_file(
        pieces=[sheet(GOOD, *rows())], file_name="a.xlsx", by=enterprise_manager, at=AT
    )
    importing.queue(made=made, at=AT, leaves_twins=True)
    importing.run(import_id=made.pk, at=AT)
    made.refresh_from_db()
    assert (made.rows_created, made.rows_alike, made.rows_rejected) == (2, 0, 2)
    with translation.override("en"):
        told = [each[-1] for each in list(importing.corrections(made))[1:]]
    assert [each.startswith("looks like row 2 of this file") for each in told] == [True, True]


def test_the_page_in_the_field_asks_before_and_says_it_after(
    risk, town, enterprise_manager, duty_officer
):
    from django.urls import reverse

    from tests.city.assess.views.test_pages import client

    firm, near = client(enterprise_manager), reverse("assess:field_alike")
    asked = {"hazard": risk.hazard_code, "object": town.objects["w2"].pk}
    assert reverse("assess:risk", args=[risk.pk]) in firm.get(near, asked).text
    assert "assess/risks" not in firm.get(near, asked | {"hazard": "gas-user"}).text
    assert client(duty_officer).get(near, asked).status_code == 403
    report = {"client_id": str(uuid.UUID(int=7)), "hazard": risk.hazard_code, "object": asked["object"],
              "client_at": "2026-03-02T04:00:00Z", "sent_at": "2026-03-02T04:00:00Z"}  # fmt: skip
    answer = firm.post(reverse("assess:field_send"), report).json()
    assert answer["taken"] and f"#{risk.pk}" in answer["alike"]
    assert f"#{risk.pk}" in firm.get(reverse("assess:field")).text
