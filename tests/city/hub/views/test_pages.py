"""The pages open for those who may see them, and for nobody else."""

import pytest
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory

from chengan.city.hub.views import pages
from chengan.city.places import api as places
from chengan.city.places.models import User


@pytest.mark.parametrize("name", ["sources", "source", "source_form", "quarantine", "item"])
def test_every_template_compiles(name):
    assert get_template(f"hub/{name}.html")


def test_a_stranger_sees_no_source(gas, monkeypatch):
    shown = {}
    monkeypatch.setattr(pages, "render", lambda _request, _name, context: shown.update(context))
    request = RequestFactory().get("/hub/")
    request.user = User.objects.create_user("stranger", password="long-enough-4-tests")
    pages.sources(request)
    assert shown["rows"] == []


@pytest.fixture
def integrator(gas):
    places.seed_roles()
    places.put_organisation(code="city", kind="city", name_zh="市")
    places.create_account(
        username="integrator",
        password="long-enough-4-tests",
        display_name="接入",
        role_code="integrator",
        organisation_code="city",
        by="test",
        at=gas_time(),
    )
    return User.objects.get(username="integrator")


def test_a_citys_integrator_sees_and_manages_every_source(gas, integrator, monkeypatch):
    shown = {}
    monkeypatch.setattr(
        pages, "render", lambda _request, _name, context: shown.update(context) or HttpResponse()
    )
    request = RequestFactory().get("/hub/sources/gas/")
    request.user = integrator
    pages.source(request, "gas")
    assert (shown["source"], shown["may_manage"]) == (gas, True)


def gas_time():
    from tests.city.hub.conftest import AT

    return AT


def test_the_list_of_sources_is_searched_and_kept_as_a_file(gas, integrator, rf):
    def kept(**asked):
        request = rf.get("/hub/sources/export.csv", asked)
        request.user = integrator
        answer = pages.export(request, "csv")
        return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]

    assert [line.split(",")[0] for line in kept(q="ga")] == ["gas"]
    assert kept(q="no such source") == []
    assert kept(verdict="ok") == []
