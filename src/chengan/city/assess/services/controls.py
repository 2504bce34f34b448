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
HOLDING = (Control.Status.PLANNED, Control.Status.IN_FORCE)
"""What its end ends."""


@transaction.atomic
def put(
    *,
    risk: Risk,
    by: str,
    at: datetime,
    control: Control | None = None,
    seen: datetime | None = None,
    **about: Any,
) -> Control:
    """Add a control, or change one; a lapsed one with a later end holds again.

    Parameters
    ----------
    seen : datetime or None
        When the control was last changed as far as the page knew; changed since refuses this.

    Raises
    ------
    errors.BadInputs
        If it would have lapsed already.
    errors.NotWaiting
        If it is withdrawn.
    errors.Stale
        If somebody changed it meanwhile.
    """
    made = control or Control(risk=risk, is_sample=risk.is_sample)
    if control is not None:
        _lock(control, seen)
    was, end = made.status if control else "", made.lapse_date
    for name, value in about.items():
        setattr(made, name, value)
    is_new_end = made.lapse_date != end
    if is_new_end and made.lapse_date and made.lapse_date < timezone.localdate(at):
        raise errors.BadInputs("lapse_date", _("This day has passed already."))
    if is_new_end and was == made.status == Control.Status.LAPSED:
        made.status = Control.Status.IN_FORCE
    if made.status in HOLDING and made.lapse_date and made.lapse_date < timezone.localdate(at):
        raise errors.BadInputs("lapse_date", _("This day has passed already."))
    made.changed_by, made.changed_at = by, at
    made.save()
    made.dues.filter(done_at=None).update(done_at=at)
    lapse = made.lapse_date
    if lapse is not None and made.status in HOLDING:
        ReviewDue.objects.create(
            kind=ReviewDue.Kind.CONTROL, risk=risk, control=made, due_at=end_of(lapse)
        )
    _state_change(made, was, by, at)
    return made


def _lock(control: Control, seen: datetime | None) -> None:
    """Read a control's row again and hold it: who saves next has seen what was saved before."""
    fresh = Control.objects.select_for_update().get(pk=control.pk)
    if fresh.status == Control.Status.WITHDRAWN:
        raise errors.NotWaiting(_("The control is withdrawn already."))
    if seen is not None and fresh.changed_at != seen:
        raise errors.Stale(_("Somebody changed it meanwhile: look at it again."))
    control.refresh_from_db()


def _state_change(control: Control, was: str, by: str, at: datetime) -> None:
    """State that a control went out of force, or came back into it; nothing of a new one."""
    now, in_force = control.status, Control.Status.IN_FORCE
    is_out = was == in_force != now or (was in HOLDING and now == Control.Status.LAPSED)
    if is_out:
        state(control, "lapsed", by, at)
    elif was and was != in_force == now:
        state(control, "renewed", by, at)


@transaction.atomic
def withdraw(*, control: Control, by: str, at: datetime) -> None:
    """Take a control back; it no longer holds. The risk stays raised until it is assessed anew.

    Raises
    ------
    errors.NotWaiting
        If it is withdrawn already.
    """
    control = Control.objects.select_for_update().get(pk=control.pk)
    was = control.status
    found = Control.objects.filter(pk=control.pk, status__in=HOLDS)
    if not found.update(status=Control.Status.WITHDRAWN, changed_by=by, changed_at=at):
        raise errors.NotWaiting(_("The control is withdrawn already."))
    control.dues.filter(done_at=None).update(done_at=at)
    control.status = Control.Status.WITHDRAWN
    _state_change(control, was, by, at)


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
