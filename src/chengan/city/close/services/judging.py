"""A danger reported is judged (核定), a major one planned, its rectification ordered (下达)."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.assess import api as assess
from chengan.city.close import codes, rules
from chengan.city.close.errors import BadDanger
from chengan.city.close.models import HiddenDanger
from chengan.city.close.services import clock, log, telling
from chengan.city.places import api as places

Status = HiddenDanger.Status
REPORT: Final = ("affects", "measures", "funds", "emergency")
TOLD: Final = ("隐患整改指令", "Rectification ordered")


@transaction.atomic
def judge(
    *,
    danger: HiddenDanger,
    level: int,
    kind: int,
    manage: int,
    cause: str,
    organisation: places.Organisation,
    by: str,
    at: datetime,
    risk: assess.Risk | None = None,
    note: str = "",
) -> None:
    """Say how grave a reported danger is, of which type and cause, and who answers for it.

    Raises
    ------
    BadDanger
        With a number that no code set has, without a cause, or with a risk at another object.
    WrongStep
    """
    for name, number in (("level", level), ("kind", kind), ("manage", manage)):
        if number not in codes.numbers(name):
            raise BadDanger(name, _("Choose one of the list."))
    log.need("cause", cause, _("Say what it may lead to."))
    thing = danger.city_object_id or (risk.city_object_id if risk else None)
    if risk is not None and risk.city_object_id != thing:
        raise BadDanger("risk", _("This risk is at another object."))
    log.move(
        danger,
        [Status.REPORTED],
        status=Status.JUDGED,
        level=level,
        kind=kind,
        manage=manage,
        cause=cause,
        risk=risk,
        city_object_id=thing,
        organisation=organisation,
        organisation_path=organisation.path,
    )
    log.record(danger, log.Kind.JUDGED, by, at, note=note)


@transaction.atomic
def dismiss(*, danger: HiddenDanger, reason: str, by: str, at: datetime) -> None:
    """Judge that what was reported is no hidden danger.

    Raises
    ------
    BadDanger
        Without a reason.
    WrongStep
    """
    why = log.need("reason", reason, _("Say why it is no hidden danger."))
    values = {"status": Status.DISMISSED, "closed_at": at}
    log.move(danger, [Status.REPORTED, Status.JUDGED], **values)
    log.record(danger, log.Kind.DISMISSED, by, at, note=why)


@transaction.atomic
def plan(
    *,
    danger: HiddenDanger,
    affects: str,
    measures: str,
    funds: str,
    plan_date: date | None,
    emergency: str,
    by: str,
    at: datetime,
) -> None:
    """Write the report that a major danger needs before it may be ordered.

    Raises
    ------
    BadDanger
        For a field that is empty, or a day that has passed.
    WrongStep
    """
    if not danger.is_major:
        raise BadDanger("", _("Only a major danger needs this report."))
    given = {"affects": affects, "measures": measures, "funds": funds, "emergency": emergency}
    for name, text in given.items():
        given[name] = log.need(name, text, _("A major danger's report needs this."))
    if plan_date is None or rules.end_of(plan_date) <= at:
        raise BadDanger("plan_date", _("Choose a day from today on."))
    log.move(danger, [Status.JUDGED], plan_date=plan_date, **given)
    log.record(danger, log.Kind.PLANNED, by, at, due_at=rules.end_of(plan_date))


def missing(danger: HiddenDanger) -> list[str]:
    """Give the fields that a major danger's report still lacks; none for an ordinary one."""
    if not danger.is_major:
        return []
    lacks = [name for name in REPORT if not getattr(danger, name)]
    return lacks + ([] if danger.plan_date else ["plan_date"])


def words_of(names: list[str]) -> list[str]:
    """Give the names of fields as pages show them."""
    fields = {each.name: each for each in HiddenDanger._meta.fields}
    return [str(fields[name].verbose_name) for name in names]


@transaction.atomic
def order(*, danger: HiddenDanger, due_date: date, by: str, at: datetime, note: str = "") -> None:
    """Order the responsible organisation to put the danger right by the end of a day.

    Raises
    ------
    BadDanger
        For a day that has passed; for a major danger without its report.
    WrongStep
    """
    due_at = rules.end_of(due_date)
    if due_at <= at:
        raise BadDanger("due_date", _("The deadline is past: choose a day from today on."))
    if missing(danger):
        names = ", ".join(words_of(missing(danger)))
        text = _("A major danger is ordered once its report is whole; it lacks: %(fields)s.")
        raise BadDanger("", text % {"fields": names})
    log.move(danger, [Status.JUDGED], status=Status.ORDERED, due_at=due_at)
    clock.wind(danger, clock.Step.RECTIFY, due_at, at)
    step = log.record(danger, log.Kind.ORDERED, by, at, note=note, due_at=due_at)
    telling.tell(danger, step, danger.organisation, TOLD, at)
