"""What the duty room's map draws of command, to whom, and what opens when it is pressed."""

import pytest
from django.urls import reverse

from chengan.city.command.models import Incident, Resource, Task
from chengan.city.command.services import activating, changing, dispatching

from .conftest import AT, box


@pytest.fixture
def open_as(client, town):
    def signed(name):
        client.force_login(town.users[name])
        return client

    return signed


def team(town, code, organisation="gas", **changes):
    values = {
        "name_zh": f"队 {code}", "name_en": f"Team {code}", "kind": "team", "lon": 100.5,
        "lat": 30.6, "organisation": town.organisations[organisation], "located_at": AT,
    } | changes  # fmt: skip
    return Resource.objects.create(code=code, **values)


def get(client, page, *args):
    return client.get(reverse(f"command:{page}", args=args), headers={"Accept-Language": "en"})


def test_an_open_incident_is_a_point_and_its_area_with_a_card(open_as, town):
    case = town.open(level=4)
    changing.set_area(incident=case, area=box(100.4, 30.4, 100.6, 30.6), by="officer", at=AT)
    town.open(origin="drill", city_object=None, lon=100.2, lat=30.2)
    found = get(open_as("officer"), "incidents_layer").json()
    assert found["type"] == "FeatureCollection"
    drill, area, point = found["features"]
    assert drill["properties"]["name"].startswith("DRILL · #2")
    assert (drill["properties"]["sign"], drill["properties"]["severity"]) == ("drill-ready", 0)
    assert (area["geometry"]["type"], point["geometry"]) == (
        "Polygon",
        {"type": "Point", "coordinates": [100.5, 30.5]},
    )
    assert (point["properties"]["severity"], area["properties"]["severity"]) == (4, 4)
    card = open_as("officer").get(point["properties"]["url"])
    assert f"#{case.number}" in card.content.decode() and b'data-lon="100.500000"' in card.content


@pytest.mark.parametrize(
    ("name", "count"),
    [("duty_officer", 1), ("crew", 1), ("neighbour_officer", 0), ("enterprise_manager", 0)],
)
def test_the_map_shows_the_incidents_of_ones_own_ground(open_as, town, name, count):
    case = town.open()
    client = open_as(name)
    assert len(get(client, "incidents_layer").json()["features"]) == count
    assert get(client, "incident_card", case.pk).status_code == (200 if count else 404)


def test_what_is_closed_or_rehearsed_is_off_the_map(open_as, town):
    case = town.open()
    rehearsed = town.open(origin="drill")
    Incident.objects.filter(pk=rehearsed.pk).update(clock_at=AT)
    changing.close(incident=case, note="完毕", by="officer", at=AT, cancel_rest=True)
    assert get(open_as("officer"), "incidents_layer").json()["features"] == []


def test_resources_say_what_they_are_and_whether_they_are_ready(open_as, town):
    case = town.open()
    activating.activate(incident=case, plan=town.plan(), by="officer", at=AT)
    one, _two = team(town, "a"), team(town, "b", kind="vehicle", state="out")
    task = Task.objects.get(code="shut-off")
    dispatching.send(resource=one, task=task, travel_s=60, reason="", by="officer", at=AT)
    found = get(open_as("officer"), "resources_layer").json()
    assert found["sign"] == ["team-sent", "vehicle-out"]
    assert found["name"][0].startswith("Team a · ")
    card = open_as("officer").get(found["url"][0]).content.decode()
    assert f"/command/tasks/{task.pk}/" in card


def test_resources_of_others_are_for_those_who_lead(open_as, town):
    team(town, "a"), team(town, "b", organisation="firm")

    def seen(name):
        return [each[-1] for each in get(open_as(name), "resources_layer").json()["name"]]

    assert [len(seen(each)) for each in ("neighbour_officer", "crew", "enterprise_manager")] == [
        2,
        1,
        1,
    ]
    other = Resource.objects.get(code="a")
    assert get(open_as("enterprise_manager"), "resource_card", other.pk).status_code == 404
    assert "队 a" not in get(open_as("enterprise_manager"), "resources").content.decode()
