"""Somebody answers: the delivery has its receipt, the seat's time limit is met."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.warn.errors import WrongState
from chengan.city.warn.models import Deadline, Delivery, State
from chengan.city.warn.services import noticing, responding, stepping


@transaction.atomic
def acknowledge(*, delivery: Delivery, by: str, how: str, at: datetime) -> bool:
    """Record that a recipient has read it; False when they had before.

    The responsible unit's first receipt moves the warning to `acknowledged`.

    Raises
    ------
    WrongState
        If the warning is over.
    """
    if delivery.notice is not None:
        return noticing.acknowledge(
            notice=delivery.notice, by=by, how=how, at=at, delivery=delivery
        )
    warning = delivery.warning
    if warning is None:
        raise WrongState(_("There is nothing to acknowledge here."))
    warning.refresh_from_db()
    if warning.state not in stepping.OUT:
        raise WrongState(
            _("Warning %(number)s is “%(state)s”: nothing to acknowledge any more.")
            % {"number": warning.number, "state": warning.get_state_display()}
        )
    changed = Delivery.objects.filter(pk=delivery.pk, receipt_at=None).update(
        receipt_at=at, receipt_by=by, receipt_how=how
    )
    if not changed:
        return False
    Deadline.objects.filter(
        warning=warning, chain=delivery.chain, status=Deadline.Status.WAITING
    ).exclude(chain="").update(status=Deadline.Status.MET, closed_at=at)
    data = {"chain": delivery.chain, "channel": delivery.channel.kind, "how": how}
    stepping.note(warning=warning, action="receipt", at=at, by=by, data=data)
    is_theirs = delivery.role in {"responsible", "owner"} or delivery.rank > 0
    if is_theirs and warning.state in {State.RELEASED, State.DISPATCHED}:
        responding.respond(
            warning=warning, action="acknowledged", by=by, at=at, reason=delivery.why_zh
        )
    return True
