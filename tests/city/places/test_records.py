"""The register's forms: made, changed, taken out of use; each refusal; the audit trail."""

import pytest
from django.urls import reverse

from chengan.city.places import api as places
from chengan.city.places.models import Area, Duty, Holding, Organisation, Person, Post, Shift
from chengan.city.places.services.records import fingerprint

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")


@pytest.fixture
def crew(town):
    post = Post.objects.create(code="p", name_zh="岗", organisation=town.firm)
    person = Person.objects.create(code="li", name_zh="李", organisation=town.firm)
    return post, person


def new(client, sort, **given):
    return client.post(reverse("places:record_new", args=[sort]), given)


def edit(client, sort, row, **given):
    return client.post(reverse("places:record_edit", args=[sort, row.pk]), given)


def retire(client, sort, row, seen=""):
    given = {"seen": seen or fingerprint(type(row).objects.get(pk=row.pk))}
    return client.post(reverse("places:record_retire", args=[sort, row.pk]), given, follow=True)


def given_of(row, **changes):
    values = {"code": row.code, "name_zh": row.name_zh, "organisation": row.organisation_id}
    return {**values, "seen": fingerprint(row), **changes}


def test_every_sort_is_made_and_listed(client, administrator, town, crew):
    client.force_login(administrator)
    post, person = crew
    box = (
        '{"type":"Polygon","coordinates":[[[100,30],[100.1,30],[100.1,30.1],[100,30.1],[100,30]]]}'
    )
    made = {
        "organisations": {
            "code": "o1",
            "name_zh": "街道",
            "kind": "street",
            "parent": town.west.pk,
        },
        "areas": {
            "code": "a1",
            "name_zh": "网格",
            "kind": "grid",
            "parent": town.ground["W"].pk,
            "geometry": box,
        },
        "people": {"code": "q1", "name_zh": "王", "organisation": town.west.pk},
        "posts": {"code": "q2", "name_zh": "长", "organisation": town.west.pk},
        "holdings": {"post": post.pk, "person": person.pk, "from_date": "2026-01-01"},
        "duties": {"post": post.pk, "role": "responsible", "object_key": "test/fw"},
        "shifts": {
            "post": post.pk,
            "person": person.pk,
            "starts_at": "2026-03-01T08:00",
            "ends_at": "2026-03-01T20:00",
        },
    }
    for sort, given in made.items():
        answer = new(client, sort, **given)
        assert answer.status_code == 302, (sort, answer.context["form"].errors)
        assert client.get(answer["Location"]).context["rows"]
    duty = Duty.objects.get()
    assert new(client, "substitutes", duty=duty.pk, person=person.pk, rank=1).status_code == 302
    assert duty.city_object == town.objects["fw"]
    area = Area.objects.get(code="a1")
    assert area.path.startswith(town.ground["W"].path)
    assert area.lon_max == 100.1
    event = Organisation.pgh_event_model.objects.filter(code="o1").get()
    assert event.pgh_context.metadata["user"] == administrator.pk


def test_a_change_is_saved_and_known_by_its_author(client, enterprise_manager, crew):
    client.force_login(enterprise_manager)
    assert edit(client, "people", crew[1], **given_of(crew[1], phone="110")).status_code == 302
    assert Person.objects.get().phone == "110"
    event = Person.pgh_event_model.objects.filter(pgh_label="update").get()
    assert event.pgh_context.metadata["user"] == enterprise_manager.pk


def test_a_conflict_names_who_was_faster_and_saves_nothing(
    client, administrator, enterprise_manager, crew
):
    stale = given_of(crew[1], phone="222")
    client.force_login(administrator)
    assert edit(client, "people", crew[1], **given_of(crew[1], phone="111")).status_code == 302
    client.force_login(enterprise_manager)
    answer = edit(client, "people", crew[1], **stale)
    assert answer.status_code == 409
    assert "administrator" in str(answer.context["form"].non_field_errors())
    assert Person.objects.get().phone == "111"
    retire(client, "people", crew[1], seen=stale["seen"])
    assert Person.objects.get().retired_at is None


def test_nobody_edits_outside_their_branches(client, enterprise_manager, town, crew):
    client.force_login(enterprise_manager)
    theirs = Person.objects.create(code="x", name_zh="外", organisation=town.east)
    assert edit(client, "people", theirs, **given_of(theirs)).status_code == 404
    moved = edit(client, "people", crew[1], **given_of(crew[1], organisation=town.east.pk))
    assert "organisation" in moved.context["form"].errors
    above = {"code": "n", "name_zh": "新", "kind": "street"}
    refused = new(client, "organisations", **above)
    assert refused.context["form"].non_field_errors()
    assert not Organisation.objects.filter(code="n").exists()
    assert (
        "parent"
        in new(client, "organisations", **above, parent=town.city.pk).context["form"].errors
    )


@pytest.mark.parametrize("sort", ["organisations", "areas", "people", "shifts"])
def test_a_role_without_the_permission_is_refused(client, duty_officer, sort):
    client.force_login(duty_officer)
    for name in ("records", "record_new"):
        assert client.get(reverse(f"places:{name}", args=[sort])).status_code == 403


def test_retiring_asks_refuses_what_is_in_use_and_comes_back(client, administrator, town):
    client.force_login(administrator)
    page = client.get(reverse("places:record_retire", args=["organisations", town.firm.pk]))
    assert "2" in page.context["resting"][0]
    retire(client, "organisations", town.firm)
    assert Organisation.objects.get(code="firm").retired_at is None
    town.objects["fw"].owner.city_objects.update(retired_at="2026-01-01T00:00Z")
    retire(client, "organisations", town.firm)
    assert Organisation.objects.get(code="firm").retired_at
    assert (
        Organisation.pgh_event_model.objects.filter(code="firm", retired_at__isnull=False).count()
        == 1
    )
    retire(client, "organisations", town.firm)
    assert Organisation.objects.get(code="firm").retired_at is None


def test_a_retired_post_is_not_called_and_times_end(client, administrator, town, crew):
    from tests.city.places.conftest import AT

    post, person = crew
    duty = Duty.objects.create(post=post, city_object=town.objects["fw"])
    held = Holding.objects.create(post=post, person=person, from_date="2026-01-01")
    later = Shift.objects.create(
        post=post, person=person, starts_at="2100-01-01T00:00Z", ends_at="2100-01-02T00:00Z"
    )
    client.force_login(administrator)
    assert places.duty_holders(city_object=town.objects["fw"], at=AT)
    retire(client, "duties", duty)
    assert not places.duty_holders(city_object=town.objects["fw"], at=AT)
    assert Duty.objects.filter(pk=duty.pk).exists()
    retire(client, "holdings", held)
    assert Holding.objects.get().until_date
    retire(client, "shifts", later)
    assert not Shift.objects.exists()
    assert Shift.pgh_event_model.objects.filter(pgh_label="delete").count() == 1


@pytest.mark.parametrize(
    ("sort", "given", "field"),
    [
        ("areas", {"geometry": '{"type":"Point","coordinates":[1,2]}'}, "geometry"),
        ("duties", {"object_key": "test/none"}, "object_key"),
        ("duties", {}, "__all__"),
        ("shifts", {"starts_at": "2026-03-01T08:00", "ends_at": "2026-03-01T07:00"}, "ends_at"),
        ("holdings", {"from_date": "2026-03-02", "until_date": "2026-03-01"}, "until_date"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, administrator, town, crew, sort, given, field):
    client.force_login(administrator)
    base = {
        "code": "z",
        "name_zh": "z",
        "kind": "grid",
        "post": crew[0].pk,
        "person": crew[1].pk,
        "role": "responsible",
    }
    assert field in new(client, sort, **base, **given).context["form"].errors


def test_nothing_stands_below_itself(client, administrator, town):
    client.force_login(administrator)
    given = {"code": "city", "name_zh": "市", "kind": "city", "parent": town.west.pk}
    row = Organisation.objects.get(code="city")
    answer = edit(client, "organisations", row, **given, seen=fingerprint(row))
    assert "parent" in answer.context["form"].errors


def test_the_list_searches_and_the_register_leads_to_it(client, administrator, town):
    client.force_login(administrator)
    assert client.get(reverse("places:register")).status_code == 302
    address = reverse("places:records", args=["organisations"])
    rows = client.get(address, {"q": "西区"}).context["rows"]
    assert [each["row"].code for each in rows] == ["west"]
