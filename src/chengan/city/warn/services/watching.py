"""Who guards the guards: every loop beats, every loop looks at the others, and one falls out of
the house: an address outside that must be asked once a minute.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from chengan.city.journal import api as journal
from chengan.city.warn.models import Channel, Delivery, Watch
from chengan.city.warn.selectors import recipients

SILENT = timedelta(seconds=60)
LOOPS = ("facts", "deadlines", "deliveries", "feeds", "command", "close")
WORDS_ZH = {
    "facts": "报警接入", "deadlines": "时限清扫", "deliveries": "消息发送", "feeds": "订阅源查询",
    "command": "处置督办", "close": "隐患督办",
}  # fmt: skip


def beat(name: str, at: datetime) -> None:
    """Say that a loop lives."""
    Watch.objects.update_or_create(name=name, defaults={"beat_at": at, "silent_since": None})


def silent(at: datetime) -> list[Watch]:
    """Loops that have not beaten for a minute."""
    return list(Watch.objects.filter(name__in=LOOPS, beat_at__lt=at - SILENT).order_by("name"))


def guard(at: datetime) -> int:
    """Raise the alarm for every loop that fell silent, once; give how many."""
    return sum(_raise(each, at) for each in silent(at) if each.silent_since is None)


@transaction.atomic
def _raise(watch: Watch, at: datetime) -> bool:
    row = Watch.objects.filter(pk=watch.pk, silent_since=None, beat_at=watch.beat_at)
    if not row.update(silent_since=at):
        return False
    said = {"name": watch.name, "beat_at": watch.beat_at.isoformat()}
    journal.append(
        [
            journal.Fact(
                kind="warn.watch.silent",
                subject=f"watch:{watch.name}",
                at=at,
                actor="warn",
                data=said,
            )
        ]
    )
    _tell(watch, at)
    return True


def _tell(watch: Watch, at: datetime) -> None:
    word = WORDS_ZH.get(watch.name, watch.name)
    text = f"【系统告警】{word}停止工作 · {watch.name} has fallen silent"
    channel = Channel.objects.filter(kind=Channel.Kind.IN_APP, is_active=True).first()
    if channel is None:
        return
    mark = hashlib.sha256(watch.beat_at.isoformat().encode()).hexdigest()[:12]
    rows = [
        Delivery(
            key=f"watch/{watch.name}/{mark}/{person.pk}",
            purpose=Delivery.Purpose.ESCALATION,
            channel=channel,
            person=person,
            organisation=person.organisation,
            address=person.user.get_username() if person.user else "",
            role="duty_room",
            why_zh="值班室",
            why_en="duty room",
            subject=text[:200],
            body=text,
            status=Delivery.Status.SENT,
            sent_at=at,
            next_at=at,
            created_at=at,
        )
        for person in recipients.duty_room(at)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
