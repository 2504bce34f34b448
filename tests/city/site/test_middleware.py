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


def test_what_has_not_changed_does_not_come_again(client):
    seen = client.get(ADDRESS)["Last-Modified"]
    answer = client.get(ADDRESS, headers={"If-Modified-Since": seen})
    assert (answer.status_code, answer.content) == (304, b"")
