"""Controls: put in place, renewed, judged, withdrawn; their end is a date due."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.assess import errors
from chengan.city.assess.models import Control, ReviewDue, Risk
from chengan.city.journal import api as journal

HOLDS = (Control.Status.PLANNED, Control.Status.IN_FORCE, Control.Status.LAPSED)


@transaction.atomic
def put(
    *, risk: Risk, by: str, at: datetime, control: Control | None = None, **about: Any
) -> Control:
    """Add a control, or change one; a lapsed one with a later end holds again.

    Raises
    ------
    errors.BadInputs
        If it would have lapsed already.
    """
    lapse: date | None = about.get("lapse_date")
    if lapse is not None and lapse < timezone.localdate(at):
        raise errors.BadInputs("lapse_date", _("This day has passed already."))
    made = control or Control(risk=risk, is_sample=risk.is_sample)
    was_lapsed = made.status == Control.Status.LAPSED
    for name, value in about.items():
        setattr(made, name, value)
    if was_lapsed and made.status == Control.Status.LAPSED:
        made.status = Control.Status.IN_FORCE
    made.changed_by, made.changed_at = by, at
    made.save()
    made.dues.filter(done_at=None).update(done_at=at)
    if lapse is not None and made.status in {Control.Status.PLANNED, Control.Status.IN_FORCE}:
        ReviewDue.objects.create(
            kind=ReviewDue.Kind.CONTROL, risk=risk, control=made, due_at=end_of(lapse)
        )
    if was_lapsed and made.status != Control.Status.LAPSED:
        state(made, "renewed", by, at)
    return made


@transaction.atomic
def withdraw(*, control: Control, by: str, at: datetime) -> None:
    """Take a control back; it no longer holds and no longer lapses.

    Raises
    ------
    errors.NotWaiting
        If it is withdrawn already.
    """
    found = Control.objects.filter(pk=control.pk, status__in=HOLDS)
    if not found.update(status=Control.Status.WITHDRAWN, changed_by=by, changed_at=at):
        raise errors.NotWaiting(_("The control is withdrawn already."))
    control.dues.filter(done_at=None).update(done_at=at)
    if control.status == Control.Status.LAPSED:
        state(control, "renewed", by, at)


def end_of(day: date) -> datetime:
    """Give the moment at which a day of the city ends."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(midnight)


def state(control: Control, what: str, by: str, at: datetime) -> None:
    """State a fact about a control (lapsed, renewed)."""
    data = {
        "control": control.pk,
        "risk": control.risk_id,
        "city_object": control.risk.city_object_id,
        "owner": control.owner_id,
        "name": control.name_zh,
    }
    fact = journal.Fact(
        kind=f"assess.control.{what}",
        subject=f"risk:{control.risk_id}",
        at=at,
        actor=by,
        data=data,
    )
    journal.append([fact])
