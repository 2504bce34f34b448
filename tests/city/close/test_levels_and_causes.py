"""What the stages before make of hidden dangers: risks rise and fall, causes are counted."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from chengan.city.assess import api as assess
from chengan.city.assess.models import CauseFact, Hazard, LivingRule, Rating
from chengan.city.assess.selectors import source
from chengan.city.assess.services.source import causes, measures
from chengan.city.close import api as close
from tests.city.assess.conftest import approved

from .conftest import AT, judge
from .test_steps import DAY, DUE_AT
from .test_supervising import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def risk(town):
    """A yellow risk at the well."""
    assess.lay(AT)
    hazard = Hazard.objects.get(code="gas-underground-space", library__retired_at=None)
    made = assess.register(city_object=town.well, hazard=hazard, by="x", at=AT)
    approved(made)
    return made


def level(risk, at):
    while assess.take_facts(at):
        pass
    return Rating.objects.get(risk=risk).current


def test_an_overdue_danger_raises_the_risk_at_its_object_until_it_is_verified(risk, ordered, cast):
    close.start(danger=ordered, by="crew", at=AT)
    assert level(risk, AT) == 3
    close.sweep(DUE_AT)
    assert level(risk, DUE_AT) == 4
    page = Client()
    page.force_login(cast["admin"])
    shown = page.get(f"/assess/risks/{risk.pk}/").content.decode()
    assert "隐患整改逾期" in shown
    assert f"hidden-danger:{ordered.pk}" in shown
    close.rectify(danger=ordered, note="已好", by="crew", at=DUE_AT + DAY)
    assert level(risk, DUE_AT + DAY) == 4
    close.verify(danger=ordered, note="已看", by="officer", at=DUE_AT + DAY)
    assert level(risk, DUE_AT + DAY) == 3


def test_an_extension_granted_takes_the_raise_back(risk, ordered):
    close.ask(danger=ordered, until=LATER, reason="待料", by="crew", at=AT)
    close.sweep(DUE_AT)
    assert level(risk, DUE_AT) == 4
    close.answer(danger=ordered, grant=True, note="", by="officer", at=DUE_AT + DAY)
    assert level(risk, DUE_AT + DAY) == 3


def test_a_city_that_had_the_rule_hears_of_it_by_a_new_version():
    step = import_module("chengan.city.close.migrations.0003_the_overdue_rule_is_heard")
    assess.lay(AT)
    step.hear(apps, None)
    assert LivingRule.objects.filter(code=step.CODE).count() == 1
    rule = LivingRule.objects.get(code=step.CODE)
    own = {**rule.definition, "ends": step.ENDS, "raise_by": 2}
    LivingRule.objects.filter(pk=rule.pk).update(definition=own, source=step.OLD)
    step.hear(apps, None)
    fresh = LivingRule.objects.get(code=step.CODE, retired_at=None)
    assert (fresh.version, fresh.source) == (rule.version + 1, step.NEW)
    assert fresh.definition == {**rule.definition, "raise_by": 2}


def report(town, day):
    found = close.Found(title=f"锈蚀 {day}", city_object=town.well)
    made = close.report(found=found, by="west", at=AT + day * DAY)
    judge(made, at=AT + day * DAY)


def test_dangers_of_one_cause_are_gathered_and_counted_before_and_after(town, cast):
    for day in range(3):
        report(town, day)
    causes.follow(AT)
    assert set(CauseFact.objects.values_list("cause", flat=True)) == {"gas_leak"}
    (found,) = source.candidates(cast["admin"], AT + 3 * DAY)
    assert (found.cause, found.facts, found.city_object) == ("gas_leak", 3, town.well)
    assert found.sorts == (("danger", 3),)
    measure = measures.propose(
        scope=found.scope, title="反复锈蚀", root_cause="", measure="换管", window_days=30,
        owner=town.organisations["gas"], due_date=LATER, by="analyst", at=AT + 3 * DAY,
    )  # fmt: skip
    measures.agree(measure=measure, by="officer", at=AT + 4 * DAY)
    measures.finish(measure=measure, evidence="已换", by="gas", at=AT + 5 * DAY)
    report(town, 10)
    causes.follow(AT)
    shown = measures.effect(measure, AT + 15 * DAY)
    assert (shown["before"], shown["after"]) == (3, 1)
