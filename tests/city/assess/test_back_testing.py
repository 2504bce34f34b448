"""What a rule would have done with past facts, told by hand."""

from datetime import timedelta

import pytest

from chengan.city.assess.models import Raise
from chengan.city.assess.services import back_testing
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, DAY

pytestmark = pytest.mark.django_db


def say(kind, subject, at=AT, **data):
    journal.append([journal.Fact(kind=kind, subject=subject, at=at, actor="test", data=data)])


def closed_roads(**change):
    return {"begins": ["road.closed"], "ends": ["road.opened"], "key": [],
            "where": {"by": "object", "field": "object"}, "least": 0, "raise_by": 1,
            "at_least": 0, "hours": 48} | change  # fmt: skip


def test_a_back_test_says_what_a_rule_would_have_done_and_changes_nothing(rated, town):
    key = town.objects["w1"].pk
    say("road.closed", "road:1", object=key)
    say("road.opened", "road:1", at=AT + DAY, object=key)
    say("road.closed", "road:2", at=AT + 2 * DAY, object=key)
    found = back_testing.back_test(closed_roads(), since=AT, until=AT + 9 * DAY)
    assert (found.facts, found.raises, found.risks, found.hours) == (3, 2, 1, 24 + 48)
    assert found.reached == {4: 1}
    assert found.is_whole
    assert not Raise.objects.exists()
    rated.rating.refresh_from_db()
    assert rated.rating.current == 3
    late = back_testing.back_test(closed_roads(), since=AT + 2 * DAY, until=AT + 9 * DAY)
    assert (late.facts, late.raises, late.hours) == (1, 1, 48)


def test_a_back_test_says_which_incidents_the_rule_foretold(rated, town):
    """Raised for 48 h: an incident after 10 h is foretold, one after 60 h or elsewhere is not."""
    key = town.objects["w1"].pk
    say("road.closed", "road:1", object=key)
    say("command.incident.opened", "incident:1", at=AT + timedelta(hours=10), city_object=key)
    say("command.incident.opened", "incident:2", at=AT + timedelta(hours=60), city_object=key)
    say("command.incident.opened", "incident:3", at=AT + timedelta(hours=61),
        city_object=town.objects["e1"].pk)  # fmt: skip
    say("command.incident.opened", "incident:4", at=AT + timedelta(hours=11), city_object=key,
        is_drill=True)  # fmt: skip
    say("road.closed", "road:2", at=AT + timedelta(hours=62), object=key)
    found = back_testing.back_test(closed_roads(), since=AT, until=AT + 9 * DAY)
    assert (found.incidents, found.foretold) == (3, 1)
    assert (found.raises, found.followed) == (2, 1)
    shorter = back_testing.back_test(closed_roads(hours=9), since=AT, until=AT + 9 * DAY)
    assert (shorter.foretold, shorter.followed) == (0, 0)


def test_too_many_facts_are_said_to_be_too_many(rated, town, monkeypatch):
    monkeypatch.setattr(back_testing, "MOST_FACTS", 2)
    for n in range(3):
        say("road.closed", f"road:{n}", object=town.objects["w1"].pk)
    found = back_testing.back_test(closed_roads(), since=AT, until=AT + DAY)
    assert (found.raises, found.is_whole) == (2, False)
