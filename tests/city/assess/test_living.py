"""Events raise a risk for a time, and the screen can say why."""

from datetime import timedelta
from importlib import import_module

import pytest

from chengan.city.assess import api as assess
from chengan.city.assess import errors
from chengan.city.assess.models import LivingRule, Raise, Rating
from chengan.city.assess.services import assessing, controls, methods
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, DAY, HIGH, MIDDLE, approved, box, hazard, lec

pytestmark = pytest.mark.django_db


def say(kind, subject="warning:1", at=AT, **data):
    """State a fact; it is taken in at once, and never before AT."""
    journal.append([journal.Fact(kind=kind, subject=subject, at=at, actor="test", data=data)])
    assess.take_facts(max(at, AT))


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
    say("command.incident.opened", subject="incident:1", city_object=town.objects["w1"].pk)
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
    say("warning.lowered", object=town.objects["w1"].pk, severity=1)
    assert level(rated) == 3


def test_a_raise_expires_by_itself(rated, town):
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    assert assess.sweep(AT + timedelta(hours=71)) == 0
    assert level(rated) == 4
    assess.sweep(AT + timedelta(hours=72))
    assert level(rated) == 3


@pytest.mark.parametrize(
    ("sector", "ground", "raised"),
    [
        ("gas", box(100, 30, 100.1, 30.1), 3),  # not among the sectors of the weather rule
        ("natural", box(100, 30, 100.1, 30.1), 4),
        ("natural", box(100.1, 30, 100.2, 30.1), 3),  # beside it
        ("natural", {"type": "Polygon"}, 3),
        ("natural", None, 4),  # no shape: the area's path
    ],
)
def test_a_weather_warning_raises_its_sectors_on_its_ground(rated, town, sector, ground, raised):
    """w1 stands at 100.05° east, 30.05° north."""
    Rating.objects.filter(pk=rated.pk).update(sector=sector)
    path = town.objects["w1"].area.path
    say("warning.received", event_type="11b03", severity=4, geometry=ground, area_path=path)
    assert level(rated) == raised


def test_a_fact_told_late_takes_back_nothing_and_history_never_runs_backwards(rated, town):
    """A reading of two seconds before the warning is taken in after it."""
    say("warning.released", object=town.objects["w1"].pk, severity=3)
    before = AT - timedelta(seconds=2)
    say("assess.control.lapsed", subject=f"risk:{rated.pk}", at=before, risk=rated.pk, control=7)
    assert (level(rated), rated.rating.is_raised) == (4, True)
    say("warning.lifted", at=AT, object=town.objects["w1"].pk, severity=3)
    assert level(rated) == 4  # the control is lapsed still
    say("assess.control.renewed", f"risk:{rated.pk}", before, risk=rated.pk, control=7)
    assert level(rated) == 3
    times = list(rated.level_changes.order_by("id").values_list("at", flat=True))
    assert times == sorted(times)


def test_a_drill_raises_nothing(rated, town):
    say("command.incident.opened", "incident:1", city_object=town.objects["w1"].pk, is_drill=True)
    assert (level(rated), Raise.objects.exists()) == (3, False)


def test_many_risks_are_settled_in_batches_with_few_questions(rated, town, monkeypatch):
    from chengan.city.assess.services import levels

    others = [
        assess.register(city_object=town.objects[name], hazard=hazard(), by="x", at=AT)
        for name in ("w2", "w3")
    ]
    monkeypatch.setattr(levels, "BATCH", 1)
    keys = [town.objects[name].pk for name in ("w1", "w2", "w3")]
    say("command.incident.took_in", "incident:1", city_objects=keys)
    assert [level(each) for each in (rated, *others)] == [5, 4, 4]


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


@pytest.fixture
def control(rated, town):
    return controls.put(
        risk=rated, by="x", at=AT, kind="engineering", name_zh="监测",
        owner=town.organisations["gas"], lapse_date=(AT + DAY).date(),
    )  # fmt: skip


def test_to_withdraw_a_control_raises_until_the_risk_is_assessed_anew(rated, control):
    """An assessment written before does not know that the control is gone."""
    before = assessing.write(
        risk=rated, method=lec(), inputs={"inherent": HIGH, "residual": MIDDLE}, by="w", at=AT
    )
    controls.withdraw(control=control, by="x", at=AT + DAY)
    assess.take_facts(AT + DAY)
    assert level(rated) == 4
    assessing.review(assessment=before, by="r", at=AT + DAY)
    assessing.approve(assessment=before, by="a", at=AT + DAY)
    assess.take_facts(AT + DAY)
    assert level(rated) == 4
    approved(rated, at=AT + 2 * DAY)
    assess.take_facts(AT + 2 * DAY)
    assert level(rated) == 3


@pytest.mark.parametrize("how", ["withdraw", "form"])
def test_a_lapsed_control_that_is_withdrawn_or_set_to_lapsed_lowers_nothing(rated, control, how):
    if how == "form":
        controls.put(risk=rated, control=control, by="x", at=AT, status="lapsed")
    else:
        assess.sweep(AT + 2 * DAY)
        controls.withdraw(control=control, by="x", at=AT + 2 * DAY)
    assess.take_facts(AT + 2 * DAY)
    assert level(rated) == 4


def test_a_lapsed_control_is_judged_without_a_new_date_and_stays_lapsed(rated, control):
    assess.sweep(AT + 2 * DAY)
    controls.put(risk=rated, control=control, by="x", at=AT + 3 * DAY, effect="none")
    assess.take_facts(AT + 3 * DAY)
    assert (control.status, control.effect, level(rated)) == ("lapsed", "none", 4)


def test_who_saves_second_is_told_and_a_withdrawn_control_is_not_revived(rated, control):
    seen = control.changed_at
    controls.put(risk=rated, control=control, by="y", at=AT + DAY, seen=seen, responsible="班长")
    with pytest.raises(errors.Stale):
        controls.put(risk=rated, control=control, by="x", at=AT + DAY, seen=seen, effect="good")
    controls.withdraw(control=control, by="y", at=AT + DAY)
    with pytest.raises(errors.NotWaiting):
        controls.put(risk=rated, control=control, by="x", at=AT + DAY, effect="good")
    control.refresh_from_db()
    assert (control.status, control.responsible, control.effect) == ("withdrawn", "班长", "unknown")


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


def test_rules_laid_before_hear_what_is_said_now():
    """The rules of the first edition, brought up, are the rules of today."""
    mend = import_module("chengan.city.assess.migrations.0009_rules_hear_what_is_said").mended
    later = import_module("chengan.city.close.migrations.0003_the_overdue_rule_is_heard").mended

    def heard(code, definition):
        return later(definition) if code == "danger-overdue" else definition

    old = {
        "warning": {
            "begins": ["warning.released", "warning.upgraded", "warning.downgraded"],
            "ends": ["warning.lifted", "warning.cancelled", "warning.archived"],
        },
        "weather": {
            "begins": ["warning.released", "warning.upgraded", "weather.warning.began"],
            "ends": ["warning.lifted", "warning.cancelled", "weather.warning.ended"],
            "where": {"by": "area", "field": "area_path"},
        },
        "incident": {
            "begins": ["command.incident.opened", "incident.opened"],
            "ends": ["command.incident.closed", "incident.closed"],
            "where": {"by": "object", "field": "city_object|object"},
        },
        "danger-overdue": {
            "begins": ["close.danger.overdue", "danger.overdue"],
            "ends": ["close.danger.closed", "danger.closed", "danger.verified"],
        },
        "control-lapsed": {"ends": ["assess.control.renewed"]},
    }
    for each in methods._read("rules/living.yaml"):
        code, now = each["code"], each["definition"]
        assert heard(code, mend(code, now | old.get(code, {}))) == now
        assert mend(code, now) == now
    own = old["incident"] | {"begins": ["incident.opened"]}
    assert mend("own", own)["begins"] == ["command.incident.opened"]


def test_a_rule_laid_before_gets_a_new_version_and_what_it_raised_ends_with_the_event(rated, town):
    from django.apps import apps

    rule = LivingRule.objects.get(code="incident")
    now = rule.definition
    old = now | {"begins": ["command.incident.opened", "incident.opened"],
                 "ends": ["command.incident.closed"]}  # fmt: skip
    LivingRule.objects.filter(pk=rule.pk).update(definition=old | {"hours": 7})
    say("command.incident.opened", "incident:1", city_object=town.objects["w1"].pk)
    hear = import_module("chengan.city.assess.migrations.0009_rules_hear_what_is_said").hear
    hear(apps, None)
    hear(apps, None)
    made = LivingRule.objects.get(code="incident", retired_at=None)
    assert (made.version, made.definition) == (2, now | {"hours": 7})
    say("command.incident.merged", "incident:1")
    assert level(rated) == 3
