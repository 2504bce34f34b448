"""What an officer makes of an alarm; each change is one conditional update of one row."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from chengan.city.journal import api as journal
from chengan.city.warn import models
from chengan.city.warn.errors import NeedsReason, NotWaiting, WrongState
from chengan.city.warn.models import Alarm, AlarmGroup, State
from chengan.city.warn.services import levelling, opening


@transaction.atomic
def confirm(*, alarm: Alarm, by: str, at: datetime, note: str = "") -> models.Warning | None:
    """Confirm an alarm; danger opens a warning, which is given; a device's trouble opens none.

    Raises
    ------
    NotWaiting
        If somebody judged it first.
    """
    _judge(alarm, Alarm.Status.CONFIRMED, by=by, at=at, note=note)
    if alarm.category != Alarm.Category.SAFETY:
        return None
    return opening.open_from_alarm(alarm=alarm, by=by, at=at, note=note)


def dismiss(*, alarm: Alarm, reason: str, by: str, at: datetime, note: str = "") -> None:
    """Dismiss an alarm as false; the reason goes into the rule's statistics.

    Raises
    ------
    NeedsReason
        Without one of the reasons, or for "other" without a note.
    NotWaiting
        If somebody judged it first.
    """
    if reason not in Alarm.DismissReason.values:
        raise NeedsReason("请选择误报原因 · choose one of the reasons")
    if reason == Alarm.DismissReason.OTHER and not note.strip():
        raise NeedsReason("选择“其他”时请写明原因 · say in a note what the other reason is")
    _judge(alarm, Alarm.Status.DISMISSED, by=by, at=at, note=note, reason=reason)


def reopen(*, alarm: Alarm, by: str, at: datetime) -> None:
    """Take a judgement back; the alarm waits again.

    Raises
    ------
    NotWaiting
        If it is waiting already, or its warning is out.
    """
    with transaction.atomic():
        _withdraw(alarm, by, at)
        changed = (
            Alarm.objects.filter(pk=alarm.pk)
            .exclude(status=Alarm.Status.OPEN)
            .update(status=Alarm.Status.OPEN, judged_by="", judged_at=None, dismiss_reason="")
        )
        if not changed:
            raise NotWaiting(f"报警 {alarm.number} 已在待处置 · alarm {alarm.number} waits already")
        _judge_group(alarm, AlarmGroup.Status.OPEN)
        _record("warn.alarm.reopened", alarm, by, at, {})


def _judge(
    alarm: Alarm, status: str, *, by: str, at: datetime, note: str, reason: str = ""
) -> None:
    with transaction.atomic():
        changed = Alarm.objects.filter(pk=alarm.pk, status=Alarm.Status.OPEN).update(
            status=status,
            judged_by=by,
            judged_at=at,
            judge_note=note.strip(),
            dismiss_reason=reason,
        )
        if not changed:
            raise NotWaiting(
                f"报警 {alarm.number} 已被他人处理 · alarm {alarm.number}: somebody judged it first"
            )
        _judge_group(alarm, status)
        _record(f"warn.alarm.{status}", alarm, by, at, {"reason": reason})


def _judge_group(alarm: Alarm, status: str) -> None:
    """What is said of the lead is said of its group, once that is an event."""
    if alarm.is_lead and alarm.group_id:
        group = AlarmGroup.objects.filter(pk=alarm.group_id)
        group.exclude(status=AlarmGroup.Status.GATHERING).update(status=status)


def _withdraw(alarm: Alarm, by: str, at: datetime) -> None:
    opened = models.Warning.objects.filter(alarm=alarm).exclude(state=State.WITHDRAWN).first()
    if opened is None:
        return
    try:
        reason = _("The judgement of the alarm was taken back.")
        levelling.withdraw(warning=opened, by=by, at=at, reason=reason)
    except WrongState as error:
        said = _("Warning %(number)s came of this alarm and is out: lift it instead.")
        raise NotWaiting(said % {"number": opened.number}) from error


def _record(kind: str, alarm: Alarm, by: str, at: datetime, extra: dict[str, str]) -> None:
    data = {
        "number": alarm.number,
        "severity": alarm.severity,
        "cause": alarm.cause,
        "city_object": alarm.city_object_id,
        "is_sample": alarm.is_sample,
        **extra,
    }
    journal.append(
        [journal.Fact(kind=kind, subject=f"alarm:{alarm.pk}", at=at, actor=by, data=data)]
    )
    with connection.cursor() as sql:
        sql.execute("select pg_notify('alarms', %s)", [str(alarm.pk)])


def assign(*, alarm: Alarm, to: str, before: str, by: str, at: datetime) -> None:
    """Give an alarm to somebody (or to nobody: empty), who takes it over from `before`.

    Raises
    ------
    NotWaiting
        If somebody else has it meanwhile.
    """
    with transaction.atomic():
        found = Alarm.objects.filter(pk=alarm.pk, assigned_to=before)
        if not found.update(assigned_to=to):
            raise NotWaiting(
                f"报警 {alarm.number} 已由他人接手 · alarm {alarm.number}: somebody else took it"
            )
        _record("warn.alarm.assigned", alarm, by, at, {"to": to, "before": before})
