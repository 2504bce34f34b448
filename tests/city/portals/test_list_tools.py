"""What every list takes from the house: filters with a cross, columns, views of one's own."""

import pytest
from django.test import Client

from chengan.city.places import api as places

from .conftest import AT


@pytest.fixture
def client(wells):
    officer = places.create_account(
        username="city", password="a-long-pass-phrase-9", role_code="administrator",
        organisation_code="city", by="test", at=AT,
    )  # fmt: skip
    made = Client()
    made.force_login(officer)
    return made


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_filter_stands_as_a_chip_with_the_address_that_takes_it_off(client):
    text = page(client, "/city/?kind=gas_well&q=well-0&after=0")
    assert "类型: 燃气井" in text
    assert 'href="?kind=gas_well"' in text
    assert "well-0" in text


def test_columns_that_are_not_asked_for_are_not_drawn(client):
    assert "bench/w0" not in page(client, "/sense/?column=value")
    every, one = page(client, "/sense/"), page(client, "/sense/?column=value")
    assert every.count("<th") == one.count("<th") + 4
    assert (
        page(client, "/city/").count("<th") == page(client, "/city/?column=owner").count("<th") + 3
    )


@pytest.mark.parametrize(
    "address", ["/sense/?state=fault", "/hub/?verdict=never", "/hub/quarantine/?road=http"]
)
def test_a_view_is_kept_with_its_filters_and_opened_again(client, address):
    path, _mark, query = address.partition("?")
    text = page(client, address)
    name = text.split('name="page" value="')[1].split('"')[0]
    kept = client.post("/city/views/save/", {"page": name, "query": query, "name": "mine"})
    opened = client.get(kept.url)
    assert opened.url == f"{path}?{query}"
    assert "mine" in page(client, address)


@pytest.mark.parametrize(
    "address",
    ["/sense/?q=nothing-like-it", "/city/?q=nothing-like-it", "/city/imports/",
     "/hub/quarantine/", "/hub/?verdict=late"],
)  # fmt: skip
def test_an_empty_list_says_what_would_fill_it(client, address):
    assert 'class="empty"' in page(client, address)


def test_the_tree_of_organisations_shows_its_depth_without_inline_styles(client):
    text = page(client, "/city/organisations/")
    assert 'class="depth-1"' in text
    assert "style=" not in text
