"""One step of a warning: a conditional update of its row, a line of its log, a fact.

Whoever presses second is told so: the update names the states in which the step begins, and, when
the page said which step it had seen, that step.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from chengan.city.journal import api as journal
from chengan.city.warn import models
from chengan.city.warn.errors import WrongState
from chengan.city.warn.models import State, WarningStep

CHANNEL = "warnings"
OUT = (
    State.RELEASED,
    State.DISPATCHED,
    State.ACKNOWLEDGED,
    State.ON_SITE,
    State.HANDLING,
    State.FED_BACK,
    State.VERIFIED,
)
"""States in which a warning is in force."""
PLACED = {"released", "received", "raised", "lowered", "updated"}
"""Steps whose fact says the ground too: a shape of a thousand corners is told when it changes."""


def take(
    *,
    warning: models.Warning,
    action: str,
    allowed: Collection[str],
    to: str | None,
    by: str,
    at: datetime,
    reason: str = "",
    evidence: Sequence[Any] = (),
    seen: int | None = None,
    changes: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> WarningStep:
    """Move `warning` from one of the states `allowed` to `to` (None: stay) and log it.

    Parameters
    ----------
    seen : int or None
        The step that the page showed; another one meanwhile refuses this one.
    changes : dict
        Other columns that change in the same update.
    data : dict
        What the fact `warning.<action>` says besides `fact_data`.

    Raises
    ------
    WrongState
    """
    with transaction.atomic():
        row = models.Warning.objects.filter(pk=warning.pk, state__in=list(allowed))
        if seen is not None:
            row = row.filter(step_count=seen)
        values: dict[str, Any] = {"step_count": F("step_count") + 1, **(changes or {})}
        if to is not None:
            values |= {"state": to, "state_at": at}
        if not row.update(**values):
            raise WrongState(_too_late(warning, seen))
        warning.refresh_from_db()
        step = log(warning=warning, action=action, by=by, at=at, reason=reason, evidence=evidence)
        state_fact(warning, step, data or {})
    return step


def lock(warning: models.Warning) -> None:
    """Hold a warning's row to the end of the transaction, and see it as it is now.

    What is checked after this (its level, who gave it) can't change before the step is taken.
    """
    rows = models.Warning.objects.select_for_update(of=("self",))
    list(rows.filter(pk=warning.pk).values_list("pk"))
    warning.refresh_from_db()


def log(
    *,
    warning: models.Warning,
    action: str,
    by: str,
    at: datetime,
    reason: str = "",
    evidence: Sequence[Any] = (),
) -> WarningStep:
    """Write a line of the warning's log; `since_previous_s` is never negative."""
    before = warning.steps.order_by("-seq").first()
    return WarningStep.objects.create(
        warning=warning,
        seq=warning.step_count,
        action=action,
        from_state=before.to_state if before else "",
        to_state=warning.state,
        severity=warning.severity,
        at=at,
        by=by,
        reason=reason.strip(),
        evidence=list(evidence),
        since_previous_s=max(0.0, (at - before.at).total_seconds()) if before else None,
    )


def state_fact(warning: models.Warning, step: WarningStep, data: dict[str, Any]) -> None:
    """State `warning.<action>` in the journal and wake the pages that look."""
    journal.append(
        [
            journal.Fact(
                kind=f"warning.{step.action}",
                subject=f"warning:{warning.pk}",
                at=step.at,
                actor=step.by,
                data={
                    **fact_data(warning),
                    **({"geometry": warning.geometry} if step.action in PLACED else {}),
                    "step": step.seq,
                    "reason": step.reason,
                    **data,
                },
            )
        ]
    )
    with connection.cursor() as sql:
        sql.execute("select pg_notify('alarms', %s)", [f"warning:{warning.pk}"])


def fact_data(warning: models.Warning) -> dict[str, Any]:
    """What every fact about a warning says (docs/manual/warnings.md)."""
    return {
        "warning": str(warning.pk),
        "number": warning.number,
        "identifier": warning.identifier or "",
        "event_type": warning.event_type.code,
        "severity": warning.severity,
        "state": warning.state,
        "origin": warning.origin,
        "alarm": str(warning.alarm_id or ""),
        "object": warning.city_object_id,
        "responsible": warning.responsible_id,
        "owner_path": warning.owner_path,
        "area_path": warning.area_path,
        "is_public": warning.is_public,
        "is_exercise": warning.is_exercise,
        "is_sample": warning.is_sample,
    }


def _too_late(warning: models.Warning, seen: int | None) -> str:
    now = models.Warning.objects.filter(pk=warning.pk).first()
    if now is None:
        return _("There is no such warning any more.")
    said = {"number": now.number, "state": now.get_state_display()}
    last = now.steps.order_by("-seq").first()
    if last and seen is not None and now.step_count != seen:
        return _("Warning %(number)s: %(by)s was quicker; it is “%(state)s” now.") % (
            said | {"by": last.by}
        )
    return _("Warning %(number)s is “%(state)s”: this step does not begin there.") % said


def note(
    *,
    warning: models.Warning,
    action: str,
    at: datetime,
    by: str = "warn",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> WarningStep:
    """Log and state something that happened to a warning and changed no state of it."""
    models.Warning.objects.filter(pk=warning.pk).update(step_count=F("step_count") + 1)
    warning.refresh_from_db()
    step = log(
        warning=warning, action=action, by=by, at=at, reason=reason, evidence=[data] if data else []
    )
    state_fact(warning, step, data or {})
    return step
