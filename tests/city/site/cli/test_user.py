"""Accounts from the command line, as whoever stands at the machine keeps them."""

import pytest
from typer.testing import CliRunner

from chengan.city.places import api as places
from chengan.city.site.cli import running
from chengan.city.site.cli.main import app

PASSWORD = "long-enough-4-tests"
HERE = ("--organisation", "west")


@pytest.fixture
def chengan(db, monkeypatch):
    """Run `chengan user …` on the test's database; give its end code and what it said."""
    monkeypatch.setattr(running, "connect", lambda data: data)
    places.seed_roles()
    places.put_organisation(code="west", kind="district", name_zh="西区")

    def run(*words):
        done = CliRunner().invoke(app, ["user", *words])
        return done.exit_code, done.output

    assert run("create", "li", "--role", "handler", *HERE, "--password", PASSWORD)[0] == 0
    return run


def roles():
    held = places.account("li").grants.select_related("role", "organisation")
    return sorted(f"{each.role.code}@{each.organisation.code}" for each in held)


def test_an_account_is_closed_and_opened_again(chengan, client):
    assert client.login(username="li", password=PASSWORD)
    assert chengan("lock", "LI")[0] == 0
    assert not places.account("li").is_active
    assert client.get("/").status_code == 302
    assert "closed" in chengan("list")[1]
    assert chengan("unlock", "li")[0] == 0
    assert places.account("li").is_active


def test_a_role_is_granted_once_and_taken_away(chengan):
    for _ in range(2):
        assert chengan("grant", "li", "--role", "duty_officer", *HERE)[0] == 0
    assert roles() == ["duty_officer@west", "handler@west"]
    assert chengan("revoke", "li", "--role", "handler", *HERE)[0] == 0
    assert roles() == ["duty_officer@west"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["lock", "nobody"], "nobody"),
        (["grant", "li", "--role", "king", *HERE], "king"),
        (["grant", "li", "--role", "handler", "--organisation", "moon"], "moon"),
        (["revoke", "li", "--role", "leader", *HERE], "leader"),
    ],
)
def test_what_there_is_not_is_named_and_nothing_changes(chengan, words, named):
    code, told = chengan(*words)
    assert (code, named in told) == (1, True), told
    assert roles() == ["handler@west"]
    assert places.account("li").is_active
