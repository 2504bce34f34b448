"""Objects: written by natural key, checked by their kind, found by place."""

import pytest

from chengan.city.places import api as places
from chengan.city.places import geometry
from tests.city.places.conftest import AT, row


def put(town, *rows, owner=None):
    return places.upsert_objects(rows=rows, owner=owner or town.firm, at=AT)


def test_doing_it_again_changes_nothing(town):
    again = put(town, row("fw", 100.5, 30.5), row("new", 100.1, 30.1))
    assert (again.created, again.updated, again.unchanged) == (1, 0, 1)


def test_a_moved_object_finds_its_new_area_and_cells(town):
    before = town.objects["fw"]
    assert before.area == town.ground["W"]
    assert put(town, row("fw", 101.5, 30.6)).updated == 1
    before.refresh_from_db()
    assert (before.lon, before.area.code) == (101.5, "E")
    assert before.h3_9 == geometry.locate(before.geometry).cells["h3_9"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "ufo"}, "kind"),
        ({"external_id": ""}, "external_id"),
        ({"attributes": {"depth_m": -1}}, "attributes.depth_m"),
        ({"geometry": {"type": "Point", "coordinates": [200, 0]}}, "geometry"),
        ({"geometry": {"type": "LineString", "coordinates": [[1, 1], [2, 2]]}}, "geometry"),
        ({"geometry": "here"}, "geometry"),
        ({"geometry": None}, "geometry"),
        ({"network": "none"}, "network"),
    ],
)
def test_a_bad_row_is_rejected_with_its_number_and_field(town, changes, field):
    outcome = put(
        town,
        row("x", 100.5, 30.5, number=17)
        if not changes
        else row(**{"external_id": "x", "lon": 100.5, "lat": 30.5, "number": 17, **changes}),
        row("good", 100.5, 30.5),
    )
    assert [(each.number, each.field) for each in outcome.rejected] == [(17, field)]
    assert outcome.created == 1


def test_another_owners_object_and_a_second_row_of_one_key_are_rejected(town):
    outcome = put(town, row("ee", 101.6, 30.5), row("d", 100.1, 30.1), row("d", 100.2, 30.2))
    assert [each.external_id for each in outcome.rejected] == ["d", "ee"]


def test_objects_near_are_given_by_exact_metres_nearest_first(town):
    # WGS 84: a / √(1 − e² sin² 30.5°) × cos 30.5° × π/1800 = 9599.9 m
    found = places.objects_near(101.5, 30.5, 9600)
    assert [each.city_object.external_id for each in found] == ["fe", "ee"]
    assert found[1].distance_m == pytest.approx(9599.9, abs=0.1)
    assert len(places.objects_near(101.5, 30.5, 9570)) == 1


def test_the_sample_city_loads_twice_and_changes_nothing(db):
    from chengan.city.places.models import CityObject, Duty
    from chengan.city.site.sample import load

    sample = load.load()
    assert places.is_empty()
    places.load_sample(sample, AT)
    counts = CityObject.objects.count(), Duty.objects.count()
    assert counts[0] == len(sample.objects)
    places.load_sample(sample, AT)
    assert (CityObject.objects.count(), Duty.objects.count()) == counts
