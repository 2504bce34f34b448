"""Lists: filters by branch, exports and saved views that never show more than one may see."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.urls import reverse

from chengan.city.places.models import (
    CityObject,
    Duty,
    Holding,
    ImportJob,
    Person,
    Post,
    SavedView,
    Shift,
)
from chengan.city.places.views import duties as duties_page

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")


def keep(client, name="我的井", page="objects", query="q=well&owner=firm&after=7"):
    return client.post(reverse("places:view_save"), {"page": page, "name": name, "query": query})


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        ({"area": "W"}, ["fw"]),
        ({"area": "S"}, ["fw", "fe", "ee"]),
        ({"owner": "city"}, ["fw", "fe", "ee"]),
        ({"owner": "east"}, ["ee"]),
        ({"owner": "nobody"}, []),
        ({"kind": "well", "q": "Well e"}, ["ee"]),
    ],
)
def test_a_filter_takes_the_whole_branch(client, administrator, town, given, keys):
    client.force_login(administrator)
    found = client.get(reverse("places:objects"), given).context["objects"]
    assert [each.external_id for each in found] == keys


def test_an_export_has_the_filter_and_the_scope_of_its_reader(client, enterprise_manager, town):
    CityObject.objects.filter(external_id="fe").update(name_zh="=1+1\x01")
    client.force_login(enterprise_manager)
    answer = client.get(reverse("places:objects_export", args=["xlsx"]), {"q": "f"})
    assert answer.streaming
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.values)
    assert [row[1] for row in rows[1:]] == ["fw", "fe"]
    assert rows[2][3] == "'=1+1"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_register_is_exported_as_it_is_listed(
    client, administrator, enterprise_manager, town, form
):
    address = reverse("places:record_export", args=["organisations", form])
    client.force_login(administrator)
    assert b"".join(client.get(address).streaming_content)
    client.force_login(enterprise_manager)
    text = b"".join(client.get(address.replace("xlsx", "csv")).streaming_content).decode()
    assert "firm" in text
    assert "east" not in text


def test_a_view_is_kept_replaced_opened_and_removed(client, administrator, duty_officer, town):
    client.force_login(administrator)
    kept = keep(client)
    view = SavedView.objects.get()
    assert kept["Location"] == reverse("places:view", args=[view.pk])
    opened = client.get(kept["Location"])
    assert opened["Location"].endswith("?q=well&owner=firm")
    assert len(client.get(opened["Location"]).context["saved"]["views"]) == 1
    keep(client, query="q=other")
    assert SavedView.objects.get().query == "q=other"
    client.force_login(duty_officer)
    shared = client.get(reverse("places:view", args=[view.pk]), follow=True)
    assert shared.status_code == 200
    assert client.post(reverse("places:view_forget", args=[view.pk])).status_code == 404
    client.force_login(administrator)
    client.post(reverse("places:view_forget", args=[view.pk]))
    assert not SavedView.objects.exists()
    assert SavedView.pgh_event_model.objects.filter(pgh_label="delete").count() == 1


def test_a_view_leads_nowhere_else(client, administrator):
    client.force_login(administrator)
    keep(client, page="//evil.example/", query="x=1")
    opened = client.get(reverse("places:view", args=[SavedView.objects.get().pk]))
    assert opened["Location"].startswith(reverse("places:objects"))


def test_a_view_needs_a_name(client, administrator):
    client.force_login(administrator)
    keep(client, name=" ")
    assert not SavedView.objects.exists()


def lines(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_an_organisation_that_is_asked_for_stands_under_what_is_above_it(
    client, administrator, town
):
    client.force_login(administrator)
    rows = client.get(reverse("places:organisations"), {"q": "firm"}).context["rows"]
    assert [(each["organisation"].code, each["is_above"]) for each in rows][-1] == ("firm", False)
    assert all(each["is_above"] for each in rows[:-1])
    assert rows[-1]["organisation"].path.startswith(rows[0]["organisation"].path)
    kept = lines(client.get(reverse("places:organisations_export", args=["csv"]), {"q": "firm"}))
    assert [line[0] for line in kept[1:]] == ["firm"]


def test_duties_are_found_by_branch_role_and_words_and_kept_as_a_file(client, administrator, town):
    client.force_login(administrator)
    post = Post.objects.create(code="p", name_zh="巡线岗", organisation=town.west)
    Duty.objects.create(post=post, role="maintenance", area=town.ground["W"])
    page, file = reverse("places:duties"), reverse("places:duties_export", args=["csv"])
    for asked, count in [
        ({"organisation": "west"}, 1), ({"organisation": "east"}, 0), ({"role": "maintenance"}, 1),
        ({"role": "supervision"}, 0), ({"q": "巡线"}, 1), ({"q": "没有"}, 0),
    ]:  # fmt: skip
        found = [each for each in client.get(page, asked).context["duties"] if each.post == post]
        assert len(found) == count, asked
        assert sum("巡线岗" in line for line in lines(client.get(file, asked))) == count, asked


def test_only_who_holds_a_post_today_is_named_and_found(client, administrator, town):
    client.force_login(administrator)
    post = Post.objects.create(code="p", name_zh="巡线岗", organisation=town.west)
    Duty.objects.create(post=post, area=town.ground["W"])
    for name, first, last in [
        ("张前任", date(2020, 1, 1), date(2020, 6, 1)), ("李现任", date(2020, 6, 1), None),
        ("王后任", date(2999, 1, 1), None), ("赵离职", date(2020, 1, 1), None),
    ]:  # fmt: skip
        person = Person.objects.create(code=name, name_zh=name, organisation=town.west)
        Holding.objects.create(post=post, person=person, from_date=first, until_date=last)
    Person.objects.filter(code="赵离职").update(retired_at=datetime(2020, 6, 1, tzinfo=UTC))
    page, file = reverse("places:duties"), reverse("places:duties_export", args=["csv"])
    for text in (client.get(page).content.decode().split("<h2>")[0], str(lines(client.get(file)))):
        assert [name for name in ("张前任", "李现任", "王后任", "赵离职") if name in text] == [
            "李现任"
        ]
    for name, count in (("张前", 0), ("李现", 1), ("王后", 0), ("赵离", 0)):
        assert len(client.get(page, {"q": name}).context["duties"]) == count


def test_a_roster_that_is_cut_says_so(client, administrator, town, monkeypatch):
    monkeypatch.setattr(duties_page, "SHIFTS", 2)
    client.force_login(administrator)
    post = Post.objects.create(code="p", name_zh="岗", organisation=town.west)
    person = Person.objects.create(code="p", name_zh="人", organisation=town.west)
    at = datetime(2999, 1, 1, tzinfo=UTC)
    for number in range(2):
        Shift.objects.create(
            post=post, person=person, starts_at=at + timedelta(number),
            ends_at=at + timedelta(number, hours=8),
        )  # fmt: skip
    assert "仅显示" not in client.get(reverse("places:duties")).content.decode()
    Shift.objects.create(post=post, person=person, starts_at=at, ends_at=at + timedelta(hours=1))
    assert "仅显示最近 2 个班次" in client.get(reverse("places:duties")).content.decode()


def test_a_guessed_code_names_nothing_beyond_ones_reach(client, enterprise_manager, town):
    client.force_login(enterprise_manager)
    objects, duties = reverse("places:objects"), reverse("places:duties")
    asked = client.get(objects, {"owner": "west", "area": "W"}).context["asked_words"]
    assert not {"owner", "area"} & asked.keys()
    assert client.get(objects, {"owner": "firm"}).context["asked_words"]["owner"] == str(town.firm)
    assert not client.get(duties, {"organisation": "west"}).context["asked_words"]["organisation"]


def test_a_list_is_kept_as_csv_or_excel_and_nothing_else(client, administrator):
    client.force_login(administrator)
    for address in ("", "duties/", "users/", "imports/", "organisations/", "records/duties/"):
        assert client.get(f"/city/{address}export.csv").status_code == 200, address
        assert client.get(f"/city/{address}export.exe").status_code == 404, address


def test_imports_are_found_by_state_and_kept_as_a_file(client, administrator, town):
    client.force_login(administrator)
    for number, state in enumerate(["done", "failed"]):
        ImportJob.objects.create(
            file="f", file_name=f"井{number}.csv", namespace="n", owner=town.west, status=state,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    found = client.get(reverse("places:imports"), {"state": "failed"}).context["jobs"]
    assert [each.file_name for each in found] == ["井1.csv"]
    kept = lines(client.get(reverse("places:imports_export", args=["csv"]), {"q": "井0"}))
    assert [line[0] for line in kept[1:]] == ["井0.csv"]
