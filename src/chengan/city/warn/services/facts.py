"""Facts become alarms: one alarm for one object and cause, however many episodes it has.

Danger and device trouble never meet: a breach becomes a safety alarm, a fault of a sensor a device
alarm for its owner. Facts and cursor move in one transaction, and an alarm's id is made of what it
is about, so nothing is raised twice.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm, Severity

READER = "warn"
CHANNEL = "alarms"
KINDS = (
    "sense.breach.began",
    "sense.breach.changed",
    "sense.breach.ended",
    "sense.fault.began",
    "sense.fault.ended",
)
NAMESPACE = uuid.UUID("6f0f5c9e-0b8d-5f5e-9a51-c4e19a1f0b6d")
LOCK = 0x7761726E


def take_facts(at: datetime, most: int = 500) -> int:
    """Take in the next facts; give how many there were."""
    with transaction.atomic():
        seq = journal.cursor(READER)
        entries = journal.after(seq, limit=most)
        touched = [entry for entry in entries if entry.kind in KINDS]
        for entry in touched:
            _take(entry, at)
        if entries:
            journal.advance(READER, entries[-1].seq)
        if touched:
            with connection.cursor() as sql:
                sql.execute("select pg_notify(%s, %s)", [CHANNEL, str(len(touched))])
    return len(entries)


def _take(entry: journal.Entry, at: datetime) -> None:
    streams = sense.Datastream.objects.select_related(
        "thing__city_object__owner", "thing__city_object__area"
    )
    datastream = streams.get(pk=entry.data["datastream"])
    is_fault = entry.kind.startswith("sense.fault")
    category = Alarm.Category.DEVICE if is_fault else Alarm.Category.SAFETY
    standing = _standing(datastream, category, entry.data["cause"])
    if entry.kind.endswith(".began"):
        _began(entry, datastream, category, standing, at)
    elif standing and entry.kind.endswith(".changed"):
        _changed(entry, standing)
    elif standing:
        _ended(entry, standing)


def _standing(datastream: sense.Datastream, category: str, cause: str) -> Alarm | None:
    """The alarm of the same object and cause that is active or waits to be judged."""
    same = Alarm.objects.filter(
        city_object_id=datastream.thing.city_object_id,
        datastream=datastream,
        category=category,
        cause=cause,
    )
    return (
        same.filter(is_active=True).order_by("-number").first()
        or same.filter(status=Alarm.Status.OPEN).order_by("-number").first()
    )


def _began(
    entry: journal.Entry,
    datastream: sense.Datastream,
    category: str,
    standing: Alarm | None,
    at: datetime,
) -> None:
    data = entry.data
    severity = data["severity"] or Severity.NOTICE
    if standing:
        Alarm.objects.filter(pk=standing.pk).update(
            count=F("count") + 1,
            severity=severity,
            worst_severity=max(standing.worst_severity, severity),
            is_active=True,
            ended_at=None,
            last_at=_moment(data["time"]),
            value=data["value"],
            limit=data["limit"],
        )
        return
    made = Alarm(
        id=uuid.uuid5(NAMESPACE, f"{datastream.pk}/{data['cause']}/{data['onset']}"),
        number=_next_number(),
        category=category,
        cause=data["cause"],
        city_object=datastream.thing.city_object,
        datastream=datastream,
        rule=data["rule"],
        owner_path=datastream.thing.city_object.owner.path,
        area_path=_path(datastream.thing.city_object.area),
        severity=severity,
        worst_severity=severity,
        first_at=_moment(data["onset"]),
        last_at=_moment(data["time"]),
        raised_at=at,
        value=data["value"],
        limit=data["limit"],
        is_sample=datastream.is_sample,
    )
    Alarm.objects.bulk_create([made], ignore_conflicts=True)
    journal.append([_fact("warn.alarm.raised", made, at)])


def _changed(entry: journal.Entry, standing: Alarm) -> None:
    data = entry.data
    Alarm.objects.filter(pk=standing.pk).update(
        severity=data["severity"],
        worst_severity=max(standing.worst_severity, data["severity"]),
        last_at=_moment(data["time"]),
        value=data["value"],
        limit=data["limit"],
    )


def _ended(entry: journal.Entry, standing: Alarm) -> None:
    ended = _moment(entry.data["time"])
    Alarm.objects.filter(pk=standing.pk).update(is_active=False, ended_at=ended, last_at=ended)


def _next_number() -> int:
    """The next alarm's number; the lock keeps it without gaps until the transaction ends."""
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        sql.execute("select coalesce(max(number), 0) + 1 from warn_alarm")
        return int(sql.fetchone()[0])


def _path(area: Any) -> str:
    return area.path if area else ""


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)


def _fact(kind: str, alarm: Alarm, at: datetime, actor: str = "warn") -> journal.Fact:
    return journal.Fact(
        kind=kind,
        subject=f"alarm:{alarm.pk}",
        at=at,
        actor=actor,
        data={"number": alarm.number, "severity": alarm.severity, "category": alarm.category},
    )
