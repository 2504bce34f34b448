"""A danger is put right (整改), verified or sent back by somebody else (复查), closed (销号)."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.close import rules
from chengan.city.close.errors import BadDanger, NotYours
from chengan.city.close.models import Extension, HiddenDanger
from chengan.city.close.services import clock, log, telling
from chengan.city.places import api as places

Status = HiddenDanger.Status
TO_VERIFY: Final = ("隐患已整改，待复查", "Hidden danger rectified, to be verified")
BACK: Final = ("复查未通过，退回整改", "Sent back: rectification not sufficient")


@transaction.atomic
def start(*, danger: HiddenDanger, by: str, at: datetime, note: str = "") -> None:
    """Begin to put an ordered danger right."""
    log.move(danger, [Status.ORDERED], status=Status.RECTIFYING)
    log.record(danger, log.Kind.STARTED, by, at, note=note)


@transaction.atomic
def rectify(
    *,
    danger: HiddenDanger,
    note: str,
    by: str,
    at: datetime,
    photo: places.CleanPicture | None = None,
) -> None:
    """Say that the danger is put right, and what was done; its deadline rests meanwhile.

    Raises
    ------
    BadDanger
        Without saying what was done.
    WrongStep
    """
    done = log.need("note", note, _("Say what was done."))
    values = {"status": Status.TO_VERIFY, "rectified_by": by, "rectified_at": at}
    log.move(danger, [Status.RECTIFYING], **values)
    clock.settle(danger, at, clock.Step.RECTIFY, clock.Step.ANSWER)
    danger.extensions.filter(status=Extension.Status.WAITING).update(
        status=Extension.Status.WITHDRAWN
    )
    step = log.record(danger, log.Kind.RECTIFIED, by, at, note=done, photo=photo)
    telling.tell(danger, step, telling.superior(danger), TO_VERIFY, at)


@transaction.atomic
def verify(
    *,
    danger: HiddenDanger,
    note: str,
    by: str,
    at: datetime,
    photo: places.CleanPicture | None = None,
) -> None:
    """Verify on the spot that the danger is gone; what it raised comes down again.

    Raises
    ------
    BadDanger
        Without saying what was seen.
    NotYours
        If `by` put it right.
    WrongStep
    """
    _another(danger, by)
    seen = log.need("note", note, _("Say what you saw."))
    values = {"status": Status.VERIFIED, "verified_by": by, "verified_at": at}
    log.move(danger, [Status.TO_VERIFY], **values)
    log.record(danger, log.Kind.VERIFIED, by, at, note=seen, photo=photo)


@transaction.atomic
def send_back(
    *,
    danger: HiddenDanger,
    reason: str,
    due_date: date,
    by: str,
    at: datetime,
    photo: places.CleanPicture | None = None,
) -> None:
    """Send a danger that is not gone back to be put right by the end of a new day.

    One that was overdue stays so: its risk is as high as before.

    Raises
    ------
    BadDanger
        Without a reason, for a day that has passed, or later than a listing allows.
    NotYours
        If `by` put it right.
    WrongStep
    """
    _another(danger, by)
    why = log.need("reason", reason, _("Say what is still to be done."))
    due_at = rules.end_of(due_date)
    if due_at <= at:
        raise BadDanger("due_date", _("The deadline is past: choose a day from today on."))
    within_listing(danger, due_at, "due_date")
    values = {"status": Status.RECTIFYING, "rectified_by": "", "rectified_at": None}
    log.move(danger, [Status.TO_VERIFY], due_at=due_at, **values)
    clock.wind(danger, clock.Step.RECTIFY, due_at, at)
    step = log.record(danger, log.Kind.RETURNED, by, at, note=why, photo=photo, due_at=due_at)
    telling.tell(danger, step, danger.organisation, BACK, at)


@transaction.atomic
def close(*, danger: HiddenDanger, by: str, at: datetime, note: str = "") -> None:
    """Take a verified danger off the list; the end of a listed one is to be published.

    Raises
    ------
    NotYours
        If `by` put it right.
    WrongStep
    """
    _another(danger, by)
    log.move(danger, [Status.VERIFIED], status=Status.CLOSED, closed_at=at)
    if danger.listed_at:
        day = rules.working_days_on(rules.last_day(at), rules.PUBLISHED_WITHIN)
        clock.wind(danger, clock.Step.END, rules.end_of(day), at)
    log.record(danger, log.Kind.CLOSED, by, at, note=note)


def within_listing(danger: HiddenDanger, due_at: datetime, field: str) -> None:
    """Refuse a deadline of a listed danger more than a year after its listing.

    Raises
    ------
    BadDanger
        Naming the last day.
    """
    if danger.listed_at and due_at > (last := rules.latest(danger.listed_at)):
        text = _("A listed danger is rectified within a year of its listing: by %(day)s.")
        raise BadDanger(field, text % {"day": rules.last_day(last)})


def _another(danger: HiddenDanger, by: str) -> None:
    if by == danger.rectified_by:
        raise NotYours(_("Who rectified a danger does not verify it: ask somebody else."))
