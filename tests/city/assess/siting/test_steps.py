import pytest

from chengan.city.assess import errors
from chengan.city.assess.models import SitingProject
from chengan.city.assess.services.siting import conditions, steps
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, DAY


def recommended(school, review):
    steps.submit(project=school, by="planner", at=AT)
    steps.advise(project=school, review=review, by="consultant", at=AT, note="太近")
    steps.recommend(project=school, review=review, by="officer", at=AT, note="建议调整")


def ask_for(school, town, gate="design"):
    return conditions.add(
        project=school,
        text="储罐移走",
        gate=gate,
        owner=town.organisations["gas"],
        due_date=(AT + 30 * DAY).date(),
        by="officer",
        at=AT,
    )


def test_four_people_take_a_project_from_draft_to_decision(school, reviewed, town):
    review = reviewed()
    recommended(school, review)
    ask_for(school, town)
    steps.decide(
        project=school, review=review, decision="conditional", by="mayor", at=AT, note="按条件"
    )
    assert school.status == SitingProject.Status.CONDITIONAL
    said = [each.step for each in school.steps.order_by("id")]
    assert said == ["created", "submitted", "advised", "recommended", "decided"]
    kinds = {entry.kind for entry in journal.about(f"siting:{school.pk}")}
    assert {"assess.siting.advised", "assess.siting.decided"} <= kinds


def test_a_signature_names_the_result_that_was_signed(school, reviewed):
    review = reviewed()
    steps.submit(project=school, by="planner", at=AT)
    steps.advise(project=school, review=review, by="consultant", at=AT, note="太近")
    assert school.steps.get(step="advised").digest == review.receipt["result_sha256"]


@pytest.mark.parametrize("who", ["planner", "consultant"])
def test_nobody_signs_twice(school, reviewed, who):
    review = reviewed()
    steps.submit(project=school, by="planner", at=AT)
    steps.advise(project=school, review=review, by="consultant", at=AT, note="太近")
    with pytest.raises(errors.NotYours):
        steps.recommend(project=school, review=review, by=who, at=AT, note="同意")
    school.refresh_from_db()
    assert school.status == "advised"


def test_of_two_who_press_at_once_the_second_is_told(school, reviewed):
    review = reviewed()
    steps.submit(project=school, by="planner", at=AT)
    same = SitingProject.objects.get(pk=school.pk)
    steps.advise(project=school, review=review, by="consultant", at=AT, note="一")
    with pytest.raises(errors.NotWaiting):
        steps.advise(project=same, review=review, by="another", at=AT, note="二")
    assert school.steps.filter(step="advised").count() == 1


def test_a_failed_verdict_is_not_approved_without_conditions(school, reviewed):
    review = reviewed("fails")
    recommended(school, review)
    with pytest.raises(errors.BadInputs, match=r"基准"):
        steps.decide(
            project=school, review=review, decision="approved", by="mayor", at=AT, note="同意"
        )


def test_with_conditions_needs_a_condition(school, reviewed):
    review = reviewed()
    recommended(school, review)
    with pytest.raises(errors.BadInputs):
        steps.decide(
            project=school, review=review, decision="conditional", by="mayor", at=AT, note="x"
        )


def test_an_older_review_can_not_be_signed(school, reviewed):
    old = reviewed()
    reviewed(number=2)
    steps.submit(project=school, by="planner", at=AT)
    with pytest.raises(errors.BadInputs):
        steps.advise(project=school, review=old, by="consultant", at=AT, note="太近")


def test_an_opinion_needs_words(school, reviewed):
    review = reviewed()
    steps.submit(project=school, by="planner", at=AT)
    with pytest.raises(errors.BadInputs):
        steps.advise(project=school, review=review, by="consultant", at=AT, note="  ")


def test_sent_back_it_is_a_draft_again_and_others_may_sign(school, reviewed):
    recommended(school, reviewed())
    steps.send_back(project=school, by="mayor", at=AT, note="补材料")
    assert (school.status, school.consultant, school.officer) == ("draft", "", "")


def test_a_gate_opens_when_its_conditions_are_verified(school, reviewed, town):
    review = reviewed()
    recommended(school, review)
    asked = ask_for(school, town)
    steps.decide(
        project=school, review=review, decision="conditional", by="mayor", at=AT, note="按条件"
    )
    with pytest.raises(errors.BadInputs, match="储罐移走"):
        conditions.pass_gate(project=school, gate="design", by="mayor", at=AT)
    conditions.show(condition=asked, evidence="已迁", by="gas", at=AT)
    with pytest.raises(errors.NotYours):
        conditions.verify(condition=asked, by="gas", at=AT)
    conditions.verify(condition=asked, by="officer", at=AT)
    with pytest.raises(errors.NotWaiting):
        conditions.pass_gate(project=school, gate="acceptance", by="mayor", at=AT)
    conditions.pass_gate(project=school, gate="design", by="mayor", at=AT)
    assert school.gate == "design"


def test_an_overdue_condition_is_stated_once(school, town):
    ask_for(school, town)
    assert conditions.escalate_overdue(AT + 30 * DAY) == 0
    assert conditions.escalate_overdue(AT + 32 * DAY) == 1
    assert conditions.escalate_overdue(AT + 33 * DAY) == 0


def test_a_condition_is_not_due_in_the_past(school, town):
    with pytest.raises(errors.BadInputs):
        conditions.add(
            project=school,
            text="x",
            gate="design",
            owner=town.organisations["gas"],
            due_date=(AT - DAY).date(),
            by="officer",
            at=AT,
        )
