"""Planner → consultant → safety office → decision: one conditional update each, four people."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.assess.errors import BadInputs, NotWaiting, NotYours
from chengan.city.assess.models import SitingProject, SitingReview, SitingStep
from chengan.city.journal import api as journal

Status = SitingProject.Status
OPEN = (Status.DRAFT, Status.SUBMITTED, Status.ADVISED, Status.RECOMMENDED)
DECISIONS = (Status.APPROVED, Status.CONDITIONAL, Status.REFUSED)


def submit(*, project: SitingProject, by: str, at: datetime, note: str = "") -> None:
    """Hand a draft to the consultant.

    Raises
    ------
    NotWaiting
        If it is no draft any more.
    """
    _go(
        project,
        Status.DRAFT,
        {"status": Status.SUBMITTED, "planner": by},
        "submitted",
        by,
        at,
        note,
    )


def advise(
    *, project: SitingProject, review: SitingReview, by: str, at: datetime, note: str
) -> None:
    """Sign a review as the consultant and hand the project to the safety office.

    Raises
    ------
    BadInputs
        Without an opinion in words, or with a review that is not the newest.
    NotWaiting, NotYours
    """
    _need(note, _("Say in words what the review shows."))
    _need_newest(project, review)
    values = {"status": Status.ADVISED, "consultant": by}
    _go(project, Status.SUBMITTED, values, "advised", by, at, note, review)


def recommend(
    *, project: SitingProject, review: SitingReview, by: str, at: datetime, note: str
) -> None:
    """Recommend as the safety office, on the consultant's review; signs it too."""
    _need(note, _("Say what the office recommends, and why."))
    _need_newest(project, review)
    values = {"status": Status.RECOMMENDED, "officer": by}
    _go(project, Status.ADVISED, values, "recommended", by, at, note, review)


def decide(
    *,
    project: SitingProject,
    review: SitingReview,
    decision: str,
    by: str,
    at: datetime,
    note: str,
) -> None:
    """Decide: approved, approved with conditions, or refused.

    Raises
    ------
    BadInputs
        For another decision; without a reason; "with conditions" without one, or an approval
        against a failed verdict without conditions.
    NotWaiting, NotYours
    """
    _need(note, _("Give the reason of the decision."))
    _need_newest(project, review)
    if decision not in DECISIONS:
        raise BadInputs("decision", _("Choose approved, approved with conditions, or refused."))
    has_conditions = project.conditions.exists()
    if decision == Status.CONDITIONAL and not has_conditions:
        raise BadInputs("decision", _("Write down at least one condition first."))
    if decision == Status.APPROVED and review.verdict == SitingReview.Verdict.FAILS:
        message = _("The criteria are not met: refuse, or approve with conditions that meet them.")
        raise BadInputs("decision", message)
    values = {"status": decision, "decider": by, "decided_at": at}
    _go(project, Status.RECOMMENDED, values, "decided", by, at, note, review)


def send_back(*, project: SitingProject, by: str, at: datetime, note: str) -> None:
    """Send an undecided project back to its planner, with the reason."""
    _need(note, _("Say what has to be changed."))
    values = {"status": Status.DRAFT, "consultant": "", "officer": ""}
    waiting = (Status.SUBMITTED, Status.ADVISED, Status.RECOMMENDED)
    _go(project, waiting, values, "sent_back", by, at, note)


def withdraw(*, project: SitingProject, by: str, at: datetime, note: str = "") -> None:
    """Take an undecided project back for good."""
    _go(project, OPEN, {"status": Status.WITHDRAWN}, "withdrawn", by, at, note)


def given(review: SitingReview | None) -> SitingReview:
    """Give the review that a step signs, or refuse the step without one."""
    if review is None:
        raise BadInputs("review", _("Calculate a review of this project first."))
    return review


def _go(
    project: SitingProject,
    before: str | tuple[str, ...],
    values: dict[str, Any],
    step: str,
    by: str,
    at: datetime,
    note: str,
    review: SitingReview | None = None,
) -> None:
    places = (before,) if isinstance(before, str) else before
    try:
        with transaction.atomic():
            found = SitingProject.objects.filter(pk=project.pk, status__in=places)
            if not found.update(**values):
                raise NotWaiting(
                    _("This project is not at that step any more: load the page anew.")
                )
            digest = review.receipt["result_sha256"] if review else ""
            SitingStep.objects.create(
                project=project, review=review, step=step, by=by, at=at, note=note, digest=digest
            )
            record(f"assess.siting.{step}", project, by, at, {"note": note, "digest": digest})
    except IntegrityError as error:
        raise NotYours(_("Planner, consultant, officer and decider are four people.")) from error
    project.refresh_from_db()


def record(kind: str, project: SitingProject, by: str, at: datetime, data: dict[str, Any]) -> None:
    """State a fact about a project in the journal."""
    about = {"project": project.pk, "name": project.name_zh, **data}
    fact = journal.Fact(kind=kind, subject=f"siting:{project.pk}", at=at, actor=by, data=about)
    journal.append([fact])


def _need(note: str, message: str) -> None:
    if not note.strip():
        raise BadInputs("note", message)


def _need_newest(project: SitingProject, review: SitingReview) -> None:
    newest = project.reviews.order_by("-number").first()
    if newest is None or newest.pk != review.pk:
        raise BadInputs("review", _("There is a newer review of this project: look at that one."))
