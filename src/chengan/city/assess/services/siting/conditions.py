"""What a decision asks for: shown by its owner, verified by another, due, held at gates."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.assess.errors import BadInputs, NotWaiting, NotYours
from chengan.city.assess.models import Condition, SitingProject
from chengan.city.assess.services.siting.steps import OPEN, record
from chengan.city.places import api as places

Gate = SitingProject.Gate
GATES: Final = (Gate.DESIGN, Gate.BUILD, Gate.ACCEPTANCE)
PERMITTED: Final = (SitingProject.Status.APPROVED, SitingProject.Status.CONDITIONAL)


def add(
    *,
    project: SitingProject,
    text: str,
    gate: str,
    owner: places.Organisation,
    due_date: date,
    by: str,
    at: datetime,
) -> Condition:
    """Write a condition down before the decision.

    Raises
    ------
    BadInputs
        Without text, for an unknown gate, or a day that has passed.
    NotWaiting
        If it is decided already.
    """
    if not text.strip():
        raise BadInputs("text", _("Say what is asked for."))
    if gate not in GATES:
        raise BadInputs("gate", _("Choose design, construction or acceptance."))
    if due_date < at.date():
        raise BadInputs("due_date", _("The day has passed: choose one from today on."))
    with transaction.atomic():
        locked = SitingProject.objects.select_for_update().get(pk=project.pk)
        if locked.status not in OPEN:
            raise NotWaiting(_("It is decided: conditions can't be added any more."))
        made = Condition.objects.create(
            project=project, text=text.strip(), gate=gate, owner=owner, due_date=due_date
        )
        record("assess.siting.condition_added", project, by, at, {"condition": made.pk})
    return made


def show(*, condition: Condition, evidence: str, by: str, at: datetime) -> None:
    """Give the evidence that a condition is met."""
    if not evidence.strip():
        raise BadInputs("evidence", _("Say what shows that it is met."))
    values = {"status": Condition.Status.SHOWN, "evidence": evidence.strip()}
    _go(condition, Condition.Status.OPEN, {**values, "shown_by": by, "shown_at": at}, by, at)


def verify(*, condition: Condition, by: str, at: datetime) -> None:
    """Verify the evidence; never by whoever gave it."""
    if condition.shown_by == by:
        raise NotYours(_("Who gave the evidence can't verify it."))
    values = {"status": Condition.Status.VERIFIED, "verified_by": by, "verified_at": at}
    _go(condition, Condition.Status.SHOWN, values, by, at)


def reject(*, condition: Condition, by: str, at: datetime) -> None:
    """Send the evidence back: the condition is open again."""
    values = {"status": Condition.Status.OPEN, "shown_by": "", "shown_at": None}
    _go(condition, Condition.Status.SHOWN, values, by, at)


def pass_gate(*, project: SitingProject, gate: str, by: str, at: datetime) -> None:
    """Let a project pass its next gate, once all that was asked for there is verified.

    Raises
    ------
    BadInputs
        If a condition of this gate, or of one before it, is not verified; names them.
    NotWaiting
        If it is not permitted, or that is not the next gate.
    """
    before = ("", *GATES)[GATES.index(Gate(gate))]
    due = [*GATES[: GATES.index(Gate(gate)) + 1]]
    missing = project.conditions.filter(gate__in=due).exclude(status=Condition.Status.VERIFIED)
    with transaction.atomic():
        names = [each.text for each in missing.select_for_update()]
        if names:
            message = _("Not verified yet: %(names)s") % {"names": "; ".join(names)}
            raise BadInputs("gate", message)
        found = SitingProject.objects.filter(pk=project.pk, status__in=PERMITTED, gate=before)
        if not found.update(gate=gate):
            raise NotWaiting(_("It is not permitted, or that is not its next gate."))
        record("assess.siting.gate_passed", project, by, at, {"gate": gate})
    project.refresh_from_db()


def escalate_overdue(at: datetime, most: int = 200) -> int:
    """State once for each condition whose day has passed that it is overdue; give how many."""
    due = Condition.objects.filter(due_date__lt=at.date(), escalated_at=None)
    due = due.exclude(status=Condition.Status.VERIFIED).order_by("due_date")
    found = 0
    for each in due.select_related("project")[:most]:
        with transaction.atomic():
            mine = Condition.objects.filter(pk=each.pk, escalated_at=None)
            if mine.update(escalated_at=at):
                about = {"condition": each.pk, "owner": each.owner_id, "due": str(each.due_date)}
                record("assess.siting.condition_overdue", each.project, "assess", at, about)
                found += 1
    return found


def _go(condition: Condition, before: str, values: dict[str, Any], by: str, at: datetime) -> None:
    with transaction.atomic():
        if not Condition.objects.filter(pk=condition.pk, status=before).update(**values):
            raise NotWaiting(_("Somebody was quicker: load the page anew."))
        about = {"condition": condition.pk, "status": str(values["status"])}
        record("assess.siting.condition", condition.project, by, at, about)
    condition.refresh_from_db()
