"""What is done about a warning in force, from dispatch to archive; `by` is an account's name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.warn import models
from chengan.city.warn.errors import NeedsSecond
from chengan.city.warn.models import Deadline, State, WarningStep
from chengan.city.warn.services import levelling, stepping

MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "dispatched": ((State.RELEASED,), State.DISPATCHED),
    "acknowledged": ((State.RELEASED, State.DISPATCHED), State.ACKNOWLEDGED),
    "on_site": ((State.RELEASED, State.DISPATCHED, State.ACKNOWLEDGED), State.ON_SITE),
    "handling": ((State.ACKNOWLEDGED, State.ON_SITE), State.HANDLING),
    "fed_back": ((State.ACKNOWLEDGED, State.ON_SITE, State.HANDLING), State.FED_BACK),
    "returned": ((State.FED_BACK,), State.HANDLING),
    "verified": ((State.FED_BACK,), State.VERIFIED),
    "evaluated": ((State.LIFTED,), State.EVALUATED),
    "archived": ((State.EVALUATED,), State.ARCHIVED),
}
"""What is done: the states in which it begins, and the one to which it leads."""
MEETS = {
    "acknowledged": (Deadline.Kind.RECEIPT,),
    "on_site": (Deadline.Kind.RECEIPT, Deadline.Kind.RESPONSE),
    "handling": (Deadline.Kind.RESPONSE,),
    "fed_back": (Deadline.Kind.RESPONSE,),
}
"""Which time limits a step meets; one seat's receipt meets its own (services.receipts)."""
WITH_REASON = {"fed_back", "returned", "evaluated"}


def respond(
    *,
    warning: models.Warning,
    action: str,
    by: str,
    at: datetime,
    reason: str = "",
    evidence: Sequence[Any] = (),
    seen: int | None = None,
) -> WarningStep:
    """Take one of the steps of MOVES.

    Raises
    ------
    WrongState
        If it does not begin here, or somebody was quicker.
    NeedsReason
        For a feedback, a return or an evaluation that says nothing.
    NeedsSecond
        If whoever fed back verifies.
    """
    allowed, to = MOVES[action]
    if action in WITH_REASON:
        levelling.need_reason(reason)
    changes: dict[str, Any] = {"ringing_since": None} if action == "acknowledged" else {}
    if action == "fed_back":
        changes["fed_back_by"] = by
    if action == "on_site":
        changes["supervised_at"] = None
    if action == "verified" and by == warning.fed_back_by:
        raise NeedsSecond(_("Somebody else verifies: you fed back yourself."))
    with transaction.atomic():
        step = stepping.take(
            warning=warning,
            action=action,
            allowed=allowed,
            to=to,
            by=by,
            at=at,
            reason=reason,
            evidence=evidence,
            seen=seen,
            changes=changes,
        )
        _meet(warning, action, at)
    return step


def _meet(warning: models.Warning, action: str, at: datetime) -> None:
    """Close the time limits that this step meets."""
    kinds = MEETS.get(action, ())
    Deadline.objects.filter(warning=warning, kind__in=kinds, status=Deadline.Status.WAITING).update(
        status=Deadline.Status.MET, closed_at=at
    )


def supervise(*, warning: models.Warning, at: datetime, reason: str) -> WarningStep | None:
    """Put an overdue warning under supervision (督办); None when it is over already."""
    standing = models.Warning.objects.filter(pk=warning.pk, state__in=stepping.OUT)
    if not standing.exists():
        return None
    return stepping.take(
        warning=warning,
        action="supervised",
        allowed=stepping.OUT,
        to=None,
        by="warn",
        at=at,
        reason=reason,
        changes={"supervised_at": at},
    )
