"""Levels: given by one person, approved by another where the table asks for it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.cap import polygons
from chengan.city.warn.errors import (
    BadWarning,
    NeedsReason,
    NeedsSecond,
    NotAllowed,
    WrongState,
)
from chengan.city.warn.models import Deadline, EventType, Origin, Severity, State, WarningStep
from chengan.city.warn.selectors import authority
from chengan.city.warn.services import opening, stepping, telling

TEXTS = (
    "headline_zh",
    "headline_en",
    "description_zh",
    "description_en",
    "instruction_zh",
    "instruction_en",
    "area_zh",
    "area_en",
    "geometry",
    "probability",
    "expected_at",
    "expires_at",
    "is_public",
)


@transaction.atomic
def level(
    *,
    warning: models.Warning,
    severity: int,
    by: places.User,
    at: datetime,
    event_type: EventType | None = None,
    reason: str = "",
    seen: int | None = None,
    texts: dict[str, Any] | None = None,
) -> WarningStep:
    """Give a warning its level (and texts, area, times), before it is released.

    Raises
    ------
    WrongState, BadWarning
    """
    kind = event_type or warning.event_type
    opening.check_level(kind, severity)
    changes = checked_texts(texts or {}, at, warning)
    if severity != warning.severity or kind.pk != warning.event_type_id:
        changes = _named_anew(warning, kind, severity) | changes
    return _asked(
        warning,
        at,
        stepping.take(
            warning=warning,
            action="levelled",
            allowed=(State.JUDGED, State.LEVELLED, State.APPROVED),
            to=State.LEVELLED,
            by=by.get_username(),
            at=at,
            reason=reason,
            seen=seen,
            changes={
                "severity": severity,
                "event_type": kind,
                "levelled_by": by.get_username(),
                "approved_by": "",
                **changes,
            },
        ),
    )


def _asked(warning: models.Warning, at: datetime, step: WarningStep) -> WarningStep:
    """Ask for approval where the table wants it."""
    row = authority.in_force(warning.event_type, warning.severity)
    telling.cancel_deadlines(warning, at, [Deadline.Kind.APPROVAL])
    if row is not None and row.needs_approval:
        people = authority.approvers(warning, warning.severity)
        telling.ask_approval(warning=warning, step=step, people=people, at=at)
    return step


@transaction.atomic
def approve(
    *,
    warning: models.Warning,
    by: places.User,
    at: datetime,
    reason: str = "",
    seen: int | None = None,
) -> WarningStep:
    """Approve a levelled warning as a second person.

    Raises
    ------
    NeedsSecond
        If `by` gave the level.
    NotAllowed, WrongState
    """
    severity = warning.severity
    stepping.lock(warning)
    if warning.severity != severity:
        raise WrongState(_("The level was changed meanwhile: look again before you approve."))
    check_approver(warning, by, warning.severity, warning.levelled_by)
    telling.cancel_deadlines(warning, at, [Deadline.Kind.APPROVAL])
    return stepping.take(
        warning=warning,
        action="approved",
        allowed=(State.LEVELLED,),
        to=State.APPROVED,
        by=by.get_username(),
        at=at,
        reason=reason,
        seen=seen,
        changes={"approved_by": by.get_username()},
    )


def send_back(
    *, warning: models.Warning, by: places.User, at: datetime, reason: str, seen: int | None = None
) -> WarningStep:
    """Refuse approval, with the reason; whoever judged it looks again.

    Raises
    ------
    NeedsReason, NotAllowed, WrongState
    """
    need_reason(reason)
    said = authority.verdict(by, warning, "approve")
    if not said.may:
        raise NotAllowed(said.why)
    return stepping.take(
        warning=warning,
        action="sent_back",
        allowed=(State.LEVELLED,),
        to=State.JUDGED,
        by=by.get_username(),
        at=at,
        reason=reason,
        seen=seen,
    )


def withdraw(
    *, warning: models.Warning, by: str, at: datetime, reason: str, seen: int | None = None
) -> WarningStep:
    """Withdraw a warning that was never released: false alarm, duplicate.

    Raises
    ------
    NeedsReason, WrongState
    """
    need_reason(reason)
    return stepping.take(
        warning=warning,
        action="withdrawn",
        allowed=(State.JUDGED, State.LEVELLED, State.APPROVED),
        to=State.WITHDRAWN,
        by=by,
        at=at,
        reason=reason,
        seen=seen,
    )


def check_approver(warning: models.Warning, by: places.User, severity: int, asked_by: str) -> None:
    """Refuse an approval by whoever asked for it, or by somebody who may not.

    Raises
    ------
    NeedsSecond, NotAllowed
    """
    if by.get_username() == asked_by:
        raise NeedsSecond(_("%(level)s needs a second person: you gave this level yourself.")
                          % {"level": Severity(severity).label})  # fmt: skip
    said = authority.verdict(by, warning, "approve", severity)
    if not said.may:
        raise NotAllowed(said.why)


def checked_texts(texts: dict[str, Any], at: datetime, warning: models.Warning) -> dict[str, Any]:
    """Those of `texts` that a warning has, checked; a forecast stays whole and public.

    Raises
    ------
    BadWarning
    """
    found = {name: texts[name] for name in TEXTS if name in texts}
    if found.get("geometry"):
        found["geometry"] = polygons.checked(found["geometry"])
    opening.check_times(at, found.get("expected_at"), found.get("expires_at"))
    if warning.origin == Origin.FORECAST:
        _check_forecast(found)
    return found


def _check_forecast(texts: dict[str, Any]) -> None:
    parts = ("probability", "expected_at", "geometry")
    if any(name in texts and texts[name] is None for name in parts):
        raise BadWarning(_("A forecast says how likely, when and where: none may be missing."))
    if texts.get("is_public") is False:
        raise BadWarning(_("A forecast tells the public and the responsible unit at once."))


def need_reason(reason: str) -> None:
    """Refuse an empty reason.

    Raises
    ------
    NeedsReason
    """
    if not reason.strip():
        raise NeedsReason(_("Say why: the reason stands in the log."))


def _named_anew(warning: models.Warning, kind: EventType, severity: int) -> dict[str, Any]:
    zh, en = opening.headlines(kind, severity, warning.city_object, None)
    if not warning.city_object_id:
        zh = f"{warning.area_zh}{kind.name_zh}{opening.COLOURS_ZH[severity]}预警"
        en = f"{kind.name_en}, {opening.COLOURS_EN[severity]}: {warning.area_en}"
    changes: dict[str, Any] = {"headline_zh": zh[:160], "headline_en": en[:160]}
    if kind.pk != warning.event_type_id:
        changes |= {"instruction_zh": kind.instruction_zh, "instruction_en": kind.instruction_en}
    return changes
