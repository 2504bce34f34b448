"""Raises alarms and keeps them true to their episodes."""

import uuid
from datetime import datetime

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm
from chengan.city.warn.services import grouping, inhibiting
from chengan.city.warn.services.episodes import News

NAMESPACE = uuid.UUID("6f0f5c9e-0b8d-5f5e-9a51-c4e19a1f0b6d")
LOCK = 0x7761726E
ACTOR = "warn"
STANDS = (
    Q(status=Alarm.Status.OPEN, is_lead=True)
    | Q(status=Alarm.Status.OPEN, group__status__in=["gathering", "open"])
    | Q(status=Alarm.Status.OPEN, group__status="confirmed", is_active=True)
    | Q(status=Alarm.Status.CONFIRMED, is_active=True)
)
"""Alarms that take in what begins now. Whoever follows a judged lead was judged with it: nobody
would see in the queue what a follower of a dismissed event, or of one long over, took in."""


def find_or_raise(
    datastream: sense.Datastream, category: str, news: News, at: datetime
) -> tuple[Alarm, bool]:
    """The standing alarm that this belongs to, or a new one; and whether it is new.

    A dismissed alarm takes in nothing new: what begins after it must be looked at by somebody.
    """
    standing = _alike(datastream, category, news.cause).filter(STANDS).order_by("-number").first()
    if standing:
        return standing, False
    return _raise(datastream, category, news, at), True


def _alike(datastream: sense.Datastream, category: str, cause: str) -> QuerySet[Alarm]:
    """Alarms of the same cause: a device's by the device, a danger's by object and property."""
    same = Alarm.objects.filter(category=category, cause=cause)
    if category == Alarm.Category.DEVICE:
        return same.filter(datastream__thing=datastream.thing_id)
    return same.filter(
        city_object=datastream.thing.city_object_id,
        datastream__observed_property=datastream.observed_property_id,
    )


def _raise(datastream: sense.Datastream, category: str, news: News, at: datetime) -> Alarm:
    raised = made(datastream, category, news, at, next_number())
    Alarm.objects.bulk_create([raised], ignore_conflicts=True)
    record("warn.alarm.raised", raised, at)
    return raised


def alarm_id(datastream: sense.Datastream, news: News) -> uuid.UUID:
    """The id that a replay of the same fact would give again."""
    micros = round(news.onset.timestamp() * 1e6)
    return uuid.uuid5(NAMESPACE, f"{datastream.pk}/{news.cause}/{micros}")


def made(
    datastream: sense.Datastream, category: str, news: News, at: datetime, number: int
) -> Alarm:
    """A new alarm, not saved."""
    city_object = datastream.thing.city_object
    return Alarm(
        id=alarm_id(datastream, news),
        number=number,
        category=category,
        cause=news.cause,
        city_object=city_object,
        datastream=datastream,
        rule=news.rule,
        owner_path=city_object.owner.path,
        area_path=city_object.area.path if city_object.area else "",
        severity=news.severity,
        worst_severity=news.severity,
        first_at=news.onset,
        last_at=news.time,
        raised_at=at,
        value=news.value,
        limit=news.limit,
        is_sample=datastream.is_sample,
    )


def bring_up_to_date(alarm: Alarm, at: datetime) -> None:
    """Give the alarm the level, value and place of its worst episode that goes on.

    One that was dismissed and gets worse than it ever was waits again.
    """
    newest = alarm.episodes.select_related("datastream").order_by("-severity", "-last_at")
    going = newest.filter(ended_at=None).first()
    worst = going or newest.first()
    if worst is None:
        return
    sums = alarm.episodes.aggregate(Max("worst_severity"), Max("last_at"), Count("pk"))
    before, was = alarm.worst_severity, alarm.severity
    alarm.severity, alarm.value, alarm.limit = worst.severity, worst.value, worst.limit
    alarm.datastream = worst.datastream
    alarm.worst_severity = sums["worst_severity__max"]
    alarm.count, alarm.is_active = sums["pk__count"], going is not None
    alarm.last_at = sums["last_at__max"]
    alarm.ended_at = None if going else alarm.last_at
    fields = ["severity", "value", "limit", "datastream", "worst_severity", "count", "is_active"]
    alarm.save(update_fields=[*fields, "last_at", "ended_at"])
    if alarm.worst_severity > before:
        _wake(alarm, at)
        grouping.worsened(alarm, at)
    if alarm.severity > was:
        inhibiting.worsened(alarm, at)


def _wake(alarm: Alarm, at: datetime) -> None:
    woken = Alarm.objects.filter(pk=alarm.pk, status=Alarm.Status.DISMISSED).update(
        status=Alarm.Status.OPEN, judged_by="", judged_at=None, dismiss_reason=""
    )
    if woken:
        record("warn.alarm.worsened", alarm, at)


def record(kind: str, alarm: Alarm, at: datetime) -> None:
    """Write a fact about an alarm into the journal."""
    journal.append([fact(kind, alarm, at)])


def fact(kind: str, alarm: Alarm, at: datetime) -> journal.Fact:
    """A fact about an alarm."""
    data = {"number": alarm.number, "severity": alarm.severity, "category": alarm.category}
    return journal.Fact(kind=kind, subject=f"alarm:{alarm.pk}", at=at, actor=ACTOR, data=data)


def next_number() -> int:
    """The next alarm's number; the lock keeps it without gaps until the transaction ends."""
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        sql.execute("select coalesce(max(number), 0) + 1 from warn_alarm")
        return int(sql.fetchone()[0])
