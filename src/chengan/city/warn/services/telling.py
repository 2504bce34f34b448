"""Tells people of a warning: one delivery for each person and channel, a time limit for each seat.

All rows are written in the transaction of the step they tell of; sending is the sweep's work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from chengan.city.places import api as places
from chengan.city.warn import models
from chengan.city.warn.models import Channel, Deadline, Delivery, WarningStep
from chengan.city.warn.selectors import recipients
from chengan.city.warn.selectors.recipients import Recipient
from chengan.city.warn.services.opening import COLOURS_EN, COLOURS_ZH

PURPOSE = {
    "released": Delivery.Purpose.RELEASE,
    "updated": Delivery.Purpose.UPDATE,
    "raised": Delivery.Purpose.UPDATE,
    "lowered": Delivery.Purpose.UPDATE,
    "lifted": Delivery.Purpose.CANCEL,
}
WORDS_ZH = {
    "release": "预警", "update": "预警更新", "cancel": "预警解除", "escalation": "预警催办",
    "approval": "预警待审批", "end": "预警到期提醒", "test": "测试",
}  # fmt: skip
WORDS_EN = {
    "release": "warning", "update": "warning updated", "cancel": "warning lifted",
    "escalation": "warning not acknowledged", "approval": "warning to approve",
    "end": "warning at its end", "test": "test",
}  # fmt: skip
DRILL = "【演练 · DRILL】"
NOT_REAL = f"{DRILL}这是演练，不是真实预警。This is a drill, not a real warning."
LASTS = timedelta(hours=24)
"""So long a message says to hold when nobody gave it an end."""
DEFAULT_RECEIPT_MIN = 10
DEFAULT_RESPONSE_MIN = 60


@dataclass(frozen=True)
class Told:
    """To whom rows are written: person or organisation, in which seat, of which rank."""

    recipient: Recipient
    rank: int = 0


def tell(*, warning: models.Warning, step: WarningStep, at: datetime) -> list[Delivery]:
    """Write the deliveries and time limits of a step that goes out."""
    purpose = PURPOSE[step.action]
    told = [Told(each) for each in recipients.who_is_told(warning, at)]
    if purpose == Delivery.Purpose.CANCEL:
        told += _told_before(warning, told)
    made = deliver(warning=warning, seq=step.seq, purpose=purpose, told=told, at=at)
    made += _public(warning, step.seq, purpose, at)
    cancel_deadlines(warning, at)
    if purpose != Delivery.Purpose.CANCEL:
        _deadlines(warning, step, told, at)
    return made


def deliver(
    *, warning: models.Warning, seq: int, purpose: str, told: Iterable[Told], at: datetime
) -> list[Delivery]:
    """Write one delivery for each person and each channel that reaches them at this level."""
    channels = list(
        Channel.objects.filter(is_active=True, from_severity__lte=warning.severity).exclude(
            kind=Channel.Kind.CAP
        )
    )
    rows = [
        _row(warning, seq, purpose, channel, each, address, at)
        for each in told
        for channel in channels
        for address in addresses(channel, each.recipient)
    ]
    return Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def addresses(channel: Channel, recipient: Recipient) -> list[str]:
    """Where a channel reaches a recipient; empty when it does not."""
    person = recipient.person
    if channel.kind == Channel.Kind.WEBHOOK:
        is_theirs = recipient.organisation is not None and channel.organisation_id in {
            None,
            recipient.organisation.pk,
        }
        return [channel.url] if is_theirs else []
    if person is None:
        return []
    if channel.kind == Channel.Kind.IN_APP:
        return [person.user.get_username()] if person.user_id and person.user else []
    found = person.email if channel.kind == Channel.Kind.EMAIL else person.phone
    return [found] if found else []


def receipt_due(warning: models.Warning, at: datetime) -> datetime:
    """By when somebody must answer."""
    minutes = warning.event_type.receipt_min.get(str(warning.severity), DEFAULT_RECEIPT_MIN)
    return at + timedelta(minutes=float(minutes))


def ends_at(warning: models.Warning, at: datetime) -> datetime:
    """When what goes out at `at` says to end."""
    return warning.expires_at or max(at, warning.expected_at or at) + LASTS


def cancel_deadlines(warning: models.Warning, at: datetime, kinds: Iterable[str] = ()) -> None:
    """Close the time limits that still run (of `kinds`, when given) as no longer needed."""
    going = Deadline.objects.filter(warning=warning, status=Deadline.Status.WAITING)
    if kinds:
        going = going.filter(kind__in=list(kinds))
    going.update(status=Deadline.Status.CANCELLED, closed_at=at)


def ask_approval(
    *, warning: models.Warning, step: WarningStep, people: Iterable[places.Person], at: datetime
) -> None:
    """Tell those who may approve, and set the time limit after which the duty room rings."""
    told = [
        Told(
            Recipient(
                "approver",
                person.organisation,
                person,
                f"{person.organisation.name_zh} · 审批人",
                f"{person.organisation.name_en or person.organisation.name_zh} · approver",
                False,
                f"approver:{person.pk}",
            )
        )
        for person in people
    ]
    deliver(warning=warning, seq=step.seq, purpose=Delivery.Purpose.APPROVAL, told=told, at=at)
    Deadline.objects.get_or_create(
        key=f"{warning.pk}/{step.seq}/approval",
        defaults={
            "warning": warning,
            "kind": Deadline.Kind.APPROVAL,
            "due_at": receipt_due(warning, at),
        },
    )


def _row(
    warning: models.Warning, seq: int, purpose: str, channel: Channel, told: Told, address: str,
    at: datetime,
) -> Delivery:  # fmt: skip
    who = told.recipient
    is_here = channel.kind == Channel.Kind.IN_APP
    name = (
        f"p{who.person.pk}" if who.person else f"o{who.organisation.pk if who.organisation else 0}"
    )
    if channel.kind == Channel.Kind.WEBHOOK:
        name = f"o{who.organisation.pk if who.organisation else 0}"
    return Delivery(
        key=f"{warning.pk}/{seq}/{purpose}/{channel.code}/{name}/{told.rank}",
        warning=warning,
        step=seq,
        purpose=purpose,
        channel=channel,
        person=who.person if channel.kind != Channel.Kind.WEBHOOK else None,
        organisation=who.organisation,
        address=address,
        role=who.whom,
        why_zh=who.why_zh[:300],
        why_en=who.why_en[:300],
        chain=who.chain,
        rank=told.rank,
        needs_receipt=who.needs_receipt and purpose != Delivery.Purpose.CANCEL,
        subject=subject(warning, purpose),
        body=body(warning, who),
        status=Delivery.Status.SENT if is_here else Delivery.Status.WAITING,
        sent_at=at if is_here else None,
        next_at=at,
        created_at=at,
    )


def subject(warning: models.Warning, purpose: str) -> str:
    """The first line, Chinese first."""
    colour_zh, colour_en = COLOURS_ZH[warning.severity], COLOURS_EN[warning.severity]
    mark = DRILL if warning.is_exercise else ""
    mark += "【样例数据】" if warning.is_sample else ""
    text = f"{mark}【{colour_zh}{WORDS_ZH[purpose]}】{warning.headline_zh}"
    return f"{text} · {colour_en} {WORDS_EN[purpose]}"[:200]


def body(warning: models.Warning, who: Recipient) -> str:
    """What a recipient reads: what, where, what to do, why it is they; a drill says so first."""
    blocks = [
        (warning.headline_zh, warning.description_zh, warning.area_zh, warning.instruction_zh,
         f"通知您的原因：{who.why_zh}"),
        (warning.headline_en, warning.description_en, warning.area_en, warning.instruction_en,
         f"Why you: {who.why_en}"),
    ]  # fmt: skip
    texts = ["\n".join(filter(None, block)) for block in blocks]
    return "\n\n".join([NOT_REAL, *texts] if warning.is_exercise else texts)


def _public(warning: models.Warning, seq: int, purpose: str, at: datetime) -> list[Delivery]:
    if not recipients.reaches_public(warning):
        return []
    rows = [
        Delivery(
            key=f"{warning.pk}/{seq}/{purpose}/{channel.code}/public/0",
            warning=warning,
            step=seq,
            purpose=purpose,
            channel=channel,
            address=f"{settings.BASE_URL}/warn/cap/feed.atom",
            role="public",
            why_zh="面向公众：CAP 订阅",
            why_en="The public: CAP feed",
            subject=subject(warning, purpose),
            body=warning.instruction_zh,
            status=Delivery.Status.SENT,
            sent_at=at,
            next_at=at,
            created_at=at,
        )
        for channel in Channel.objects.filter(is_active=True, kind=Channel.Kind.CAP)
    ]
    return Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _told_before(warning: models.Warning, told: list[Told]) -> list[Told]:
    """Whoever heard of the warning hears of its end, also those whom today's rules leave out."""
    known = {each.recipient.person.pk for each in told if each.recipient.person}
    earlier = (
        Delivery.objects.filter(warning=warning, person__isnull=False)
        .exclude(person_id__in=known)
        .select_related("person__user", "organisation")
        .order_by("person_id", "-id")
        .distinct("person_id")
    )
    return [
        Told(Recipient(each.role, each.organisation, each.person, each.why_zh, each.why_en,
                       False, each.chain))
        for each in earlier
    ]  # fmt: skip


def _deadlines(warning: models.Warning, step: WarningStep, told: list[Told], at: datetime) -> None:
    chains = {each.recipient.chain for each in told if each.recipient.needs_receipt}
    due = receipt_due(warning, at)
    minutes = warning.event_type.response_min.get(str(warning.severity), DEFAULT_RESPONSE_MIN)
    rows = [
        Deadline(key=f"{warning.pk}/{step.seq}/{chain}/0", warning=warning, chain=chain,
                 kind=Deadline.Kind.RECEIPT, due_at=due)
        for chain in sorted(chains)
    ]  # fmt: skip
    rows.append(
        Deadline(
            key=f"{warning.pk}/{step.seq}/response",
            warning=warning,
            kind=Deadline.Kind.RESPONSE,
            due_at=at + timedelta(minutes=float(minutes)),
        )
    )
    end = f"{warning.pk}/{step.seq}/end"
    rows.append(
        Deadline(key=end, warning=warning, kind=Deadline.Kind.END, due_at=ends_at(warning, at))
    )
    Deadline.objects.bulk_create(rows, ignore_conflicts=True)
