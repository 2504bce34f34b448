"""What the map's script asks for: layers, objects by kind, onsets, one object's card."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chengan.city.portals import layers

from .conftest import AT


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_layers_are_the_kinds_and_networks_that_a_user_sees_with_their_counts(cast):
    found = {each["name"]: each for each in layers.offered(cast["duty_officer"])}
    assert found["kind-gas_well"]["count"] == 2
    assert found["kind-gas_well"]["is_on"]
    assert (found["network-gas"]["count"], found["network-gas"]["medium"]) == (2, "gas")


def test_a_stage_without_its_page_or_its_permission_is_not_offered(cast, monkeypatch):
    made = [
        layers.StageLayer("none", "none", "nowhere:page"),
        layers.StageLayer("audit", "audit", "journal:audit", "view_audit"),
        layers.StageLayer("duty", "duty", "portals:sensors", "view_alarms", looks_back=True),
    ]
    monkeypatch.setattr(layers, "STAGES", made)
    found = [each for each in layers.offered(cast["duty_officer"]) if each["group"] == "stages"]
    assert [each["name"] for each in found] == ["duty"]
    assert found[0]["url"] == "/duty/sensors.json"
    assert found[0]["looks_back"]


def test_objects_come_by_kind_with_what_a_card_needs(cast):
    answer = client_of(cast["duty_officer"]).get("/duty/objects.json?kind=gas_well").json()
    assert {each["properties"]["name"] for each in answer["features"]} == {"well-0", "well-1"}
    assert answer["features"][0]["properties"]["medium"] == "gas"
    assert client_of(cast["duty_officer"]).get("/duty/objects.json").json()["features"] == []


def test_looking_back_is_refused_beyond_two_days_and_for_what_is_no_time(cast, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    client = client_of(cast["duty_officer"])
    now = AT.timestamp()
    assert client.get(f"/duty/sensors.json?at={now - 3600}").status_code == 200
    for wrong in (now - 50 * 3600, now + 3600, "yesterday", "1e400"):
        assert client.get(f"/duty/sensors.json?at={wrong}").status_code == 400


def test_onsets_of_the_chosen_hours_only(cast, say, monkeypatch):
    say("breach.began", "w0", severity=4, onset=0)
    for hours, asked, count in ((30, 24, 0), (30, 48, 1), (30, 7, 0)):
        monkeypatch.setattr(timezone, "now", lambda hours=hours: AT + timedelta(hours=hours))
        client = client_of(cast["duty_officer"])
        assert len(client.get(f"/duty/onsets.json?hours={asked}").json()["severity"]) == count


def test_a_card_says_what_who_answers_and_how_it_is(cast, wells, newest, say):
    newest("w0", severity=4)
    say("breach.began", "w0", severity=4)
    key = wells["w0"].thing.city_object_id
    text = client_of(cast["duty_officer"]).get(f"/duty/objects/{key}/").content.decode()
    for word in ("well-0", "燃气井", "燃气公司", "李工", "tel:010-2", "甲烷 0", "橙", "#1"):
        assert word in text
    part = client_of(cast["duty_officer"]).get(
        f"/duty/objects/{key}/", headers={"HX-Request": "true"}
    )
    assert "<html" not in part.content.decode()


def test_a_card_without_data_is_hatched_never_normal(cast, wells):
    key = wells["w0"].thing.city_object_id
    text = client_of(cast["duty_officer"]).get(f"/duty/objects/{key}/").content.decode()
    assert "level--none" in text
    assert "level--0" not in text


@pytest.mark.parametrize("name", ["neighbour_officer", "anonymous"])
def test_nobody_opens_the_card_of_anothers_object(cast, wells, name):
    client = Client() if name == "anonymous" else client_of(cast[name])
    key = wells["w0"].thing.city_object_id
    assert client.get(f"/duty/objects/{key}/").status_code == (302 if name == "anonymous" else 404)


@pytest.mark.parametrize("page", ["/duty/sensors.json", "/duty/objects.json", "/duty/onsets.json"])
def test_the_map_gives_nothing_to_strangers(db, page):
    assert Client().get(page).status_code == 302
