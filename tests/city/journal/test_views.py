"""The audit list: who sees it, and what it says."""

import csv
import html
import io
import re

import pytest
from django.urls import reverse

from chengan.city.journal import audit, views
from tests.city.places.conftest import *  # noqa: F403

pytestmark = pytest.mark.urls("tests.city.places.urls_for_tests")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("duty_officer", 403),
        ("neighbour_officer", 403),
        ("enterprise_manager", 403),
        ("administrator", 200),
        ("anonymous", 302),
    ],
)
def test_the_audit_opens_to_who_may_see_it(client, request, name, code):
    user = request.getfixturevalue(name)
    if name != "anonymous":
        client.force_login(user)
    assert client.get(reverse("journal:audit")).status_code == code


def test_a_bulk_update_is_in_the_audit_with_what_changed(town):
    from chengan.city.places.models import Organisation

    Organisation.objects.filter(code="west").update(phone="12345")
    newest = audit.changes(model="places.organisation", limit=1)[0]
    assert (newest.label, newest.changes) == ("update", [("phone", "", "12345")])


def test_a_districts_administrator_sees_only_what_its_own_accounts_did(client, town):
    chief = town.user("district", "administrator", town.west)
    client.force_login(chief)
    answer = client.get(reverse("journal:audit"))
    assert answer.status_code == 200
    assert all(each.who == "district" for each in answer.context["changes"])


def test_a_password_is_never_shown(administrator):
    found = audit.changes(model="places.user", limit=5)
    assert found
    assert not any(name == "password" for each in found for name, _, _ in each.changes)


def test_the_audit_file_has_one_line_a_field_and_the_filters_of_the_page(
    client, administrator, town
):
    from chengan.city.places.models import Organisation

    Organisation.objects.filter(code="west").update(phone="12345")
    client.force_login(administrator)
    asked = {"model": "places.organisation"}
    lines = _csv(client.get(reverse("journal:export", args=["csv"]), asked))
    assert lines[1][3:] == [str(town.west.pk), "已更改", "phone", "", "12345"]
    assert all(line[5] != "password" for line in lines)
    nobody = client.get(reverse("journal:export", args=["csv"]), {**asked, "who": "no such name"})
    assert len(_csv(nobody)) == 1


def test_the_audit_is_asked_for_by_days_and_a_wrong_day_asks_for_nothing(client, administrator):
    client.force_login(administrator)
    page = reverse("journal:audit")
    assert client.get(page, {"since": "2026-02-31"}).context["changes"]
    assert client.get(page, {"until": "1999-12-31"}).context["changes"] == []
    assert client.get(page, {"since": "2999-01-01"}).context["changes"] == []
    for asked in ({"until": "9999-12-31"}, {"since": "0001-01-01"}, {"after": "2026~x~²"}):
        assert client.get(page, asked).context["changes"]


def test_no_row_of_a_bulk_change_is_lost_between_pages(client, administrator):
    from chengan.city.places.models import Area, Organisation

    rows = [Organisation(code=f"o{n}", name_zh=str(n), kind="street") for n in range(120)]
    Organisation.objects.bulk_create(rows)
    areas = [Area(code=f"a{n}", name_zh=str(n), kind="street") for n in range(7)]
    Area.objects.bulk_create(areas)
    client.force_login(administrator)
    seen, address = [], reverse("journal:audit") + "?"
    while address:
        answer = client.get(address)
        seen += [(each.model, each.key) for each in answer.context["changes"]]
        link = re.search(r'class="pager"><a class="button" href="([^"]+)"', answer.content.decode())
        address = reverse("journal:audit") + html.unescape(link[1]) if link else ""
    assert len(seen) == len(set(seen))
    made = {("places.organisation", row.pk) for row in rows} | {
        ("places.area", a.pk) for a in areas
    }
    assert made <= set(seen)
    place = audit.places_of(limit=1)
    assert audit.places_of(after=place[0], limit=1) != place


def test_the_audit_file_is_whole_though_few_rows_are_held_at_a_time(
    client, administrator, town, monkeypatch
):
    monkeypatch.setattr(views, "AT_ONCE", 2)
    monkeypatch.setattr(views, "EXPORTED", 5)
    client.force_login(administrator)
    lines = _csv(client.get(reverse("journal:export", args=["csv"])))
    told = [line for line in lines[1:] if len(line) > 1]
    assert len({(line[2], line[3]) for line in told}) == 5
    assert len(lines[-1]) == 1


def test_the_audit_file_is_for_who_may_see_the_audit(client, duty_officer):
    client.force_login(duty_officer)
    assert client.get(reverse("journal:export", args=["csv"])).status_code == 403


def _csv(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))
