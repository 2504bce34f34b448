"""The sign-in page repeats the sample accounts to whoever sits at the machine, and to nobody else."""

import json

import pytest
from django.test import Client, RequestFactory

from chengan.city.places import api as places
from chengan.city.portals import sample_accounts

from .conftest import AT

PASSWORD = "printed-at-the-start-1"


@pytest.fixture
def machine(wells, settings, tmp_path):
    """A sample city as `chengan up` leaves it: its accounts in a file of the data folder."""
    settings.DATA_FOLDER = tmp_path
    (tmp_path / "run").mkdir()
    (tmp_path / sample_accounts.FILE).write_text(json.dumps({"duty": PASSWORD}))
    places.create_account(
        username="duty", password=PASSWORD, display_name="值班长", role_code="duty_officer",
        organisation_code="city", is_sample=True, by="test", at=AT,
    )  # fmt: skip
    places.Organisation.objects.update(is_sample=True)


def page(**extra):
    return Client().get("/accounts/login/", **extra).content.decode()


def test_the_machine_itself_is_told_names_and_passwords(machine):
    text = page(HTTP_HOST="127.0.0.1:8420")
    assert "值班长" in text
    assert f'data-fill-password="{PASSWORD}"' in text


@pytest.mark.parametrize(
    "extra",
    [
        {"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_HOST": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"},
        {"HTTP_HOST": "testserver"},
    ],
)
def test_others_are_not(machine, extra):
    assert PASSWORD not in page(**extra)


def test_a_real_city_shows_none(machine):
    places.Organisation.objects.update(is_sample=False)
    assert PASSWORD not in page(HTTP_HOST="127.0.0.1")


def test_an_account_that_was_closed_or_is_no_sample_is_left_out(machine):
    request = RequestFactory().get("/", HTTP_HOST="localhost")
    assert [each["user"].username for each in sample_accounts.offered(request)] == ["duty"]
    places.User.objects.update(is_active=False)
    assert sample_accounts.offered(request) == []
    places.User.objects.update(is_active=True, is_sample=False)
    assert sample_accounts.offered(request) == []


def test_without_the_file_the_page_says_where_they_are_printed(machine, tmp_path):
    (tmp_path / sample_accounts.FILE).write_text("not json")
    assert "启动" in page(HTTP_HOST="127.0.0.1")
