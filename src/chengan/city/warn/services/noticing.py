"""Notices: what other stages have told by our channels, with receipts, retry and substitutes.

All rows are written in the caller's transaction; sending and what follows when nobody answers are
the sweeps' work, as for warnings.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.warn.models import Channel, Delivery, Notice
from chengan.city.warn.selectors import recipients
from chengan.city.warn.selectors.recipients import HOW_EN, HOW_ZH, Recipient
from chengan.city.warn.services import telling

log = logging.getLogger(__name__)
AGAIN = timedelta(minutes=10)
"""Time for each further one who is told when nobody answered: our own design, the city's."""
SUBSTITUTE, ABOVE, DUTY_ROOM = 1, 2, 3
LAST = DUTY_ROOM + 6
"""The duty room is rung again until this rank: an hour long, our own design, the city's."""
WHY = {
    SUBSTITUTE: ("未按时签收，转替补", "not acknowledged in time: you are the substitute"),
    ABOVE: ("下级未按时签收，逐级上报", "not acknowledged below: it comes up the tree to you"),
    DUTY_ROOM: ("无人签收，转值班室", "nobody acknowledged: it comes to the duty room"),
}


@dataclass(frozen=True)
class Message:
    """What is to be told: `key` makes it one, `about` is its subject in the journal."""

    key: str
    about: str
    url: str
    severity: int
    subject_zh: str
    subject_en: str
    body_zh: str = ""
    body_en: str = ""
    is_exercise: bool = False
    is_sample: bool = False


@transaction.atomic
def notify(
    *,
    message: Message,
    organisation: places.Organisation,
    at: datetime,
    people: Iterable[places.Person] = (),
    city_object: places.CityObject | None = None,
    receipt_due_at: datetime | None = None,
) -> Notice:
    """Tell `people`, or whoever is on duty in `organisation`; the same key tells once.

    With `receipt_due_at` somebody must answer by then; if nobody does, substitutes of the object's
    duties are told, then whoever is above, then the duty room.
    """
    values = {**vars(message), "organisation": organisation, "owner_path": organisation.path}
    values |= {"city_object": city_object, "created_at": at, "receipt_due_at": receipt_due_at}
    values |= {name: values[name][:200] for name in ("subject_zh", "subject_en")}
    notice, is_new = Notice.objects.get_or_create(key=message.key, defaults=values)
    if is_new:
        _deliver(notice, _first(organisation, list(people), at), at)
    return notice


def _first(
    organisation: places.Organisation, people: Sequence[places.Person], at: datetime
) -> list[Recipient]:
    if people:
        named = ("指定承办人", "named to do it")
        return [_recipient(each.organisation, each, *named) for each in people]
    found = places.people_of(organisation, at)
    if not found:
        return [_recipient(organisation, None, "无人值班，按电话通知", "nobody on duty: call them")]
    return [_recipient(organisation, who, HOW_ZH[how], HOW_EN[how]) for who, how in found]


def _recipient(
    organisation: places.Organisation, person: places.Person | None, zh: str, en: str
) -> Recipient:
    why_zh = f"{organisation.name_zh}（{zh}）"
    why_en = f"{organisation.name_en or organisation.name_zh} ({en})"
    return Recipient("notice", organisation, person, why_zh, why_en, True, "")


def _deliver(notice: Notice, told: Iterable[Recipient], at: datetime) -> None:
    channels = list(
        Channel.objects.filter(is_active=True, from_severity__lte=notice.severity).exclude(
            kind=Channel.Kind.CAP
        )
    )
    rows = [
        _row(notice, channel, each, address, at)
        for each in told
        for channel in channels
        for address in telling.addresses(channel, each)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _row(notice: Notice, channel: Channel, who: Recipient, address: str, at: datetime) -> Delivery:
    is_here = channel.kind == Channel.Kind.IN_APP
    is_hook = channel.kind == Channel.Kind.WEBHOOK
    organisation = who.organisation or notice.organisation
    name = f"p{who.person.pk}" if who.person and not is_hook else f"o{organisation.pk}"
    return Delivery(
        key=f"notice/{notice.pk}/{channel.code}/{name}/{notice.rank}",
        notice=notice,
        purpose=Delivery.Purpose.NOTICE,
        channel=channel,
        person=None if is_hook else who.person,
        organisation=organisation,
        address=address,
        role=who.whom,
        why_zh=who.why_zh[:300],
        why_en=who.why_en[:300],
        rank=notice.rank,
        needs_receipt=notice.receipt_due_at is not None,
        subject=subject(notice),
        body=body(notice, who),
        status=Delivery.Status.SENT if is_here else Delivery.Status.WAITING,
        sent_at=at if is_here else None,
        next_at=at,
        created_at=at,
    )


def subject(notice: Notice) -> str:
    """The first line, Chinese first; a drill and sample data say so before anything else."""
    mark = "【演练 · DRILL】" if notice.is_exercise else ""
    mark += "【样例数据】" if notice.is_sample else ""
    return f"{mark}{notice.subject_zh} · {notice.subject_en}"[:200]


def body(notice: Notice, who: Recipient) -> str:
    """What a recipient reads, with the page where it goes on."""
    blocks = [
        (notice.body_zh, f"通知您的原因：{who.why_zh}"),
        (notice.body_en, f"Why you: {who.why_en}"),
    ]
    texts = ["\n".join(filter(None, block)) for block in blocks]
    return "\n\n".join([subject(notice), *texts, f"{settings.BASE_URL}{notice.url}"])


@transaction.atomic
def acknowledge(
    *, notice: Notice, by: str, how: str, at: datetime, delivery: Delivery | None = None
) -> bool:
    """Record who read a notice first; False when somebody had before."""
    if delivery is not None:
        Delivery.objects.filter(pk=delivery.pk, receipt_at=None).update(
            receipt_at=at, receipt_by=by, receipt_how=how
        )
    unread = Notice.objects.filter(pk=notice.pk, receipt_at=None)
    if not unread.update(receipt_at=at, receipt_by=by):
        return False
    say("receipt", notice, at, by, how=how)
    return True


def call_off(*, about: str) -> int:
    """Ask for no more receipts of what was told about a matter that is over; give how many."""
    return Notice.objects.filter(about=about, receipt_at=None).update(receipt_due_at=None)


def sweep_notices(at: datetime, most: int = 200) -> int:
    """Tell the next in turn of every notice that nobody answered by `at`; give how many."""
    due = Notice.objects.filter(receipt_at=None, receipt_due_at__lte=at)
    keys = list(due.order_by("receipt_due_at").values_list("pk", flat=True)[:most])
    return sum(_escalate(key, at) for key in keys)


def _escalate(key: int, at: datetime) -> bool:
    """Move one notice on by a conditional update; whoever is told is in the same transaction."""
    try:
        with transaction.atomic():
            row = Notice.objects.select_related("organisation", "city_object").get(pk=key)
            rank, people = _next(row, at)
            same = Notice.objects.filter(
                pk=key, receipt_at=None, rank=row.rank, receipt_due_at=row.receipt_due_at
            )
            later = at + AGAIN if rank < LAST else None
            if not same.update(rank=rank, receipt_due_at=later):
                return False
            row.rank = rank
            why = WHY[min(rank, DUTY_ROOM)]
            _deliver(row, [_recipient(who.organisation, who, *why) for who in people], at)
            names = "、".join(who.name_zh for who in people)
            say("escalated" if people else "unreachable", row, at, "", to=names, rank=rank)
    except DatabaseError:
        raise
    except Exception:  # one broken row must not hold up all others; it stays due
        log.exception("notice %s", key)
        return False
    return True


def _next(row: Notice, at: datetime) -> tuple[int, list[places.Person]]:
    """Who comes next that was not told yet; then the duty room again and again, even if empty."""
    told = set(Delivery.objects.filter(notice=row).values_list("person_id", flat=True))
    for rank in range(row.rank + 1, DUTY_ROOM):
        found = _substitutes(row, at) if rank == SUBSTITUTE else _above(row, at)
        if people := [who for who in found if who.pk not in told]:
            return rank, people
    return max(row.rank + 1, DUTY_ROOM), recipients.duty_room(at)


def _substitutes(row: Notice, at: datetime) -> list[places.Person]:
    if row.city_object is None:
        return []
    return [
        each.person
        for each in places.duty_holders(city_object=row.city_object, at=at)
        if each.how == "substitute" and each.post.organisation.path.startswith(row.owner_path)
    ]


def _above(row: Notice, at: datetime) -> list[places.Person]:
    above = row.organisation.parent
    while above is not None:
        if found := places.people_of(above, at):
            return [person for person, _how in found]
        above = above.parent
    return []


def say(kind: str, notice: Notice, at: datetime, by: str, **data: object) -> None:
    """State in the journal what became of a notice, under the matter that it is about."""
    kept = {name: value for name, value in data.items() if value not in (None, "")}
    kept |= {"title": notice.subject_zh, "title_en": notice.subject_en}
    if notice.is_exercise:
        kept["is_drill"] = True
    fact = journal.Fact(
        kind=f"warn.notice.{kind}", subject=notice.about, at=at, actor=by or "warn", data=kept
    )
    journal.append([fact])
