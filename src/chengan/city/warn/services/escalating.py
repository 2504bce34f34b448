"""What happens when nobody answers: the substitute, up the tree, then the duty room rings.

A time limit is a row. The sweep takes those that are due, each in a transaction of its own: closing
it by a conditional update, and writing what follows from it. A process killed at any moment leaves
either both or neither, so the next sweep does what is left, once.
"""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.models import Deadline, Delivery, State
from chengan.city.warn.selectors import recipients
from chengan.city.warn.selectors.limits_kept import LAST_RANK
from chengan.city.warn.selectors.recipients import Recipient
from chengan.city.warn.services import responding, stepping, telling

log = logging.getLogger(__name__)
RING = 3
"""From this rank on the duty room rings, again and again up to LAST_RANK."""


def sweep_deadlines(at: datetime, most: int = 500) -> int:
    """Fire every time limit that is due at `at`; give how many fired."""
    due = Deadline.objects.filter(status=Deadline.Status.WAITING, due_at__lte=at)
    keys = list(due.order_by("due_at").values_list("pk", flat=True)[:most])
    return sum(_fire_one(key, at) for key in keys)


def _fire_one(key: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return _fire(key, at)
    except DatabaseError:
        raise
    except Exception:  # one broken row must not hold up all others; it stays due
        log.exception("deadline %s", key)
        return False


def _fire(key: int, at: datetime) -> bool:
    waiting = Deadline.objects.filter(pk=key, status=Deadline.Status.WAITING)
    if not waiting.update(status=Deadline.Status.FIRED, closed_at=at):
        return False
    row = Deadline.objects.select_related("warning__event_type").get(pk=key)
    if row.kind == Deadline.Kind.RECEIPT:
        _escalate(row, at)
    elif row.kind == Deadline.Kind.APPROVAL:
        if row.warning.state == State.LEVELLED or row.warning.pending_severity is not None:
            _ring(row, at)
    elif row.kind == Deadline.Kind.END:
        _remind(row.warning, at)
    else:
        reason = _("Nobody was on site in time.")
        responding.supervise(warning=row.warning, at=at, reason=reason)
    return True


def _remind(warning: models.Warning, at: datetime) -> None:
    """Its time is over and it still stands: whoever released it is told, else the duty room."""
    reason = _("Its time is over: lift it, or give a later end.")
    step = responding.supervise(warning=warning, at=at, reason=reason)
    if step is None:
        return
    issuer = places.Person.objects.filter(user__username=warning.released_by, retired_at=None)
    why = ("您发布的预警已到期", "its time is over; you released it")
    told = [
        telling.Told(Recipient("issuer", who.organisation, who, *why, False, f"issuer:{who.pk}"))
        for who in list(issuer.select_related("organisation", "user")) or recipients.duty_room(at)
    ]
    telling.deliver(warning=warning, seq=step.seq, purpose=Delivery.Purpose.END, told=told, at=at)


def _escalate(row: Deadline, at: datetime) -> None:
    warning = row.warning
    if warning.state not in stepping.OUT:
        return
    for rank in range(row.rank + 1, RING):
        people = _next(row, rank, at)
        if people:
            _tell(row, rank, people, at)
            return
    if row.rank < LAST_RANK:
        _ring(row, at)


def _next(row: Deadline, rank: int, at: datetime) -> list[places.Person]:
    """Who comes next: 1 the substitutes, 2 up the tree; not those who were told in this seat."""
    if rank == 1:
        found = [
            person
            for each in recipients.who_is_told(row.warning, at)
            if each.chain == row.chain
            for person in each.substitutes
        ]
    else:
        found = recipients.up_the_tree(row.warning, at)
    told = set(
        Delivery.objects.filter(warning=row.warning, chain=row.chain).values_list(
            "person_id", flat=True
        )
    )
    return [person for person in found if person.pk not in told]


def _tell(row: Deadline, rank: int, people: list[places.Person], at: datetime) -> None:
    why = {
        1: ("责任人未按时签收，您是替补", "not acknowledged in time: you are the substitute"),
        2: ("下级未按时签收，逐级上报", "not acknowledged below: it comes up the tree to you"),
    }.get(rank, ("无人签收，值班室响铃", "nobody acknowledged: the duty room rings"))
    seat = row.chain.partition(":")[0] or "responsible"
    told = [
        telling.Told(
            Recipient(seat, person.organisation, person, why[0], why[1], True, row.chain), rank
        )
        for person in people
    ]
    warning = row.warning
    telling.deliver(
        warning=warning,
        seq=warning.step_count,
        purpose=Delivery.Purpose.ESCALATION,
        told=told,
        at=at,
    )
    _again(row, rank, at)
    names = _(", ").join(str(person) for person in people)
    _say("escalated", warning, at, why[0], {"rank": rank, "chain": row.chain, "to": names})


def _ring(row: Deadline, at: datetime) -> None:
    warning = row.warning
    models.Warning.objects.filter(pk=warning.pk, ringing_since=None).update(ringing_since=at)
    rank = max(row.rank + 1, RING)
    people = recipients.duty_room(at)
    if people:
        _tell(row, rank, people, at)
    else:
        _again(row, rank, at)
    _say("ringing", warning, at, "", {"rank": rank, "chain": row.chain})


def _again(row: Deadline, rank: int, at: datetime) -> None:
    """Set the next time limit of the same seat; the key makes it one, whoever sweeps."""
    base = row.key.rpartition("/")[0] if row.kind == Deadline.Kind.RECEIPT else row.key
    Deadline.objects.get_or_create(
        key=f"{base}/{rank}",
        defaults={
            "warning": row.warning,
            "kind": row.kind,
            "rank": rank,
            "chain": row.chain,
            "due_at": telling.receipt_due(row.warning, at),
        },
    )


def _say(
    action: str, warning: models.Warning, at: datetime, reason: str, data: dict[str, object]
) -> None:
    stepping.note(warning=warning, action=action, at=at, reason=reason, data=data)
