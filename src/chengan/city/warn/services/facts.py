"""Facts become alarms: one alarm for one object and cause, however many episodes it has.

Danger and device trouble never meet: a breach becomes a safety alarm of the city object, a fault a
device alarm of the sensor, for its owner. Facts and cursor move in one transaction, and an episode
is known by what it is about, so nothing is raised twice.
"""

from datetime import datetime

from django.db import connection, transaction

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm
from chengan.city.warn.services import episodes, fresh, grouping, inhibiting, raising

READER = "warn"
CHANNEL = "alarms"
KINDS = (
    "sense.breach.began",
    "sense.breach.changed",
    "sense.breach.ended",
    "sense.breach.late",
    "sense.fault.began",
    "sense.fault.ended",
)


def take_facts(at: datetime, most: int = 500) -> int:
    """Take in the next facts; give how many there were."""
    with transaction.atomic():
        seq = journal.cursor(READER)
        entries = journal.after(seq, limit=most)
        told = [entry for entry in entries if entry.kind in KINDS]
        streams = _streams(told)
        touched = [entry for entry in told if int(entry.data["datastream"]) in streams]
        raised, left = fresh.raise_fresh(touched, streams, at)
        raised += [alarm for entry in left if (alarm := _take(entry, streams, at))]
        grouping.gather(raised, at)
        inhibiting.explain(raised, at)
        if entries:
            journal.advance(READER, entries[-1].seq)
        if touched:
            with connection.cursor() as sql:
                sql.execute("select pg_notify(%s, %s)", [CHANNEL, str(len(touched))])
    return len(entries)


def _streams(entries: list[journal.Entry]) -> dict[int, sense.Datastream]:
    """The datastreams that facts speak of, with all that an alarm needs of them."""
    found = sense.Datastream.objects.select_related(
        "thing__city_object__owner",
        "thing__city_object__area",
        "thing__city_object__kind",
        "observed_property",
    )
    return found.in_bulk({int(entry.data["datastream"]) for entry in entries})


def _take(entry: journal.Entry, streams: dict[int, sense.Datastream], at: datetime) -> Alarm | None:
    """Take one fact in; give the alarm when it is a new one."""
    datastream, category = streams[int(entry.data["datastream"])], fresh.category_of(entry)
    news = episodes.news_of(entry.data)
    is_new = False
    is_late = entry.kind.endswith(".late")
    if is_late or entry.kind.endswith(".began"):
        alarm, is_new = raising.find_or_raise(datastream, category, news, at)
        episodes.begin(alarm, datastream, news, is_late=is_late)
    else:
        found = episodes.going_on(datastream, category, news.cause)
        if found is None:
            return None
        alarm = found.alarm
        episodes.go_on(found, news, is_over=entry.kind.endswith(".ended"))
    raising.bring_up_to_date(alarm, at)
    return alarm if is_new else None
