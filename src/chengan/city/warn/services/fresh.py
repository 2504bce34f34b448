"""Many alarms at once: what begins where nothing stands is raised in a few statements.

A burst of thousands is the moment when the queue must not fall behind. Whatever belongs to an alarm
that stands, or comes twice in one batch, goes the careful way, one by one and in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm, Episode
from chengan.city.warn.services import episodes, raising
from chengan.city.warn.services.episodes import News

Identity = tuple[str, int, int, str]


@dataclass(frozen=True)
class Begun:
    """A fact that something began, read."""

    entry: journal.Entry
    datastream: sense.Datastream
    category: str
    news: News

    @property
    def identity(self) -> Identity:
        """What makes it the same alarm: a device's thing, or a place and what is measured there."""
        thing = self.datastream.thing
        if self.category == Alarm.Category.DEVICE:
            return self.category, thing.pk, 0, self.news.cause
        observed = self.datastream.observed_property_id
        return self.category, thing.city_object_id, observed, self.news.cause


def category_of(entry: journal.Entry) -> str:
    """Danger, or trouble with a device."""
    is_fault = entry.kind.startswith("sense.fault")
    return Alarm.Category.DEVICE if is_fault else Alarm.Category.SAFETY


def raise_fresh(
    entries: Sequence[journal.Entry], streams: Mapping[int, sense.Datastream], at: datetime
) -> tuple[list[Alarm], list[journal.Entry]]:
    """Raise what is new in every way; give those alarms, and the facts that are left."""
    begun = _candidates(entries, streams)
    taken = _standing(begun) | _known(begun)
    fresh = [each for each in begun if each.identity not in taken]
    if not fresh:
        return [], list(entries)
    first = raising.next_number()
    made = [
        raising.made(each.datastream, each.category, each.news, at, first + turn)
        for turn, each in enumerate(fresh)
    ]
    Alarm.objects.bulk_create(made)
    Episode.objects.bulk_create(
        episodes.made(alarm, each.datastream, each.news)
        for alarm, each in zip(made, fresh, strict=True)
    )
    journal.append([raising.fact("warn.alarm.raised", alarm, at) for alarm in made])
    done = {each.entry.seq for each in fresh}
    return made, [entry for entry in entries if entry.seq not in done]


def _candidates(
    entries: Sequence[journal.Entry], streams: Mapping[int, sense.Datastream]
) -> list[Begun]:
    """Beginnings that are the first thing said of their datastream, one an identity."""
    said: set[int] = set()
    found: dict[Identity, Begun] = {}
    for entry in entries:
        key = int(entry.data["datastream"])
        is_first = key not in said
        said.add(key)
        if is_first and entry.kind.endswith(".began"):
            begun = Begun(entry, streams[key], category_of(entry), episodes.news_of(entry.data))
            found.setdefault(begun.identity, begun)
    return list(found.values())


def _standing(begun: Sequence[Begun]) -> set[Identity]:
    """Identities of which an alarm stands."""
    things = [each.datastream.thing_id for each in begun]
    places = [each.datastream.thing.city_object_id for each in begun]
    near = Q(category=Alarm.Category.DEVICE, datastream__thing__in=things) | Q(
        category=Alarm.Category.SAFETY, city_object__in=places
    )
    rows = Alarm.objects.filter(raising.STANDS, near).values_list(
        "category", "datastream__thing", "city_object", "datastream__observed_property", "cause"
    )
    return {
        (category, thing, 0, cause)
        if category == Alarm.Category.DEVICE
        else (category, place, observed, cause)
        for category, thing, place, observed, cause in rows
    }


def _known(begun: Sequence[Begun]) -> set[Identity]:
    """Identities of what was told before: its alarm or its episode is there."""
    ids = {raising.alarm_id(each.datastream, each.news): each.identity for each in begun}
    there = set(Alarm.objects.filter(pk__in=ids).values_list("pk", flat=True))
    found = {ids[key] for key in there}
    wanted = {
        (each.datastream.pk, each.news.cause, each.news.onset): each.identity for each in begun
    }
    rows = Episode.objects.filter(
        datastream__in={each.datastream.pk for each in begun},
        onset__in={each.news.onset for each in begun},
    ).values_list("datastream", "cause", "onset")
    return found | {wanted[row] for row in rows if row in wanted}
