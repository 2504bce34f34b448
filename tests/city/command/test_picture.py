"""The common picture: wind, a cloud, ways of a network, cordons, and which layers are on."""

import json
import math
from datetime import timedelta

import pytest
from django.utils.html import escape

from chengan.city.command import plume_words, selectors
from chengan.city.command.errors import BadPlace, CommandError, NotOpen
from chengan.city.command.models import Cordon, Incident
from chengan.city.command.places_of import touching
from chengan.city.command.services import changing, merging, picturing
from chengan.city.command.views import picture
from chengan.city.hub.models import Source
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.places.models import CityObject, Network, ObjectKind
from chengan.city.sense.models import Datastream, Latest, ObservedProperty, Thing

from .conftest import AT, box

BOW = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
AROUND = box(100.4, 30.4, 100.6, 30.6)


def station(town, name, lon, speed, blows_from, age=timedelta(minutes=5)):
    """A weather station with its newest wind."""
    kind, _ = ObjectKind.objects.get_or_create(code="weather_station", name_zh="气象站")
    row = places.ObjectRow(
        number=1, namespace="t", external_id=name, kind=kind.code, name_zh=name,
        geometry={"type": "Point", "coordinates": [lon, 30.5]},
    )  # fmt: skip
    places.upsert_objects(rows=[row], owner=town.organisations["gas"], at=AT)
    owner = town.organisations["gas"]
    source, _ = Source.objects.get_or_create(
        key="met", defaults={"name_zh": "气象", "owner": owner, "expected_per_hour": 60}
    )
    thing = Thing.objects.create(
        key=name, name_zh=name, owner=owner, lon=lon, lat=30.5,
        city_object=CityObject.objects.get(external_id=name),
    )  # fmt: skip
    for code, value in (("wind-speed", speed), ("wind-direction", math.radians(blows_from))):
        observed, _ = ObservedProperty.objects.get_or_create(
            code=code,
            defaults={"name_zh": code, "name_en": code, "si_unit": "1", "shown_unit": "1"},
        )
        stream = Datastream.objects.create(
            source=source, key=f"{name}-{code}", thing=thing, observed_property=observed,
            name_zh=code, unit="1", expected_interval_s=60, created_at=AT,
        )  # fmt: skip
        micros = round((AT - age).timestamp() * 1e6)
        Latest.objects.create(datastream=stream, time=micros, value=value, arrival=micros)


@pytest.fixture
def officer(client, town):
    client.force_login(town.users["officer"])
    return client


def test_the_wind_is_the_nearest_stations_with_its_age_but_a_fresh_one_comes_first(town):
    station(town, "near", 100.51, 3.0, 315, timedelta(minutes=40))
    wind = selectors.wind_near(100.5, 30.5, AT)
    assert (wind.name_zh, wind.speed, round(wind.blows_from)) == ("near", 3.0, 315)
    assert (wind.age_s, wind.is_old) == (2400.0, True)
    assert wind.distance_m == pytest.approx(960, rel=0.01)  # by hand: 0.01° × 111.3 km × cos 30.5°
    station(town, "far", 100.6, 9.0, 90)
    fresh = selectors.wind_near(100.5, 30.5, AT)
    assert (fresh.name_zh, fresh.speed, fresh.is_old) == ("far", 9.0, False)


def test_a_station_too_far_away_says_nothing(town):
    station(town, "far", 101.5, 9.0, 90)
    assert selectors.wind_near(100.5, 30.5, AT) is None
    assert selectors.wind_near(None, None, AT) is None


def test_the_map_points_the_wind_to_where_it_blows(town, officer):
    station(town, "near", 100.51, 3.0, 315)
    case = town.open()
    [arrow] = officer.get(f"/command/incidents/{case.pk}/map.json").json()["wind"]
    assert (arrow["properties"]["sign"], round(arrow["properties"]["turn"])) == ("wind", 135)


# ── Cloud ─────────────────────────────────────────────────────────────────────

METHANE = picturing.Release("74-82-8", 5.0, "D", 5.0, 270.0)


def test_a_west_wind_blows_the_cloud_east_of_the_place_for_all_to_see(town, officer):
    case = town.open()
    picturing.reckon_plume(incident=case, release=METHANE, is_area=True, by="officer", at=AT)
    case.refresh_from_db()
    outlines = case.plume["outlines"]
    assert [each["code"] for each in outlines] == ["half_lower_limit", "lower_limit"]
    lons, lats = zip(*outlines[0]["ring"], strict=True)
    assert min(lons) >= 100.5 - 1e-5 and max(lons) > 100.5002
    assert (max(lats) + min(lats)) / 2 == pytest.approx(30.5, abs=1e-5)
    assert case.affected_area["coordinates"] == [outlines[0]["ring"]]
    page = officer.get(f"/command/incidents/{case.pk}/")
    assert len(page.context["plume"]["assumed"]) == 6
    assert all(escape(line) in page.content.decode() for line in page.context["plume"]["assumed"])
    drawn = officer.get(f"/command/incidents/{case.pk}/map.json").json()["plume"]
    assert [each["properties"]["severity"] for each in drawn] == [4, 5]
    assert "270°" in journal.about(f"incident:{case.pk}")[1].data["note"]


def test_four_outlines_are_all_drawn_the_innermost_gravest():
    """Hydrogen sulphide has three limits of its toxicity and one of its explosion."""
    codes = list(plume_words.LIMITS)[:4]
    ring = [[0, 0], [1, 0], [0, 1], [0, 0]]
    outlines = [{"code": code, "reach_m": 9.0 - k, "ring": ring} for k, code in enumerate(codes)]
    for count, tones in ((1, [5]), (2, [4, 5]), (3, [3, 4, 5]), (4, [3, 3, 4, 5]), (0, [])):
        drawn = picture._plume(Incident(plume={"outlines": outlines[:count]}))
        assert [each["properties"]["severity"] for each in drawn] == tones


def test_a_wind_that_turned_since_asks_for_a_new_cloud(town):
    station(town, "near", 100.51, 3.0, 350)
    wind = selectors.wind_near(100.5, 30.5, AT)
    assert plume_words.turned({"wind_from": 20.0}, wind) == pytest.approx(30.0)
    assert plume_words.turned({"wind_from": 200.0}, wind) == pytest.approx(150.0)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("rate", "much", "much"), ("wind", "0.1", "0.5"), ("rate", "-1", "速率应为"),
     ("stability", "G", "A to F"), ("cas", "1-1-1", "1-1-1"), ("wind_from", "400", "360")],
)  # fmt: skip
def test_a_figure_outside_the_laws_is_named_and_nothing_is_drawn(town, officer, field, value, said):
    case = town.open()
    given = {"cas": "74-82-8", "rate": "1", "stability": "D", "wind": "3", "wind_from": "0"}
    address = f"/command/incidents/{case.pk}/act/plume/"
    answer = officer.post(address, given | {field: value}, follow=True)
    assert said in str(next(iter(answer.context["messages"])))
    case.refresh_from_db()
    assert case.plume is None


def test_a_cloud_is_taken_off_again_and_begins_at_a_place(town, officer):
    case = town.open()
    picturing.reckon_plume(incident=case, release=METHANE, is_area=False, by="officer", at=AT)
    officer.post(f"/command/incidents/{case.pk}/act/plume_off/")
    case.refresh_from_db()
    assert (case.plume, case.affected_area) == (None, None)
    nowhere = town.open(city_object=None)
    with pytest.raises(BadPlace):
        picturing.reckon_plume(incident=nowhere, release=METHANE, is_area=True, by="a", at=AT)


# ── Cordons ───────────────────────────────────────────────────────────────────


def test_a_pipe_that_crosses_a_cordon_counts_though_its_middle_lies_outside(town):
    ObjectKind.objects.create(code="main", name_zh="干管", geometry_types=["LineString"])
    for name, west in (("crossing", 100.59), ("beside", 100.61)):
        line = {"type": "LineString", "coordinates": [[west, 30.5], [100.63, 30.5]]}
        row = places.ObjectRow(
            number=1, namespace="t", external_id=name, kind="main", name_zh=name, geometry=line
        )
        places.upsert_objects(rows=[row], owner=town.organisations["gas"], at=AT)
    found = touching(AROUND, CityObject.objects.all())
    assert "crossing" in {each.external_id for each in found}
    assert "beside" not in {each.external_id for each in found}


def test_a_cordon_counts_what_lies_inside_until_it_is_lifted(town, officer):
    CityObject.objects.update(attributes={"people_day": 120})
    case = town.open()
    address = f"/command/incidents/{case.pk}/act/cordon/"
    officer.post(address, {"kind": "evacuation", "name": "北侧", "area": json.dumps(AROUND)})
    edge, sign = officer.get(f"/command/incidents/{case.pk}/map.json").json()["cordons"]
    assert (edge["geometry"], sign["properties"]["sign"]) == (AROUND, "evacuation-ready")
    changing.close(incident=case, note="完毕", by="officer", at=AT, cancel_rest=True)
    page = officer.get(f"/command/incidents/{case.pk}/")
    [(cordon, counts)] = page.context["cordons"]
    assert (str(cordon), cordon.kind) == ("北侧", "evacuation")
    assert dict(counts) == {"人数（登记，白天）": 120, "燃气井": 1}
    for _twice in range(2):
        answer = officer.post(
            f"/command/incidents/{case.pk}/act/lift/", {"cordon": cordon.pk}, follow=True
        )
    assert "error" in [each.tags for each in answer.context["messages"]]
    kinds = [each.kind for each in journal.about(f"incident:{case.pk}")]
    assert kinds.count("command.cordon.lifted") == kinds.count("command.cordon.drawn") == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"geometry": BOW}, BadPlace), ({"geometry": ""}, BadPlace), ({"kind": "wall"}, CommandError)],
    ids=["across itself", "nothing drawn", "no such kind"],
)
def test_a_cordon_that_is_none_is_refused(town, changes, error):
    values = {"kind": "cordon", "name": "", "geometry": AROUND, "by": "officer", "at": AT} | changes
    with pytest.raises(error):
        picturing.draw_cordon(incident=town.open(), **values)
    assert not Cordon.objects.exists()


def test_a_closed_case_gets_no_cordon_and_a_merger_takes_them_along(town):
    case, other = town.open(), town.open()
    values = {"kind": "cordon", "name": "", "geometry": AROUND, "by": "officer", "at": AT}
    picturing.draw_cordon(incident=case, **values)
    merging.merge(source=case, into=other, reason="同一起", by="officer", at=AT)
    assert other.cordons.count() == 1
    changing.close(incident=other, note="完毕", by="officer", at=AT, cancel_rest=True)
    with pytest.raises(NotOpen):
        picturing.draw_cordon(incident=other, **values)


# ── Ways and layers ───────────────────────────────────────────────────────────


@pytest.fixture
def main(town):
    """A gas station feeds pipe p1, then p2, then p3; a branch b hangs on p1's end."""
    gas = town.organisations["gas"]
    network = Network.objects.create(code="g", name_zh="燃气网", medium="gas", owner=gas)
    for code in ("gas_station", "gas_pipe"):
        ObjectKind.objects.create(code=code, name_zh=code)
    ends = {"p1": ("S", "N1"), "p2": ("N1", "N2"), "p3": ("N2", "N3"), "b": ("N1", "N4")}
    rows = [
        places.ObjectRow(
            number=1, namespace="t", external_id=code, name_zh=code, network="g",
            kind="gas_pipe" if code in ends else "gas_station",
            attributes={"start": ends[code][0], "end": ends[code][1]} if code in ends else {},
            geometry={"type": "LineString", "coordinates": [[100.5, 30.5], [100.501, 30.5]]}
            if code in ends else {"type": "Point", "coordinates": [100.5, 30.5]},
        )
        for code in ("S", *ends)
    ]  # fmt: skip
    places.upsert_objects(rows=rows, owner=gas, at=AT)
    CityObject.objects.filter(external_id__in=["S", *ends]).update(network=network)
    return {each.external_id: each for each in CityObject.objects.all()}


def test_up_and_downstream_of_a_pressed_pipe(town, main, officer):
    case = town.open()
    found = officer.get(f"/command/incidents/{case.pk}/ways/{main['p2'].pk}/").json()
    assert set(found["up"]) == {main["p1"].pk, main["S"].pk}
    assert found["down"] == [main["p3"].pk]
    found = officer.get(f"/command/incidents/{case.pk}/ways/{main['p1'].pk}/").json()
    assert set(found["down"]) == {main[code].pk for code in ("p2", "p3", "b")}


def test_ways_of_a_pipe_that_one_may_not_see_are_not_told(client, town, main):
    case = town.open()
    client.force_login(town.users["neighbour_officer"])
    assert client.get(f"/command/incidents/{case.pk}/ways/{main['p2'].pk}/").status_code == 404


def test_layers_are_on_by_what_one_does_in_the_case(town, main):
    case = town.open()

    def on(name):
        return {each.name for each in selectors.layers(town.users[name], case) if each.is_on}

    assert {"people", "gas", "teams", "cordons", "wind", "ways"} <= on("officer")
    assert "gas" in on("crew") and "people" not in on("crew")
    assert "gas" not in on("west")
