"""Release, update, raise and lower, lift: what goes out to people and to the feed."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.cap import codes
from chengan.city.warn.errors import BadWarning, NeedsSecond, NotAllowed, WrongState
from chengan.city.warn.models import CapMessage, Severity, State, WarningStep
from chengan.city.warn.selectors import authority
from chengan.city.warn.services import levelling, opening, publishing, stepping, telling

LOCK = 0x77617265


@transaction.atomic
def release(
    *,
    warning: models.Warning,
    by: places.User,
    at: datetime,
    reason: str = "",
    seen: int | None = None,
) -> WarningStep:
    """Release a warning: it is in force, and whom the rules name is told at once.

    Raises
    ------
    NotAllowed
        If the table of authority does not name `by`.
    NeedsSecond
        If it must be approved and is not.
    WrongState
    """
    stepping.lock(warning)
    said = _require(by, warning, "issue", warning.severity)
    if said.needs_approval and warning.state == State.LEVELLED:
        raise NeedsSecond(_("%(level)s must be approved by a second person before it is released.")
                          % {"level": Severity(warning.severity).label})  # fmt: skip
    _check_end(warning, at)
    identifier = new_identifier(at)
    step = stepping.take(
        warning=warning,
        action="released",
        allowed=(State.APPROVED,) if said.needs_approval else (State.LEVELLED, State.APPROVED),
        to=State.RELEASED,
        by=by.get_username(),
        at=at,
        reason=reason,
        seen=seen,
        changes={
            "released_by": by.get_username(),
            "released_at": at,
            "identifier": identifier,
        },
    )
    return _send_out(warning, step, at, identifier)


@transaction.atomic
def change_level(
    *,
    warning: models.Warning,
    severity: int,
    by: places.User,
    at: datetime,
    reason: str,
    seen: int | None = None,
) -> WarningStep:
    """Raise or lower a warning in force; where approval is needed it is asked for first.

    Raises
    ------
    NeedsReason, BadWarning, NotAllowed, WrongState
    """
    levelling.need_reason(reason)
    opening.check_level(warning.event_type, severity)
    stepping.lock(warning)
    if severity == warning.severity:
        raise BadWarning(_("The warning has this level already."))
    act: authority.Act = "raise" if severity > warning.severity else "lower"
    said = _require(
        by, warning, act, max(severity, warning.severity) if act == "lower" else severity
    )
    if act == "raise" and said.needs_approval:
        step = stepping.take(
            warning=warning,
            action="change_asked",
            allowed=stepping.OUT,
            to=None,
            by=by.get_username(),
            at=at,
            reason=reason,
            seen=seen,
            changes={
                "pending_severity": severity,
                "levelled_by": by.get_username(),
                "approved_by": "",
            },
            data={"asked_severity": severity},
        )
        people = authority.approvers(warning, severity)
        telling.ask_approval(warning=warning, step=step, people=people, at=at)
        return step
    return _apply(warning, severity, by=by.get_username(), at=at, reason=reason, seen=seen,
                  changes={"levelled_by": by.get_username(), "approved_by": ""})  # fmt: skip


@transaction.atomic
def approve_change(
    *, warning: models.Warning, by: places.User, at: datetime, reason: str = "",
    seen: int | None = None,
) -> WarningStep:  # fmt: skip
    """Approve a raise that was asked for, as a second person; it takes effect at once.

    Raises
    ------
    NeedsSecond, NotAllowed, WrongState
    """
    stepping.lock(warning)
    asked = warning.pending_severity
    if asked is None:
        raise WrongState(_("Nobody asked for another level: it was done or taken back."))
    levelling.check_approver(warning, by, asked, warning.levelled_by)
    return _apply(warning, asked, by=by.get_username(), at=at, reason=reason, seen=seen,
                  changes={"approved_by": by.get_username()})  # fmt: skip


@transaction.atomic
def amend(
    *,
    warning: models.Warning,
    texts: dict[str, Any],
    by: places.User,
    at: datetime,
    reason: str,
    seen: int | None = None,
) -> WarningStep:
    """Change texts, area or times of a warning in force: a CAP Update, everybody is told.

    Raises
    ------
    NeedsReason, BadWarning, NotAllowed, WrongState
    """
    levelling.need_reason(reason)
    stepping.lock(warning)
    _require(by, warning, "issue", warning.severity)
    step = stepping.take(
        warning=warning,
        action="updated",
        allowed=stepping.OUT,
        to=None,
        by=by.get_username(),
        at=at,
        reason=reason,
        seen=seen,
        changes=levelling.checked_texts(texts, at, warning),
    )
    return _send_out(warning, step, at)


@transaction.atomic
def lift(
    *,
    warning: models.Warning,
    by: places.User,
    at: datetime,
    reason: str = "",
    seen: int | None = None,
) -> WarningStep:
    """Lift a warning: a CAP Cancel; before verification only with a reason.

    Raises
    ------
    NeedsReason, NotAllowed, WrongState
    """
    stepping.lock(warning)
    if warning.state != State.VERIFIED:
        levelling.need_reason(reason)
    _require(by, warning, "lift", warning.severity)
    step = stepping.take(
        warning=warning,
        action="lifted",
        allowed=stepping.OUT,
        to=State.LIFTED,
        by=by.get_username(),
        at=at,
        reason=reason,
        seen=seen,
        changes={"lifted_at": at, "pending_severity": None, "ringing_since": None},
    )
    return _send_out(warning, step, at)


def new_identifier(at: datetime) -> str:
    """The next free national identifier of this second (31 characters), kept to the commit.

    Two releases at once would find the same one free: the second waits for the first.

    Raises
    ------
    BadWarning
        If ten were given within one second.
    """
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    for turn in range(10):
        made = codes.identifier(
            division=settings.DIVISION, agency=settings.AGENCY, at=at, turn=turn
        )
        is_taken = (
            models.Warning.objects.filter(identifier=made).exists()
            or CapMessage.objects.filter(identifier=made).exists()
        )
        if not is_taken:
            return made
    raise BadWarning(_("Ten warnings in one second: press again."))


def _apply(
    warning: models.Warning, severity: int, *, by: str, at: datetime, reason: str,
    seen: int | None, changes: dict[str, Any],
) -> WarningStep:  # fmt: skip
    zh, en = opening.headlines(warning.event_type, severity, warning.city_object, None)
    named = {"headline_zh": zh[:160], "headline_en": en[:160]} if warning.city_object_id else {}
    step = stepping.take(
        warning=warning,
        action="raised" if severity > warning.severity else "lowered",
        allowed=stepping.OUT,
        to=State.RELEASED,
        by=by,
        at=at,
        reason=reason,
        seen=seen,
        changes={"severity": severity, "pending_severity": None, **named, **changes},
        data={"severity_before": warning.severity},
    )
    return _send_out(warning, step, at)


def _send_out(
    warning: models.Warning, step: WarningStep, at: datetime, identifier: str = ""
) -> WarningStep:
    """Publish first, then write whom to tell; one transaction with the step itself.

    Raises
    ------
    BadWarning
        If it would go out with an end that is past.
    """
    if step.action != "lifted":
        _check_end(warning, at)
    publishing.publish(
        warning=warning, step=step, identifier=identifier or new_identifier(at), at=at
    )
    telling.tell(warning=warning, step=step, at=at)
    return step


def _check_end(warning: models.Warning, at: datetime) -> None:
    if warning.expires_at is not None and warning.expires_at <= at:
        raise BadWarning(_("The end of the warning lies in the past: give a later time."))


def _require(
    by: places.User, warning: models.Warning, act: authority.Act, severity: int
) -> authority.Verdict:
    said = authority.verdict(by, warning, act, severity)
    if not said.may:
        raise NotAllowed(said.why)
    return said
