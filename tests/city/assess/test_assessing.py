"""Three people sign, one after the other; the result can be run again."""

import pytest
from django.db import IntegrityError, transaction

from chengan.city.assess import errors
from chengan.city.assess.models import Assessment, LevelChange, ReviewDue
from chengan.city.assess.services import assessing, registering
from chengan.city.journal import api as journal
from tests.city.assess.conftest import AT, HIGH, LOW, MIDDLE, approved, lec

pytestmark = pytest.mark.django_db


def written(risk, **more):
    given = {"risk": risk, "method": lec(), "by": "author", "at": AT,
             "inputs": {"inherent": HIGH, "residual": MIDDLE}}  # fmt: skip
    return assessing.write(**(given | more))


def test_the_level_is_in_force_only_after_three_signatures(risk):
    made = written(risk)
    assessing.review(assessment=made, by="reviewer", at=AT)
    risk.rating.refresh_from_db()
    assert risk.rating.current is None
    assessing.approve(assessment=made, by="approver", at=AT)
    risk.rating.refresh_from_db()
    rating = risk.rating
    assert (rating.inherent, rating.residual, rating.current, rating.score) == (5, 3, 3, 135.0)
    assert (rating.f1, rating.f2, rating.f3, rating.r1) == (6, 6, 15, 3)


def test_nobody_signs_twice(risk):
    made = written(risk)
    with pytest.raises(errors.NotYours):
        assessing.review(assessment=made, by="author", at=AT)
    assessing.review(assessment=made, by="reviewer", at=AT)
    for name in ("author", "reviewer"):
        with pytest.raises(errors.NotYours):
            assessing.approve(assessment=made, by=name, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=made.pk).update(approver="author")


def test_who_is_late_is_told(risk):
    made = written(risk)
    assessing.review(assessment=made, by="reviewer", at=AT)
    with pytest.raises(errors.NotWaiting):
        assessing.review(assessment=made, by="another", at=AT)
    assessing.approve(assessment=made, by="approver", at=AT)
    with pytest.raises(errors.NotWaiting):
        assessing.approve(assessment=made, by="late", at=AT)
    assert Assessment.objects.get(pk=made.pk).status == "approved"


def test_a_newer_assessment_replaces_the_old_one(rated):
    approved(rated, MIDDLE, LOW)
    assert sorted(rated.assessments.values_list("status", flat=True)) == ["approved", "replaced"]
    assert rated.rating.current == 2
    assert list(rated.level_changes.order_by("id").values_list("current", flat=True)) == [3, 2]


def test_the_next_date_follows_the_level_and_is_a_row(rated):
    due = ReviewDue.objects.get(risk=rated, done_at=None)
    assert (due.due_at - AT).days == 180  # yellow
    approved(rated, HIGH, HIGH)
    due = ReviewDue.objects.get(risk=rated, done_at=None)
    assert (due.due_at - AT).days == 30  # red


def test_a_return_needs_a_reason_and_frees_the_way(risk):
    made = written(risk)
    with pytest.raises(errors.BadInputs):
        written(risk)
    with pytest.raises(errors.BadInputs):
        assessing.send_back(assessment=made, reason=" ", by="reviewer", at=AT)
    assessing.send_back(assessment=made, reason="可能性偏低", by="reviewer", at=AT)
    assert written(risk).status == "submitted"


def test_only_one_assessment_of_a_risk_waits_whoever_writes_it(risk):
    made = written(risk)
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_a_closed_risk_stays_closed_and_what_waited_goes_back(risk):
    made = written(risk)
    assessing.review(assessment=made, by="reviewer", at=AT)
    registering.close(risk=risk, reason="已拆除", by="gas", at=AT)
    made.refresh_from_db()
    assert (made.status, bool(made.return_reason)) == ("returned", True)
    Assessment.objects.filter(pk=made.pk).update(status="reviewed")  # as if signed meanwhile
    with pytest.raises(errors.NotWaiting):
        assessing.approve(assessment=made, by="approver", at=AT)
    risk.refresh_from_db()
    assert (risk.status, risk.rating.is_open) == ("closed", False)
    with pytest.raises(errors.BadInputs):
        written(risk)


def test_controls_never_make_a_risk_worse_and_missing_data_are_no_level(risk):
    with pytest.raises(errors.BadInputs) as refused:
        written(risk, inputs={"inherent": LOW, "residual": HIGH})
    assert refused.value.field == "residual."
    with pytest.raises(errors.BadInputs) as refused:
        written(risk, inputs={"inherent": HIGH, "residual": {"L": 6, "E": 6}})
    assert refused.value.field == "residual.C"


def test_the_same_inputs_give_the_same_digits_and_a_changed_row_is_found(rated):
    made = rated.assessments.get()
    assert assessing.rerun(made)
    made.inputs["residual"]["L"] = 6
    assert not assessing.rerun(made)
    made.inputs["residual"] = {}  # what the method no longer takes is no digit either
    assert not assessing.rerun(made)


def test_each_step_is_a_fact(rated):
    kinds = [each.kind for each in journal.about(f"risk:{rated.pk}")]
    assert kinds[::-1] == [
        "assess.assessment.submitted", "assess.assessment.reviewed", "assess.level.changed",
        "assess.assessment.approved",
    ]  # fmt: skip
    assert LevelChange.objects.get(risk=rated).why == "assessed"
