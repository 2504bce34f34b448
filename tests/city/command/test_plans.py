"""Plans as data: what is read, what is refused with its place, which version is in force."""

import pytest

from chengan.city.command import api as command
from chengan.city.command.models import Plan
from chengan.city.command.services import activating, planning

from .conftest import AT

KINDS = {
    "gas_leak", "burst_main", "bridge_limit", "flooded_underpass", "crowd", "chemical_release",
}  # fmt: skip


def text(code="gas-leak"):
    return (planning.FOLDER / f"{code}.yaml").read_text(encoding="utf-8")


def test_six_sample_plans_come_with_the_product_marked_as_samples(db):
    command.ensure_plans(AT)
    command.ensure_plans(AT)
    assert set(Plan.objects.values_list("kind", flat=True)) == KINDS
    assert Plan.objects.count() == 6 and all(each.is_sample for each in Plan.objects.all())
    assert not any(each.is_in_force for each in Plan.objects.all())


def test_yes_and_no_are_words_in_a_plan():
    options = planning.read(text())["decisions"][0]["options"]
    assert [each["code"] for each in options] == ["yes", "no"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("ack_min: 3", "ack_min: soon", "tasks.0.ack_min"),
        ("due_min: 20", "due_min: 1", "tasks.0"),
        ("role: owner\n", "role: nobody\n", "nobody"),
        ("code: cordon", "code: shut-off", "shut-off"),
        ("mark: D", "mark: sure", "mark"),
        ("kind: gas_leak", "kind: gas", "kind"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old, new, place):
    with pytest.raises(command.BadPlan) as refused:
        planning.read(text().replace(old, new, 1))
    assert any(place in fault for fault in refused.value.faults)


@pytest.mark.parametrize(
    "bad", ["{", "- 1", "a: &x [1]\nb: *x", "x" * 100_001, "!!python/object:os.system {}"]
)
def test_what_is_no_plan_is_refused(bad):
    with pytest.raises(command.BadPlan):
        planning.read(bad)


def test_a_new_version_is_a_draft_until_it_is_put_in_force(db):
    first = planning.write(text=text(), by="a", at=AT)
    planning.put_in_force(plan=first, at=AT)
    second = planning.write(text=text(), by="b", at=AT)
    assert (second.version, Plan.objects.get(pk=first.pk).is_in_force) == (2, True)
    planning.put_in_force(plan=second, at=AT)
    assert [each.is_in_force for each in Plan.objects.order_by("version")] == [False, True]
    with pytest.raises(command.CommandError):
        planning.put_in_force(plan=Plan.objects.get(pk=first.pk), at=AT)


def test_a_plan_for_other_levels_or_not_in_force_is_not_activated(town):
    plan = town.plan()
    draft = planning.write(text=text(), by="a", at=AT)
    with pytest.raises(command.CommandError):
        activating.activate(incident=town.open(), plan=draft, by="officer", at=AT)
    plan.levels = [5]
    with pytest.raises(command.CommandError):
        activating.activate(incident=town.open(level=2), plan=plan, by="officer", at=AT)
    plan.kind = "crowd"
    with pytest.raises(command.CommandError, match="另一类"):
        activating.activate(incident=town.open(), plan=plan, by="officer", at=AT)


def test_a_decision_is_taken_once(town):
    incident = town.open()
    activating.activate(incident=incident, plan=town.plan(), by="officer", at=AT)
    decision = incident.decisions.get(code="evacuate")
    with pytest.raises(command.CommandError):
        activating.decide(decision=decision, chosen="maybe", reason="", by="one", at=AT)
    activating.decide(decision=decision, chosen="yes", reason="风向变了", by="one", at=AT)
    with pytest.raises(command.CommandError):
        activating.decide(decision=decision, chosen="no", reason="", by="two", at=AT)
    decision.refresh_from_db()
    assert (decision.chosen, decision.decided_by) == ("yes", "one")
