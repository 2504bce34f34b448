"""Activates a plan: all its tasks, notices and decisions at once, once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError, NotOpen
from chengan.city.command.models import Activation, Decision, Incident, IncidentNotice, Plan
from chengan.city.command.services import holders, log, tasking


def activate(*, incident: Incident, plan: Plan, by: str, at: datetime) -> tuple[Activation, bool]:
    """Bring a plan into an incident in one transaction; give it and whether it is new.

    A second activation of the same plan changes nothing, whoever presses.

    Raises
    ------
    CommandError
        If the plan is not in force, or for another kind or level.
    NotOpen
        If the incident is closed or merged.
    """
    _refuse(incident, plan)
    try:
        with transaction.atomic():
            made = Activation.objects.create(
                incident=incident, plan=plan, plan_code=plan.code, by=by, at=at
            )
            _bring(made, incident, plan.body, by, at)
    except IntegrityError:
        same = Activation.objects.filter(incident=incident, plan_code=plan.code).first()
        if same is None:
            raise
        return same, False
    return made, True


def _refuse(incident: Incident, plan: Plan) -> None:
    if not plan.is_in_force and incident.clock_at is None:
        raise CommandError(_("This version of the plan is not in force."))
    if incident.kind != plan.kind:
        raise CommandError(_("The plan is for incidents of another kind."))
    if incident.level not in plan.levels:
        raise CommandError(_("The plan is not for an incident of this level."))
    if not Incident.objects.filter(pk=incident.pk, status=Incident.Status.OPEN).exists():
        raise NotOpen(_("Incident %(number)s is no longer open.") % {"number": incident.number})


def _bring(
    made: Activation, incident: Incident, body: dict[str, Any], by: str, at: datetime
) -> None:
    name = {"plan": str(made.plan), "title": made.plan.name_zh, "title_en": made.plan.name_en}
    log.record("plan.activated", incident, at, by, **name)
    doers = {
        each["code"]: holders.present(holders.find(incident, each["by"], at))
        for each in body["roles"]
    }
    for each in body["tasks"]:
        if incident.level in each.get("levels", [incident.level]):
            _task(made, incident, each, doers[each["role"]], by, at)
    for each in body.get("notices", []):
        _notice(made, incident, each, doers[each["role"]], at)
    Decision.objects.bulk_create(
        _decision(made, incident, each, at) for each in body.get("decisions", [])
    )


def _task(
    made: Activation,
    incident: Incident,
    each: dict[str, Any],
    doer: holders.Doer,
    by: str,
    at: datetime,
) -> None:
    text = each.get("text", {})
    tasking.give(
        incident=incident,
        activation=made,
        code=each["code"],
        title_zh=each["name"]["zh"],
        title_en=each["name"].get("en", ""),
        instruction_zh=text.get("zh", ""),
        instruction_en=text.get("en", ""),
        doer=doer,
        ack_due_at=at + timedelta(minutes=each["ack_min"]),
        due_at=at + timedelta(minutes=each["due_min"]),
        needs=each.get("resources", []),
        by=by,
        at=at,
    )


def _notice(
    made: Activation, incident: Incident, each: dict[str, Any], doer: holders.Doer, at: datetime
) -> None:
    IncidentNotice.objects.create(
        incident=incident,
        activation=made,
        code=each["code"],
        organisation=doer.organisation or incident.lead,
        text_zh=each["text"]["zh"],
        text_en=each["text"].get("en", ""),
        due_at=at + timedelta(minutes=each["at_min"]),
        is_rehearsed=incident.clock_at is not None,
    )


def _decision(made: Activation, incident: Incident, each: dict[str, Any], at: datetime) -> Decision:
    return Decision(
        activation=made,
        incident=incident,
        code=each["code"],
        question_zh=each["question"]["zh"],
        question_en=each["question"].get("en", ""),
        options=each["options"],
        due_at=at + timedelta(minutes=each["at_min"]),
    )


@transaction.atomic
def decide(*, decision: Decision, chosen: str, reason: str, by: str, at: datetime) -> None:
    """Answer a decision point.

    Raises
    ------
    CommandError
        If the answer is none of the options, or somebody decided first.
    """
    names = {each["code"]: each["name"] for each in decision.options}
    if chosen not in names:
        raise CommandError(_("Choose one of the answers."))
    if not Incident.objects.filter(pk=decision.incident_id, status="open").exists():
        raise NotOpen(_("The incident is closed."))
    waiting = Decision.objects.filter(pk=decision.pk, decided_at=None)
    if not waiting.update(chosen=chosen, reason=reason.strip(), decided_by=by, decided_at=at):
        raise CommandError(_("Somebody decided this first: look again."))
    log.record(
        "decided",
        decision.incident,
        at,
        by,
        title=decision.question_zh,
        title_en=decision.question_en,
        answer=names[chosen]["zh"],
        note=reason.strip(),
    )
