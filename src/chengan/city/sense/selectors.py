"""Reads of sense: datastreams a user may see, their newest readings, their history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from chengan.city.places import api as places
from chengan.city.sense.lake import history as lake
from chengan.city.sense.models import Checkpoint, Datastream
from chengan.city.sense.runner.registry import version
from chengan.core.tables import units

LONGEST_SILENCE_S = 86400.0


def visible_datastreams(user: places.Somebody) -> QuerySet[Datastream]:
    """Datastreams at objects that `user` may see."""
    reach = places.scope(user, places.Permission.VIEW_SENSE)
    found = Datastream.objects.filter(reach.q("thing__city_object__"), is_active=True)
    return found.select_related(
        "thing__city_object", "observed_property", "source", "latest", "limit"
    )


def all_datastreams() -> QuerySet[Datastream]:
    """Every active datastream, for rules to bind to."""
    return Datastream.objects.filter(is_active=True).select_related(
        "thing__city_object__kind", "thing__city_object__owner", "observed_property"
    )


@dataclass(frozen=True)
class Shown:
    """Readings in the unit that people read; times in µs since 1970."""

    time: np.ndarray
    value: np.ndarray
    unit: str


def history(datastream: Datastream, start_us: int, end_us: int, most: int = 4000) -> Shown:
    """Readings of [start, end], thinned to about `most` with their peaks kept."""
    found = lake.readings(datastream.pk, start_us, end_us)
    time, value = lake.thinned(found.time, found.value, most)
    unit = datastream.observed_property.shown_unit
    return Shown(time, units.from_si(value, unit), unit)


def heard(datastreams: Iterable[Datastream], at: datetime) -> set[int]:
    """Ids of those that had sent before `at`, no longer ago than they may be silent.

    Looks back no further than LONGEST_SILENCE.
    """
    allowed = {each.pk: min(_silence_s(each), LONGEST_SILENCE_S) for each in datastreams}
    end_us = round(at.timestamp() * 1e6)
    start_us = end_us - round(max(allowed.values(), default=0.0) * 1e6)
    newest = lake.newest(start_us, end_us)
    return {key for key, most in allowed.items() if newest.get(key, 0) >= end_us - most * 1e6}


def _silence_s(datastream: Datastream) -> float:
    limit = getattr(datastream, "limit", None)
    return limit.silent_s if limit and limit.silent_s else datastream.expected_interval_s * 3


def shown(datastream: Datastream, si: float | None) -> float | None:
    """An SI figure of this datastream in the unit that people read."""
    if si is None:
        return None
    return float(units.from_si(si, datastream.observed_property.shown_unit))


def is_in_force() -> bool:
    """Say whether every runner works with the datastreams and limits as they stand now."""
    now = str(version())
    known = list(Checkpoint.objects.values_list("registry", flat=True))
    return bool(known) and all(each == now for each in known)


def committed() -> dict[int, int]:
    """How far each partition has come in the log: the sequence number of its last message."""
    return dict(Checkpoint.objects.values_list("partition", "log_seq"))


LATEST = np.dtype(
    [("datastream", "i8"), ("time", "i8"), ("value", "f8"), ("severity", "i2"), ("faults", "i2")]
)
COLUMNS = """
select array_agg(datastream_id), array_agg(time), array_agg(value),
       array_agg(severity), array_agg(faults)
from sense_latest
"""


def latest_all() -> np.ndarray:
    """The newest reading of every datastream as one array of `LATEST`; values in SI."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        columns = cursor.fetchone()
    made = np.zeros(len(columns[0] or []), dtype=LATEST)
    for name, column in zip(LATEST.names or (), columns, strict=True):
        made[name] = column or []
    return made
