"""Each page of the hub is drawn, with a form that issues a credential once."""

import pytest

from chengan.city.hub.models import Quarantined
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
    assert browser.post(address, {"act": "discard"}).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.handled_by) == ("discarded", "integrator")
