"""Supervision: extensions asked and answered (延期), listing of major dangers (挂牌督办)."""

from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.close import rules
from chengan.city.close.errors import BadDanger, NotYours, WrongStep
from chengan.city.close.models import Extension, HiddenDanger
from chengan.city.close.services import clock, log, telling
from chengan.city.close.services.rectifying import within_listing

Status = HiddenDanger.Status
ASKED: Final = ("隐患整改延期申请，待答复", "Extension asked for, to be answered")
ANSWERED: Final = {
    True: ("延期申请已批准", "Extension granted"),
    False: ("延期申请未批准", "Extension not granted"),
}
LISTED: Final = ("隐患挂牌督办", "Hidden danger listed for supervision")
UNDER_WAY: Final = (Status.ORDERED, Status.RECTIFYING, Status.TO_VERIFY)


@transaction.atomic
def ask(*, danger: HiddenDanger, until: date, reason: str, by: str, at: datetime) -> Extension:
    """Ask for more time; it is answered within rules.ANSWERED_WITHIN working days.

    Raises
    ------
    BadDanger
        Without a reason, for a day not after the deadline, or too late: after the deadline, or
        for a listed danger less than rules.ASKED_BEFORE working days before it.
    WrongStep
        If it is not in rectification, or an extension waits already.
    """
    why = log.need("reason", reason, _("Say why more time is needed."))
    log.hold(danger, clock.GOING)
    due_at = danger.due_at or at
    until_at = rules.end_of(until)
    if until_at <= due_at:
        raise BadDanger("until", _("Choose a day after the deadline."))
    within_listing(danger, until_at, "until")
    _in_time(danger, due_at, at)
    values = {"until_at": until_at, "reason": why, "asked_by": by, "asked_at": at}
    try:
        with transaction.atomic():
            made = Extension.objects.create(danger=danger, **values)
    except IntegrityError as error:
        raise WrongStep(_("An extension waits for its answer already.")) from error
    answer_day = rules.working_days_on(timezone.localdate(at), rules.ANSWERED_WITHIN)
    clock.wind(danger, clock.Step.ANSWER, rules.end_of(answer_day), at)
    step = log.record(danger, log.Kind.EXTENSION_ASKED, by, at, note=why, due_at=until_at)
    telling.tell(danger, step, telling.superior(danger), ASKED, at)
    return made


def _in_time(danger: HiddenDanger, due_at: datetime, at: datetime) -> None:
    last = rules.last_day(due_at)
    if danger.listed_at:
        last = rules.working_days_on(last, -rules.ASKED_BEFORE)
    if at >= rules.end_of(last):
        text = _("Too late: an extension was to be asked for by %(day)s.")
        raise BadDanger("until", text % {"day": last})


@transaction.atomic
def answer(*, danger: HiddenDanger, grant: bool, note: str, by: str, at: datetime) -> None:
    """Answer the extension that waits; granted, the danger is overdue no longer.

    Raises
    ------
    BadDanger
        Without a reason for not granting it; for granting a day that has passed.
    NotYours
        If `by` asked for it.
    WrongStep
        If none waits, or somebody answered it first.
    """
    waiting = danger.extensions.filter(status=Extension.Status.WAITING).first()
    if waiting is None:
        raise WrongStep(_("No extension waits for an answer."))
    if waiting.asked_by == by:
        raise NotYours(_("Who asked for an extension does not answer it: ask somebody else."))
    if not grant:
        log.need("note", note, _("Say why it is not granted."))
    elif waiting.until_at <= at:
        raise BadDanger("", _("The day asked for has passed."))
    status = Extension.Status.GRANTED if grant else Extension.Status.REFUSED
    same = Extension.objects.filter(pk=waiting.pk, status=Extension.Status.WAITING)
    if not same.update(status=status, answered_by=by, answered_at=at):
        raise WrongStep(_("Somebody answered first: look at it again."))
    kind = log.Kind.EXTENDED if grant else log.Kind.NOT_EXTENDED
    if grant:
        log.move(danger, clock.GOING, due_at=waiting.until_at, overdue_at=None)
        clock.wind(danger, clock.Step.RECTIFY, waiting.until_at, at)
    clock.settle(danger, at, clock.Step.ANSWER)
    step = log.record(danger, kind, by, at, note=note, due_at=waiting.until_at)
    telling.tell(danger, step, danger.organisation, ANSWERED[grant], at)


@transaction.atomic
def list_for_supervision(
    *, danger: HiddenDanger, stop: str, note: str, by: str, at: datetime
) -> None:
    """Put a major danger under listed supervision; what is to be filed and published gets a date.

    Raises
    ------
    BadDanger
        Without a reason or what stands still meanwhile, for an ordinary danger, or one that is
        due more than a year from now.
    WrongStep
        If it is not under way, or is listed already.
    """
    why = log.need("note", note, _("Say why it is listed."))
    if stop not in HiddenDanger.Stop.values:
        raise BadDanger("stop", _("Say what stands still while it is listed."))
    if not danger.is_major:
        raise BadDanger("", _("Only a major danger is listed."))
    if danger.due_at and danger.due_at > rules.latest(at):
        text = _("A listed danger is rectified within a year of its listing: by %(day)s.")
        raise BadDanger("", text % {"day": rules.last_day(rules.latest(at))})
    fresh = HiddenDanger.objects.filter(pk=danger.pk, status__in=UNDER_WAY, listed_at=None)
    if not fresh.update(listed_at=at, stop=stop):
        raise WrongStep(_("It is listed already, or not under way."))
    danger.refresh_from_db()
    day = timezone.localdate(at)
    for step, within in (
        (clock.Step.FILE, rules.FILED_WITHIN),
        (clock.Step.PUBLISH, rules.PUBLISHED_WITHIN),
    ):
        clock.wind(danger, step, rules.end_of(rules.working_days_on(day, within)), at)
    made = log.record(danger, log.Kind.LISTED, by, at, note=why)
    telling.tell(danger, made, danger.organisation, LISTED, at)


@transaction.atomic
def keep(*, danger: HiddenDanger, step: str, note: str, by: str, at: datetime) -> None:
    """Say that a listing was filed or published, and where.

    Raises
    ------
    BadDanger
        Without saying where.
    WrongStep
        If nothing of the kind is due.
    """
    where = log.need("note", note, _("Say where: the number or address of the paper."))
    if step not in {clock.Step.FILE, clock.Step.PUBLISH, clock.Step.END}:
        raise WrongStep(_("Nothing of the kind is due."))
    if not clock.settle(danger, at, step):
        raise WrongStep(_("Nothing of the kind is due."))
    kind = log.Kind.FILED if step == clock.Step.FILE else log.Kind.PUBLISHED
    log.record(danger, kind, by, at, note=where, what=step)
