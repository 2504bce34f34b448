"""Events raise a risk for a time, and the screen can say why."""

from datetime import timedelta

import pytest

from chengan.city.assess import api as assess
from chengan.city.assess import errors
from chengan.city.assess.models import LivingRule, Raise
from chengan.city.assess.services import controls, methods
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, DAY, approved

pytestmark = pytest.mark.django_db


def say(kind, subject="warning:1", at=AT, **data):
    journal.append([journal.Fact(kind=kind, subject=subject, at=at, actor="test", data=data)])
    assess.take_facts(at)


def level(risk):
    risk.rating.refresh_from_db()
    return risk.rating.current


def test_a_warning_raises_the_risks_of_its_object_and_lifting_lowers_them(rated, town):
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    assert (level(rated), rated.rating.is_raised) == (4, True)
    going = rated.raises.get(ended_at=None)
    assert "warning.released" in going.why
    say("warning.lifted", at=AT + DAY, object=town.objects["w1"].pk, severity=3)
    assert (level(rated), rated.rating.is_raised) == (3, False)
    assert list(rated.level_changes.order_by("id").values_list("why", flat=True)) == [
        "assessed", "raised", "lowered",
    ]  # fmt: skip


def test_an_incident_makes_it_orange_at_least(rated, town):
    say("incident.opened", subject="incident:1", city_object=town.objects["w1"].pk)
    assert level(rated) == 5  # yellow and two steps


def test_another_object_and_an_exercise_raise_nothing(rated, town):
    say("warning.released", object=town.objects["e1"].pk, severity=5)
    say(
        "warning.released",
        subject="warning:2",
        object=town.objects["w1"].pk,
        severity=5,
        is_exercise=True,
    )
    assert level(rated) == 3


def test_a_fact_told_twice_raises_once(rated, town):
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    from chengan.city.journal.models import Cursor

    Cursor.objects.filter(reader="assess").update(seq=0)
    assess.take_facts(AT)
    assert Raise.objects.filter(ended_at=None).count() == 1
    assert level(rated) == 4


def test_what_becomes_milder_than_the_rule_asks_lowers_again(rated, town):
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    say("warning.downgraded", object=town.objects["w1"].pk, severity=1)
    assert level(rated) == 3


def test_a_raise_expires_by_itself(rated, town):
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    assert assess.sweep(AT + timedelta(hours=71)) == 0
    assert level(rated) == 4
    assess.sweep(AT + timedelta(hours=72))
    assert level(rated) == 3


def test_a_weather_warning_raises_only_its_sectors_on_its_ground(rated, town):
    say("warning.released", subject="warning:9", event_type="11B03", severity=4,
        area_path=town.objects["w1"].area.path)  # fmt: skip
    assert level(rated) == 3  # gas is not among the sectors of the weather rule


def test_a_lapsed_control_raises_until_it_is_renewed(rated, town):
    control = controls.put(
        risk=rated, by="x", at=AT, kind="engineering", name_zh="监测", owner=town.organisations["gas"],
        lapse_date=AT.date(),
    )  # fmt: skip
    assert assess.sweep(AT) == 0
    assess.sweep(AT + DAY)
    assess.take_facts(AT + DAY)
    control.refresh_from_db()
    assert (control.status, level(rated)) == ("lapsed", 4)
    controls.put(risk=rated, control=control, by="x", at=AT + DAY, lapse_date=(AT + 9 * DAY).date())
    assess.take_facts(AT + DAY)
    assert (control.status, level(rated)) == ("in_force", 3)


def test_a_rule_out_of_force_raises_nothing(rated, town):
    rule = LivingRule.objects.get(code="warning", retired_at=None)
    methods.put_rule(
        rule=rule, definition=rule.definition, source="x", is_active=False, by="a", at=AT
    )
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    assert level(rated) == 3
    with pytest.raises(errors.Stale):
        methods.put_rule(
            rule=rule, definition=rule.definition, source="x", is_active=True, by="b", at=AT
        )


@pytest.mark.parametrize(
    "change",
    [
        {"begins": []},
        {"hours": 0},
        {"raise_by": 0, "at_least": 0},
        {"where": {"by": "luck"}},
        {"x": 1},
    ],
)
def test_rules_that_could_not_work_are_refused(town, change):
    definition = LivingRule.objects.get(code="warning").definition
    with pytest.raises(errors.BadDefinition):
        methods.check_rule(definition | change)


def test_an_assessment_under_a_raise_keeps_the_raise(rated, town):
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    approved(rated)
    assert (rated.rating.residual, level(rated)) == (3, 4)
