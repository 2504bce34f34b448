from datetime import timedelta

import pytest

from chengan.city.assess import errors
from chengan.city.assess.models import CauseFact
from chengan.city.assess.selectors import source as selectors
from chengan.city.assess.services.source import causes, measures
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, DAY


def say(town, well, day, number, **more):
    data = {
        "event_type": "gas-leak",
        "object": town.objects[well].pk,
        "severity": 4,
        "is_exercise": False,
        **more,
    }
    fact = journal.Fact(
        kind="warning.judged", subject=f"warning:{number}", at=AT + day * DAY, data=data
    )
    journal.append([fact])


@pytest.fixture
def leaks(town):
    for number in range(4):
        say(town, "w1", number, number)
    say(town, "w2", 2, 9)
    causes.follow(AT)
    return {"cause": "gas_leak", "city_object": town.objects["w1"].pk}


def propose(town, scope, **more):
    values = {
        "title": "同一阀井反复漏气",
        "root_cause": "阀门老化",
        "measure": "更换同批阀门",
        "owner": town.organisations["gas"],
        "due_date": (AT + 40 * DAY).date(),
        "window_days": 30,
        "by": "analyst",
        "at": AT + 5 * DAY,
    }
    return measures.propose(scope=scope, **{**values, **more})


def test_a_fact_is_taken_once_and_a_drill_never(town, leaks):
    say(town, "w1", 5, 5, is_exercise=True)
    assert causes.follow(AT) == 0
    assert causes.follow(AT) == 0
    assert CauseFact.objects.count() == 5


def test_an_incident_and_a_warning_of_one_cause_are_counted_together(town):
    say(town, "w1", 1, 1, event_type="water-supply")
    kind, data = "command.incident.opened", {"incident_kind": "burst_main", "origin": "call"}
    place = {"city_object": town.objects["w1"].pk}
    journal.append([journal.Fact(kind=kind, subject="incident:1", at=AT, data=data | place)])
    causes.follow(AT)
    rows = CauseFact.objects.values_list("cause", "city_object")
    assert set(rows) == {("water_supply", town.objects["w1"].pk)}
    assert len(rows) == 2


def test_what_keeps_happening_is_offered_by_object_and_by_kind(town, leaks):
    city = town.user("c-analyst", "analyst", "city")
    found = selectors.candidates(city, AT + 10 * DAY)
    shown = [(each.cause, each.facts, bool(each.kind)) for each in found]
    assert shown == [("gas_leak", 5, True), ("gas_leak", 4, False)]


def test_what_a_measure_is_about_is_not_offered_again(town, leaks):
    city = town.user("c-analyst", "analyst", "city")
    propose(town, leaks)
    assert [each.facts for each in selectors.candidates(city, AT + 10 * DAY)] == [5]


def test_a_neighbour_is_not_shown_the_districts_causes(town, leaks):
    east = town.user("e-analyst", "analyst", "east")
    assert selectors.candidates(east, AT + 10 * DAY) == []


def test_the_effect_is_counted_before_and_after(town, leaks):
    made = propose(town, leaks)
    measures.agree(measure=made, by="officer", at=AT + 6 * DAY)
    assert made.before == 4
    measures.finish(measure=made, evidence="已换", by="gas", at=AT + 20 * DAY)
    say(town, "w1", 25, 50)
    causes.follow(AT)
    assert measures.effect(made, AT + 30 * DAY) == {"before": 4, "after": 1, "days": 10}
    with pytest.raises(errors.BadInputs):
        measures.judge(measure=made, is_effective=True, by="officer", at=AT + 30 * DAY)
    measures.judge(measure=made, is_effective=True, by="officer", at=AT + 51 * DAY)
    assert (made.status, made.after) == ("effective", 1)


def test_who_proposes_does_not_agree(town, leaks):
    made = propose(town, leaks)
    with pytest.raises(errors.NotYours):
        measures.agree(measure=made, by="analyst", at=AT + 6 * DAY)


def test_an_overdue_measure_is_stated_once(town, leaks):
    made = propose(town, leaks)
    measures.agree(measure=made, by="officer", at=AT + 6 * DAY)
    late = AT + timedelta(days=45)
    assert (measures.escalate_overdue(late), measures.escalate_overdue(late)) == (1, 0)


def test_nothing_of_that_cause_is_no_scope(town, leaks):
    with pytest.raises(errors.BadInputs):
        propose(town, {"cause": "flood", "city_object": leaks["city_object"]})


def test_a_day_in_the_past_is_refused(town, leaks):
    with pytest.raises(errors.BadInputs):
        propose(town, leaks, due_date=AT.date())
