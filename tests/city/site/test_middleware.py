"""Our own files are served whole, in part, and not again where they have not changed."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ADDRESS = "/static/chengan/js/toast.js"


@pytest.fixture
def content():
    return Path(finders.find("chengan/js/toast.js")).read_bytes()


def test_a_script_comes_whole_with_its_type_and_the_policy(client, content):
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.content) == (200, content)
    assert answer["Content-Type"].startswith("text/javascript")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.streaming


def test_a_part_that_is_asked_for_comes_alone(client, content):
    answer = client.get(ADDRESS, headers={"Range": "bytes=2-5"})
    assert (answer.status_code, answer.content) == (206, content[2:6])


def test_who_asks_for_the_head_alone_gets_no_body_and_its_length(client, content):
    answer = client.head(ADDRESS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == str(len(content))


@pytest.mark.parametrize("address", ["/places/?q=a%00", "/hub/quarantine/?%00=1", "/places/%00/"])
def test_a_nul_in_an_address_is_refused_and_not_an_error(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "default-src" in answer["Content-Security-Policy"]


def test_what_has_not_changed_does_not_come_again(client):
    seen = client.get(ADDRESS)["Last-Modified"]
    answer = client.get(ADDRESS, headers={"If-Modified-Since": seen})
    assert (answer.status_code, answer.content) == (304, b"")


def test_no_cache_gives_a_part_of_a_page_for_the_whole_of_it(client, db):
    assert "HX-Request" in client.get("/accounts/login/")["Vary"]
    assert "HX-Request" not in client.get(ADDRESS).get("Vary", "")
