"""One object by hand: fields after the kind's schema, faults at their fields, no lost change."""

import json

import pytest
from django.urls import reverse

from chengan.city.places.models import CityObject, ObjectKind
from chengan.city.places.services.records import fingerprint

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")


@pytest.fixture
def line_kind(town):
    schema = {
        "type": "object",
        "required": ["material"],
        "additionalProperties": False,
        "properties": {
            "material": {"enum": ["steel", "PE"]},
            "diameter_mm": {"type": "integer", "minimum": 1, "title": "Diameter", "unit": "mm"},
            "is_buried": {"type": "boolean"},
        },
    }
    return ObjectKind.objects.create(
        code="pipe", name_zh="管", geometry_types=["LineString"], attribute_schema=schema
    )


def given(town, **changes):
    values = {"name_zh": "新井", "namespace": "test", "external_id": "n1", "owner": town.firm.pk}
    return {**values, "lon": 100.2, "lat": 30.2, "attribute_depth_m": 2.5, **changes}


def new(client, kind="well", **values):
    return client.post(f"{reverse('places:object_new')}?kind={kind}", values)


def change(client, row, **values):
    return client.post(reverse("places:object_edit", args=[row.pk]), values)


def test_the_kind_is_asked_for_then_the_object_is_made(client, enterprise_manager, town):
    client.force_login(enterprise_manager)
    assert "well" in client.get(reverse("places:object_new")).content.decode()
    assert client.get(f"{reverse('places:object_new')}?kind=well").status_code == 200
    answer = new(client, **given(town))
    assert answer.status_code == 302
    made = CityObject.objects.get(external_id="n1")
    assert (made.lon, made.attributes, made.area) == (100.2, {"depth_m": 2.5}, town.ground["W"])
    event = CityObject.pgh_event_model.objects.get(pgh_obj_id=made.pk)
    assert event.pgh_context.metadata["user"] == enterprise_manager.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"attribute_depth_m": -1}, "attribute_depth_m"),
        ({"attribute_depth_m": "deep"}, "attribute_depth_m"),
        ({"lon": 200}, "lon"),
        ({"lat": ""}, "lat"),
        ({"external_id": "fw"}, "external_id"),
        ({"owner": 0}, "owner"),
        ({"other_attributes": "[1]"}, "other_attributes"),
        ({"other_attributes": "{"}, "other_attributes"),
    ],
)
def test_each_fault_stands_at_its_field(client, enterprise_manager, town, changes, field):
    client.force_login(enterprise_manager)
    answer = new(client, **given(town, **changes))
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("text", "values", "field"),
    [
        ("{", {"attribute_material": "PE"}, "geometry"),
        ('{"type":"Point","coordinates":[1,2]}', {"attribute_material": "PE"}, "geometry"),
        ('{"type":"LineString","coordinates":[[100,30],[100.1,30]]}', {}, "attribute_material"),
        ('{"type":"LineString","coordinates":[[100,30],[100.1,30]]}',
         {"attribute_material": "PE", "attribute_diameter_mm": 0}, "attribute_diameter_mm"),
    ],
)  # fmt: skip
def test_a_line_is_geojson(client, administrator, town, line_kind, text, values, field):
    client.force_login(administrator)
    base = given(town, geometry=text, **values)
    answer = new(client, "pipe", **base)
    assert list(answer.context["form"].errors) == [field]
    good = {"attribute_material": "PE", "attribute_is_buried": "true"}
    line = {"type": "LineString", "coordinates": [[100, 30.1], [100.1, 30.1]]}
    assert new(client, "pipe", **given(town, geometry=json.dumps(line), **good)).status_code == 302
    assert CityObject.objects.get(external_id="n1").attributes == {
        "material": "PE",
        "is_buried": True,
    }


def test_a_change_keeps_the_number_and_a_stale_one_is_refused(client, enterprise_manager, town):
    client.force_login(enterprise_manager)
    row = town.objects["fw"]
    seen = fingerprint(CityObject.objects.get(pk=row.pk))
    values = given(town, name_zh="改", external_id="hacked", seen=seen)
    assert change(client, row, **values).status_code == 302
    row.refresh_from_db()
    assert (row.name_zh, row.external_id, row.lon) == ("改", "fw", 100.2)
    answer = change(client, row, **values | {"name_zh": "晚"})
    assert answer.status_code == 409
    assert "enterprise_manager" in str(answer.context["form"].non_field_errors())


def test_an_import_under_the_editors_hands_is_a_conflict_too(client, enterprise_manager, town):
    client.force_login(enterprise_manager)
    row = town.objects["fw"]
    seen = fingerprint(CityObject.objects.get(pk=row.pk))
    CityObject.objects.filter(pk=row.pk).update(name_en="By import")
    assert change(client, row, **given(town, seen=seen)).status_code == 409


def test_an_object_is_taken_out_of_use_and_brought_back(client, enterprise_manager, town):
    client.force_login(enterprise_manager)
    row, address = town.objects["fw"], reverse("places:object_retire", args=[town.objects["fw"].pk])
    for is_retired in (True, False):
        seen = client.get(address).context["seen"]
        assert client.post(address, {"seen": seen}).status_code == 302
        row.refresh_from_db()
        assert bool(row.retired_at) == is_retired
    client.post(address, {"seen": "stale"})
    row.refresh_from_db()
    assert row.retired_at is None


def test_others_objects_are_out_of_reach(client, enterprise_manager, duty_officer, town):
    client.force_login(enterprise_manager)
    theirs = town.objects["ee"]
    for name in ("object_edit", "object_retire"):
        assert client.get(reverse(f"places:{name}", args=[theirs.pk])).status_code == 404
    assert list(new(client, **given(town, owner=town.east.pk)).context["form"].errors) == ["owner"]
    client.force_login(duty_officer)
    assert (
        client.get(reverse("places:object_edit", args=[town.objects["fw"].pk])).status_code == 403
    )
    assert client.get(reverse("places:object_new")).status_code == 403
