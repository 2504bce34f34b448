"""Assessments: written, reviewed and approved by three people, each step one conditional update."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from chengan.city.assess import errors
from chengan.city.assess.messages import Named
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Assessment, Level, Method, ReviewDue, Risk
from chengan.city.assess.services import levels, methods, rating
from chengan.city.journal import api as journal

Status = Assessment.Status
STATES = ("inherent", "residual")


def worked_out(method: Method, inputs: dict[str, Any]) -> dict[str, Any]:
    """Apply a method to both states of a risk, without and with its controls.

    Raises
    ------
    errors.BadInputs
        Naming the field (`inherent.L`); for missing data; if controls make the risk worse.
    """
    result = {}
    for state in STATES:
        try:
            found = rating.rate(method, inputs.get(state) or {})
        except errors.BadInputs as error:
            raise errors.BadInputs(f"{state}.{error.field}", error.args[-1]) from error
        if found.level is None:
            text = _("Data are missing: without them there is no level, and no data is not safe.")
            raise errors.BadInputs(f"{state}.", text)
        result[state] = found.plain()
    if result["residual"]["level"] > result["inherent"]["level"]:
        raise errors.BadInputs(
            "residual.", _("With controls the risk cannot be worse than without.")
        )
    return result


@dataclass(frozen=True)
class Worked:
    """What a method made of inputs, with its receipt: the same for every risk of these inputs."""

    method: Method
    inputs: dict[str, Any]
    result: dict[str, Any]
    receipt: dict[str, str]


def worked(method: Method, inputs: dict[str, Any]) -> Worked:
    """Apply a method and write its receipt.

    Raises
    ------
    errors.BadInputs
        As `worked_out`.
    """
    result = worked_out(method, inputs)
    return Worked(method, inputs, result, rating.receipt(method, inputs, result))


def written(*, risk: Risk, worked: Worked, by: str, at: datetime, note: str = "") -> Assessment:
    """Make a submitted assessment of what a method made of inputs, not saved."""
    return Assessment(
        risk=risk,
        method=worked.method,
        inputs=worked.inputs,
        result=worked.result,
        receipt=worked.receipt,
        note=note.strip(),
        status=Status.SUBMITTED,
        author=by,
        written_at=at,
    )


@transaction.atomic
def write(
    *, risk: Risk, method: Method, inputs: dict[str, Any], by: str, at: datetime, note: str = ""
) -> Assessment:
    """Write an assessment and hand it in for review.

    Raises
    ------
    errors.BadInputs
        As `worked_out`, or if the risk is closed or another assessment of it waits.
    """
    if _locked(risk.pk).status == Risk.Status.CLOSED:
        raise errors.BadInputs("", _("The risk is closed."))
    if method.sector not in {"", risk.sector}:
        text = _("“%s” is another sector's method.")
        raise errors.BadInputs("", text % Named(method.name_zh, method.name_en))
    if risk.assessments.filter(status__in=[Status.SUBMITTED, Status.REVIEWED]).exists():
        raise errors.BadInputs("", _("An assessment of this risk waits already: return it first."))
    made = written(risk=risk, worked=worked(method, inputs), by=by, at=at, note=note)
    made.save()
    _record(made, "submitted", by, at)
    return made


def rerun(assessment: Assessment) -> bool:
    """Say whether the same inputs and method edition give the same digits today."""
    try:
        result = worked_out(assessment.method, assessment.inputs)
    except (errors.BadInputs, errors.BadDefinition):
        return False
    found = rating.receipt(assessment.method, assessment.inputs, result)
    kept = assessment.receipt
    return all(found[name] == kept[name] for name in ("method_hash", "inputs_hash", "result_hash"))


@transaction.atomic
def review(*, assessment: Assessment, by: str, at: datetime) -> None:
    """Sign as reviewer.

    Raises
    ------
    errors.NotYours
        If the same person wrote it.
    errors.NotWaiting
        If it waits for no review.
    """
    if by == assessment.author:
        raise errors.NotYours(_("Who wrote an assessment does not review it."))
    found = Assessment.objects.filter(pk=assessment.pk, status=Status.SUBMITTED)
    if not found.update(status=Status.REVIEWED, reviewer=by, reviewed_at=at):
        raise errors.NotWaiting(_("It waits for no review: somebody was quicker."))
    _record(assessment, "reviewed", by, at)


@transaction.atomic
def approve(*, assessment: Assessment, by: str, at: datetime) -> None:
    """Put an assessment in force: levels, next date, and the deadline for it.

    Raises
    ------
    errors.NotYours
        If the same person wrote or reviewed it.
    errors.NotWaiting
        If it waits for no approval, or the risk is closed.
    """
    assessment.refresh_from_db()
    if by in {assessment.author, assessment.reviewer}:
        raise errors.NotYours(_("Author, reviewer and approver are three people."))
    level = assessment.result["residual"]["level"]
    days = int(methods.policy()["review_days"][str(level)])
    due_at = at + timedelta(days=days)
    next_date = timezone.localdate(due_at)
    if _locked(assessment.risk_id).status == Risk.Status.CLOSED:
        raise errors.NotWaiting(_("The risk is closed."))
    current = Assessment.objects.filter(risk_id=assessment.risk_id, status=Status.APPROVED)
    current.update(status=Status.REPLACED)
    found = Assessment.objects.filter(pk=assessment.pk, status=Status.REVIEWED)
    if not found.update(status=Status.APPROVED, approver=by, approved_at=at, next_date=next_date):
        raise errors.NotWaiting(_("It waits for no approval: somebody was quicker."))
    assessment.refresh_from_db()
    Risk.objects.filter(pk=assessment.risk_id).update(status=Risk.Status.IN_FORCE)
    reviews = ReviewDue.objects.filter(risk_id=assessment.risk_id, kind=ReviewDue.Kind.REVIEW)
    reviews.filter(done_at=None).update(done_at=at)
    ReviewDue.objects.create(kind=ReviewDue.Kind.REVIEW, risk_id=assessment.risk_id, due_at=due_at)
    levels.take_over(assessment, at)
    _record(assessment, "approved", by, at)


def _locked(risk_id: int) -> Risk:
    """The row's lock makes writing, approving and closing of one risk wait for each other."""
    return Risk.objects.select_for_update().get(pk=risk_id)


@transaction.atomic
def send_back(*, assessment: Assessment, reason: str, by: str, at: datetime) -> None:
    """Return an assessment to its author.

    Raises
    ------
    errors.BadInputs
        Without a reason.
    errors.NotWaiting
        If it waits no longer.
    """
    if not reason.strip():
        raise errors.BadInputs("reason", _("Say what must be corrected."))
    found = Assessment.objects.filter(
        pk=assessment.pk, status__in=[Status.SUBMITTED, Status.REVIEWED]
    )
    if not found.update(status=Status.RETURNED, return_reason=reason.strip()):
        raise errors.NotWaiting(_("It waits no longer: somebody was quicker."))
    _record(assessment, "returned", by, at)


@transaction.atomic
def send_back_all(*, risk: Risk, reason: str, by: str, at: datetime) -> None:
    """Return all that waits of a risk to its author."""
    for each in risk.assessments.filter(status__in=[Status.SUBMITTED, Status.REVIEWED]):
        send_back(assessment=each, reason=reason, by=by, at=at)


def _record(assessment: Assessment, step: str, by: str, at: datetime) -> None:
    data = {
        "assessment": assessment.pk,
        "risk": assessment.risk_id,
        "method": assessment.receipt["method"],
        "inherent": assessment.result["inherent"]["level"],
        "residual": assessment.result["residual"]["level"],
        "result_hash": assessment.receipt["result_hash"],
    }
    fact = journal.Fact(
        kind=f"assess.assessment.{step}",
        subject=f"risk:{assessment.risk_id}",
        at=at,
        actor=by,
        data=data,
    )
    journal.append([fact])


def word_of(level: int | None) -> str:
    """Give a level's word, for lists and papers."""
    return str(Level(level).label) if level in Level.values else _("not assessed")
