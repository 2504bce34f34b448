"""Pages of close: who opens them, what a button does, what bad input is told, both languages."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from chengan.city.close import api as close
from chengan.city.close.models import DangerPhoto, HiddenDanger
from chengan.city.close.selectors import dangers
from chengan.city.warn import api as warn
from tests.city.command.test_tasks import picture

from .conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_as(client, cast):
    """Give a client signed in as one of the cast."""

    def signed(name):
        client.force_login(cast[name])
        return client

    return signed


def page_of(danger):
    return reverse("close:danger", args=[danger.pk])


def act(client, danger, what, **given):
    return client.post(reverse("close:act", args=[danger.pk, what]), given)


@pytest.mark.parametrize("name", ["dangers", "report", "alike"])
def test_nobody_sees_a_page_without_signing_in(client, db, name):
    assert client.get(reverse(f"close:{name}")).status_code == 302


@pytest.mark.parametrize(
    ("name", "status"),
    [("duty_officer", 200), ("neighbour_officer", 404), ("enterprise_manager", 404)],
)
def test_a_danger_opens_for_whoever_may_see_it(open_as, danger, name, status):
    page = open_as(name)
    assert page.get(page_of(danger)).status_code == status
    assert act(page, danger, "judge").status_code == status
    shown = page.get(reverse("close:dangers")).content.decode()
    assert ("放散管锈蚀" in shown) is (status == 200)
    table = b"".join(page.get("/close/dangers/export.csv").streaming_content).decode()
    assert ("放散管锈蚀" in table) is (status == 200)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("隐患", "上报隐患", "待核定")),
     ("en", ("Hidden dangers", "Report a hidden danger", "to be judged"))],
)  # fmt: skip
def test_the_pages_speak_both_languages(open_as, danger, language, words):
    page = open_as("officer")
    page.cookies["django_language"] = language
    pages = [reverse("close:dangers"), page_of(danger), reverse("close:report")]
    shown = "".join(page.get(each).content.decode() for each in pages)
    assert [each for each in words if each not in shown] == []


def test_a_danger_goes_its_way_by_the_pages(open_as, danger, town):
    warn.ensure_tables(AT)
    page = open_as("officer")
    judged = {"level": 1, "kind": 7, "manage": 1, "cause": "gas-leak",
              "organisation": town.organisations["gas"].pk}  # fmt: skip
    assert act(page, danger, "judge", **judged).status_code == 302
    wrong = act(page, danger, "order", due_date="2020-01-01", note="请更换阀门")
    assert wrong.status_code == 200
    assert "期限已过" in wrong.content.decode()
    assert "请更换阀门" in wrong.content.decode()  # nothing typed is lost
    assert act(page, danger, "order", due_date="2099-01-01").status_code == 302
    assert act(page, danger, "start").status_code == 403
    page = open_as("crew")
    assert act(page, danger, "start").status_code == 302
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    act(page, danger, "rectify", note="已更换", photo=photo)
    kept = DangerPhoto.objects.get()
    assert page.get(reverse("close:photo", args=[kept.pk])).status_code == 200
    assert act(page, danger, "verify", note="好").status_code == 403
    page = open_as("enterprise_manager")
    assert page.get(reverse("close:photo", args=[kept.pk])).status_code == 404
    page = open_as("duty_officer")
    act(page, danger, "verify", note="已看")
    again = page.post(reverse("close:act", args=[danger.pk, "verify"]), {"note": "x"}, follow=True)
    assert "现在不能" in again.content.decode()
    act(page, danger, "close")
    danger.refresh_from_db()
    assert danger.status == "closed"
    assert act(page, danger, "nothing").status_code == 404


def sent(town, **changes):
    return {
        "title": "井盖破损", "kind": 1, "source": 1, "object": town.well.pk,
        "client_id": str(uuid.uuid4()), "client_at": "2026-03-01T00:00:00Z",
        "sent_at": "2026-03-01T01:00:00Z",
    } | changes  # fmt: skip


def test_a_device_reports_once_with_a_photo(open_as, town):
    page = open_as("west")
    said = sent(town, object="", lon="100.5001", lat="30.5")
    for _turn in range(2):
        photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
        answer = page.post(reverse("close:send"), {**said, "photo": photo}, headers={"Accept": "application/json"})  # fmt: skip
        assert answer.json()["taken"] is True
    made = HiddenDanger.objects.get()
    assert (made.city_object, made.found_by) == (town.well, "west")  # 10 m away: the nearest
    near = page.get(reverse("close:alike"), {"kind": 1, "object": town.well.pk})
    assert "井盖破损" in near.content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"kind": "99"}, {"object": "999999"}, {"lat": "north"}, {"client_id": "7"},
     {"photo": SimpleUploadedFile("a.jpg", b"no picture")}, {"object": ""}],
)  # fmt: skip
def test_a_report_that_cannot_be_taken_says_why(open_as, town, changes):
    page = open_as("west")
    given = sent(town, **changes)
    answer = page.post(reverse("close:send"), given, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["taken"]) == (400, False)
    assert answer.json()["message"]
    plain = page.post(reverse("close:send"), given)
    assert plain.status_code == 200
    assert not HiddenDanger.objects.exists()


def test_an_object_of_others_is_refused(open_as, town):
    given = sent(town)
    answer = open_as("enterprise_manager").post(
        reverse("close:send"), given, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 1), ("status=open", 1), ("status=closed", 0), ("due=overdue", 0), ("due=7", 1),
     ("kind=7", 1), ("kind=1", 0), ("level=2", 0), ("q=锈蚀", 1), ("q=井", 1), ("q=桥", 0),
     ("owner=zjj", 1), ("owner=nobody", 0), ("listed=yes", 0), ("kind=x", 1), ("object=0", 0)],
)  # fmt: skip
def test_the_list_is_filtered_by_its_address(cast, ordered, query, count):
    found = dangers.filtered(cast["officer"], QueryDict(query).dict(), AT)
    assert found.count() == count


def test_the_list_is_turned_page_by_page(cast, town, danger):
    for number in range(2):
        close.report(found=close.Found(title=f"{number}", city_object=town.well), by="x", at=AT)
    found = dangers.filtered(cast["officer"], {}, AT)
    first, after = dangers.page_of(found, "", 2)
    rest, end = dangers.page_of(found, after, 2)
    assert [each.pk for each in [*first, *rest]] == [each.pk for each in found]
    assert (len(first), len(rest), end) == (2, 1, "")


def test_an_empty_list_says_what_would_fill_it(open_as, town):
    assert "上报隐患" in open_as("officer").get(reverse("close:dangers")).content.decode()


def test_the_export_is_a_workbook_too(open_as, ordered):
    answer = open_as("officer").get("/close/dangers/export.xlsx?q=锈蚀")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
