"""Each page of the hub is drawn, with a form that issues a credential once."""

import pytest

from chengan.city.hub.models import Quarantined, Source
from chengan.city.places import api as places
from chengan.city.places.models import User
from tests.city.hub.conftest import AT


@pytest.fixture
def browser(client, gas, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.ROOT_URLCONF = "tests.city.hub.views.addresses"
    places.seed_roles()
    places.put_organisation(code="city", kind="city", name_zh="市")
    places.create_account(
        username="integrator",
        password="long-enough-4-tests",
        display_name="接入",
        role_code="integrator",
        organisation_code="city",
        by="test",
        at=AT,
    )
    client.force_login(
        User.objects.get(username="integrator"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_the_sources_say_no_data_where_nothing_came(browser):
    assert "level--none" in browser.get("/hub/").content.decode()


def test_a_secret_is_shown_once(browser):
    page = browser.post("/hub/sources/gas/credentials/", {"kind": "http"}).content.decode()
    assert "只显示这一次" in page
    assert "只显示这一次" not in browser.get("/hub/sources/gas/").content.decode()


def test_an_item_is_looked_at_and_discarded(browser, gas):
    item = Quarantined.objects.create(
        source=gas,
        road="mqtt",
        reason="wrong_unit",
        detail="furlong",
        readings=[{"datastream": "a", "value": 1.0, "time": 1.7e9, "unit": "furlong"}],
        received_at=AT,
    )
    assert "furlong" in browser.get("/hub/quarantine/").content.decode()
    address = f"/hub/quarantine/{item.pk}/"
    assert "改正并重新送入" in browser.get(address).content.decode()
    assert "请写明原因" in browser.post(address, {"act": "discard"}).content.decode()
    assert browser.post(address, {"act": "discard", "why": "rig"}).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.handled_by) == ("discarded", "integrator")
    assert "rig" in browser.get("/hub/quarantine/?status=all").content.decode()
    assert browser.post(address, {"act": "reopen"}).status_code == 302


def test_times_beyond_any_calendar_are_shown_as_sent(browser, gas):
    sent = [1_700_000_000_000, 10**300, -1e15]
    item = Quarantined.objects.create(
        source=gas, road="mqtt", reason="bad_time", received_at=AT,
        readings=[{"datastream": "a", "value": 1.0, "time": each} for each in sent],
    )  # fmt: skip
    page = browser.get(f"/hub/quarantine/{item.pk}/").content.decode()
    assert [each for each in sent if f'placeholder="{each}"' not in page] == []
    item.refresh_from_db()
    assert item.status == "open"


@pytest.fixture
def items(gas, water):
    def one(source, reason, road, detail):
        return Quarantined.objects.create(
            source=source, road=road, reason=reason, detail=detail, received_at=AT,
            readings=[{"datastream": "a", "value": 1.0, "time": 1.7e9}],
        )  # fmt: skip

    return [
        one(gas, "wrong_unit", "mqtt", "furlong"),
        one(gas, "conflict", "http", "two"),
        one(water, "conflict", "mqtt", "=three"),
    ]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", 3),
        ("reason=conflict", 2),
        ("road=mqtt", 2),
        ("source=gas&reason=conflict", 1),
        ("q=furl", 1),
        ("from=2026-03-02&to=2026-03-02", 3),
        ("from=2026-03-03", 0),
        ("to=2026-03-01", 0),
        ("from=99999-1-1&reason=nonsense&status=x&after=-1", 3),
    ],
)
def test_filters_narrow_the_list_and_its_export(browser, items, query, left):
    assert browser.get(f"/hub/quarantine/?{query}").content.decode().count("<tr data-row") == left
    file = b"".join(browser.get(f"/hub/quarantine/quarantine.csv?{query}").streaming_content)
    assert len(file.decode().strip().splitlines()) == left + 1
    assert b",=three" not in file


def test_everything_a_filter_shows_is_discarded_and_opened_again_at_once(browser, items):
    address = "/hub/quarantine/many/?source=gas"
    assert browser.post(address, {"act": "discard", "why": "rig"}).status_code == 302
    assert Quarantined.objects.filter(status="discarded", source__key="gas").count() == 2
    assert Quarantined.objects.filter(status="open").count() == 1
    browser.post(f"{address}&status=discarded", {"act": "reopen"})
    assert Quarantined.objects.filter(status="open").count() == 3


FORM = {
    "key": "heat-2", "name_zh": "热力", "expected_per_hour": "60", "unit": "kPa", "roads": ["http"],
    "is_active": "on",
}  # fmt: skip


def test_a_source_is_made_changed_and_its_history_kept(browser, gas):
    made = browser.post("/hub/sources/new/", {**FORM, "owner": gas.owner_id})
    assert made.status_code == 302
    found = Source.objects.get(key="heat-2")
    assert found.schema == {"unit": "kPa", "roads": ["http"]}
    page = browser.get("/hub/sources/heat-2/").content.decode()
    assert "mosquitto_pub" not in page
    assert "curl -X POST" in page
    seen = browser.get("/hub/sources/heat-2/edit/").context["form"].initial["seen"]
    changed = {**FORM, "key": "other", "owner": gas.owner_id, "expected_per_hour": "30"}
    changed["seen"] = seen
    assert browser.post("/hub/sources/heat-2/edit/", changed).status_code == 302
    found.refresh_from_db()
    assert (found.key, found.expected_per_hour) == ("heat-2", 30)
    event = found.events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["user"]


@pytest.mark.parametrize(
    "wrong",
    [{"key": "a_b"}, {"key": "new"}, {"key": "A"}, {"unit": "furlong"}, {"expected_per_hour": "-1"},
     {"expected_per_hour": "nan"}, {"roads": []}, {"owner": 0}],
)  # fmt: skip
def test_a_wrong_source_is_refused_beside_its_field(browser, gas, wrong):
    answer = browser.post("/hub/sources/new/", {**FORM, "owner": gas.owner_id, **wrong})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == list(wrong)


def test_examples_hold_the_fresh_secret_once_and_no_credential_is_issued_by_a_stranger(
    browser, client, gas
):
    page = browser.post("/hub/sources/gas/credentials/", {"kind": "mqtt"}).content.decode()
    name = gas.credentials.get().username
    assert f"-u &#x27;{name}&#x27;" in page
    assert name not in browser.get("/hub/sources/gas/").content.decode().split("<pre")[1]
    stranger = User.objects.create_user("stranger", password="long-enough-4-tests")
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (
        "gas/credentials/",
        "gas/edit/",
        f"gas/credentials/{gas.credentials.get().pk}/revoke/",
    ):
        assert client.post(f"/hub/sources/{address}").status_code == 404
    assert client.post("/hub/sources/new/").status_code == 403
    assert gas.credentials.filter(revoked_at=None).count() == 1


def test_sources_are_shown_by_verdict(browser):
    assert "/hub/sources/gas/" in browser.get("/hub/?verdict=never").content.decode()
    assert "/hub/sources/gas/" not in browser.get("/hub/?verdict=ok").content.decode()


def test_a_source_is_not_overwritten_by_a_form_that_was_opened_before(browser, gas):
    address = "/hub/sources/gas/edit/"
    seen = browser.get(address).context["form"].initial["seen"]
    given = {**FORM, "owner": gas.owner_id, "seen": seen}
    assert browser.post(address, {**given, "name_zh": "甲"}).status_code == 302
    gas.refresh_from_db()
    assert (gas.name_zh, gas.schema) == ("甲", {"unit": "kPa", "roads": ["http"]})
    late = browser.post(address, {**given, "name_zh": "乙"})
    assert (late.status_code, "integrator" in late.content.decode()) == (409, True)
    gas.refresh_from_db()
    assert gas.name_zh == "甲"


def test_a_source_out_of_use_has_no_verdict(browser, gas):
    Source.objects.update(is_active=False)
    page = browser.get("/hub/").context["verdicts"]
    assert {code: count for code, _word, count in page if count} == {"unused": 1}
    file = browser.get("/hub/sources/export.csv", {"verdict": "unused"})
    assert "已停用" in b"".join(file.streaming_content).decode()
    assert browser.get("/hub/", {"verdict": "never"}).context["rows"] == []
