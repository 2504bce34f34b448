"""Sends what waits: an indexed sweep, at least once, again and again with longer pauses.

A delivery is claimed by moving its next attempt ahead. Who is killed while sending leaves it to be
sent again when the claim has run out: twice rather than never; the key tells recipients which.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from chengan.city.warn.models import Channel, Delivery
from chengan.city.warn.services import channels, noticing, signatures, stepping

CLAIM = timedelta(seconds=45)
FIRST_S, LONGEST_S = 5.0, 900.0
ATTEMPTS = 14
AT_ONCE = 8
RELATED = ("channel", "warning__event_type", "notice", "person")


def sweep_deliveries(at: datetime, most: int = 64) -> int:
    """Send what is due at `at`, eight at a time; give how many were tried."""
    claimed = _claim(at, most)
    if not claimed:
        return 0
    letters = [letter_of(each, at) for each in claimed]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        errors = list(pool.map(lambda letter: _try(letter, at), letters))
    for delivery, error in zip(claimed, errors, strict=True):
        _note(delivery, error, at)
    return len(claimed)


def _claim(at: datetime, most: int) -> list[Delivery]:
    due = Delivery.objects.filter(status=Delivery.Status.WAITING, next_at__lte=at)
    rows = list(due.order_by("next_at").select_related(*RELATED)[:most])
    return [
        row
        for row in rows
        if Delivery.objects.filter(
            pk=row.pk, status=Delivery.Status.WAITING, next_at=row.next_at
        ).update(next_at=at + CLAIM, attempts=F("attempts") + 1)
    ]


def letter_of(delivery: Delivery, at: datetime) -> channels.Letter:
    """A delivery as plain values, ready to go."""
    token = signatures.link_token(delivery.pk, at) if delivery.needs_receipt else ""
    link = f"{settings.BASE_URL}/warn/r/{token}/" if token else _page(delivery)
    is_hook = delivery.channel.kind == Channel.Kind.WEBHOOK
    return channels.Letter(
        key=delivery.key,
        kind=delivery.channel.kind,
        address=delivery.address,
        subject=delivery.subject,
        body=delivery.body,
        link=link,
        is_receipt=bool(token),
        is_sample=delivery.channel.is_sample,
        secret=signatures.secret_of(delivery.channel) if is_hook else "",
        data=_data(delivery) if is_hook else "",
    )


def _page(delivery: Delivery) -> str:
    """Where a notice that wants no answer goes on."""
    return f"{settings.BASE_URL}{delivery.notice.url}" if delivery.notice else ""


def pause_s(attempts: int) -> float:
    """Seconds until the next attempt after `attempts` failed ones: doubled each time."""
    return float(min(FIRST_S * 2 ** max(attempts - 1, 0), LONGEST_S))


def _try(letter: channels.Letter, at: datetime) -> str:
    try:
        channels.send(letter, at)
    except channels.NotDelivered as error:
        return str(error) or "failed"
    return ""


def _note(delivery: Delivery, error: str, at: datetime) -> None:
    row = Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.WAITING)
    attempts = delivery.attempts + 1
    if not error:
        row.update(status=Delivery.Status.SENT, sent_at=at, last_error="")
    elif attempts < ATTEMPTS:
        row.update(last_error=error[:300], next_at=at + timedelta(seconds=pause_s(attempts)))
    elif row.update(status=Delivery.Status.FAILED, last_error=error[:300]):
        _say_undelivered(delivery, error, at)


def _say_undelivered(delivery: Delivery, error: str, at: datetime) -> None:
    data = {"channel": delivery.channel.code, "delivery": delivery.pk}
    if delivery.warning:
        stepping.note(
            warning=delivery.warning, action="undelivered", at=at, reason=error[:200], data=data
        )
    elif delivery.notice:
        noticing.say("undelivered", delivery.notice, at, "", why=error[:200], **data)


def _data(delivery: Delivery) -> str:
    warning = delivery.warning
    said = stepping.fact_data(warning) if warning else {}
    about = warning or delivery.notice
    return channels.webhook_data(
        key=delivery.key,
        delivery=delivery.pk,
        purpose=delivery.purpose,
        subject=delivery.subject,
        headline_zh=warning.headline_zh if warning else delivery.subject,
        headline_en=warning.headline_en if warning else "",
        about=delivery.notice.about if delivery.notice else "",
        is_exercise=bool(about and about.is_exercise),
        needs_receipt=delivery.needs_receipt,
        warning=said,
    )


def send_again(deliveries: Iterable[Delivery], at: datetime) -> int:
    """Try again now what was given up or waits; give how many."""
    keys = [each.pk for each in deliveries]
    return (
        Delivery.objects.filter(pk__in=keys)
        .exclude(status=Delivery.Status.SENT)
        .update(status=Delivery.Status.WAITING, next_at=at, attempts=0)
    )
