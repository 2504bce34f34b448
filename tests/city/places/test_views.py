"""Every page and the cast: who gets in, who does not."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chengan.city.places.models import CityObject, Grant, ImportJob, User
from tests.city.places.test_importing import FILE, job, run  # noqa: F401

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")
CAST = ["duty_officer", "neighbour_officer", "enterprise_manager", "administrator", "anonymous"]
PAGES = {
    "objects": [200, 200, 200, 200, 302],
    "organisations": [200, 200, 200, 200, 302],
    "duties": [200, 200, 200, 200, 302],
    "imports": [403, 403, 200, 200, 302],
    "users": [403, 403, 403, 200, 302],
}


@pytest.fixture(params=CAST)
def somebody(request, client, duty_officer, neighbour_officer, enterprise_manager, administrator):
    if request.param != "anonymous":
        client.force_login(User.objects.get(username=request.param))
    return request.param


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_whom_it_should(client, somebody, page):
    answer = client.get(reverse(f"places:{page}"))
    assert answer.status_code == PAGES[page][CAST.index(somebody)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_holds_what_is_seen(client, somebody, form):
    answer = client.get(reverse("places:objects_export", args=[form]))
    assert answer.status_code == (302 if somebody == "anonymous" else 200)
    if somebody == "duty_officer" and form == "csv":
        text = b"".join(answer.streaming_content).decode()
        assert "Well fw" in text
        assert "Well fe" not in text


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("fw", [200, 404, 200, 200, 302]),
        ("ee", [404, 200, 404, 200, 302]),
    ],
)
def test_an_object_is_hidden_from_the_neighbour(client, somebody, town, key, codes):
    answer = client.get(reverse("places:object", args=[town.objects[key].id]))
    assert answer.status_code == codes[CAST.index(somebody)]


@pytest.mark.parametrize("page", ["import", "import_progress", "import_errors"])
def test_an_import_is_seen_by_its_owner(client, somebody, job, page):  # noqa: F811
    run(job)
    answer = client.get(reverse(f"places:{page}", args=[job.id]))
    answer.close()
    expected = {"anonymous": 302, "enterprise_manager": 200, "administrator": 200}
    assert answer.status_code == expected.get(somebody, 404)


@pytest.mark.parametrize("page", ["import_start", "import_cancel"])
def test_an_import_is_started_and_stopped_by_its_owner(client, somebody, job, page):  # noqa: F811
    answer = client.post(reverse(f"places:{page}", args=[job.id]))
    expected = {"anonymous": 302, "enterprise_manager": 302, "administrator": 302}
    assert answer.status_code == expected.get(somebody, 404)
    is_done = ImportJob.objects.get().status != "preview"
    assert is_done == (somebody in {"enterprise_manager", "administrator"})


def test_an_account_page_is_for_who_manages_accounts(client, somebody, duty_officer):
    for name, method in (("user", client.get), ("user_open", client.post)):
        answer = method(reverse(f"places:{name}", args=[duty_officer.id]))
        expected = {"anonymous": 302, "administrator": 200 if name == "user" else 302}
        assert answer.status_code == expected.get(somebody, 403)


def test_a_grant_is_taken_away_by_who_manages_accounts(client, somebody, neighbour_officer):
    grant = Grant.objects.get(user=neighbour_officer)
    client.post(reverse("places:grant_revoke", args=[grant.id]))
    assert Grant.objects.filter(id=grant.id).exists() == (somebody != "administrator")


def test_an_upload_is_previewed(client, enterprise_manager, town, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    client.force_login(enterprise_manager)
    file = SimpleUploadedFile("a.csv", FILE.encode())
    given = {"file": file, "owner": town.firm.id, "namespace": "firm", "system": "wgs84"}
    answer = client.post(reverse("places:imports"), given, follow=True)
    assert "新井一" in answer.content.decode()
    refused = client.post(reverse("places:imports"), {**given, "owner": town.east.id})
    assert refused.status_code == 200
    assert ImportJob.objects.count() == 1


def test_filters_and_the_keyset_stand_in_the_address(client, administrator, monkeypatch):
    monkeypatch.setattr("chengan.city.places.views.objects.PAGE", 1)
    client.force_login(administrator)
    first = client.get(reverse("places:objects"), {"q": "well f", "kind": "well"})
    assert [each.external_id for each in first.context["objects"]] == ["fw"]
    given = {"q": "well f", "kind": "well", "after": first.context["after"]}
    second = client.get(reverse("places:objects"), given)
    assert [each.external_id for each in second.context["objects"]] == ["fe"]
    assert not second.context["after"]


def test_an_account_is_made_and_refused_on_the_page(client, administrator, town):
    client.force_login(administrator)
    role = Grant.objects.get(user=administrator).role_id
    given = {"username": "n", "password": "123", "role": role, "organisation": town.west.id}
    assert client.post(reverse("places:users"), given).status_code == 200
    assert not User.objects.filter(username="n").exists()
    good = {**given, "password": "a-Long-passw0rd"}
    assert client.post(reverse("places:users"), good).status_code == 302
    assert io.StringIO(User.objects.get(username="n").password).read(6) == "argon2"


def test_an_objects_page_draws_it_and_what_its_reader_may_see_near_it(client, administrator, town):
    client.force_login(administrator)
    well = CityObject.objects.get(external_id="fw")
    shapes = client.get(reverse("places:object", args=[well.id])).context["shapes"]
    assert (shapes["lon"], shapes["lat"], shapes["id"]) == (well.lon, well.lat, well.id)
    assert shapes["here"][0]["geometry"] == well.geometry
    assert shapes["base"][0]["properties"]["kind"] == well.kind.code
