"""Names the pipe that likely leaks, for an alarm of pressures that left each other.

Looks at the stored pressures of those that are judged together, a day at a time, up to three days
after the alarm began: what has fallen since the week before, against what the network's model says
that a leak would take away.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from chengan.city.assess import api as assess
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm

DAYS: Final = 60
DAY_US: Final = 86_400_000_000
AFTER: Final = timedelta(days=3)
LEAST_SHARE: Final = 0.5
"""Of a day's readings, for its mean to count; and of the weight, for a pipe to be named."""
KNOWN_DAYS: Final = 0.8
SHOWN: Final = 3


def can_name(alarm: Alarm) -> bool:
    """Say whether it is an alarm of pressures in a network that moved together."""
    return (
        alarm.cause == "joint"
        and alarm.datastream.observed_property.code == "pressure"
        and alarm.city_object.network_id is not None
    )


def likely_pipes(alarm: Alarm, user: places.Somebody, at: datetime) -> list[dict[str, Any]]:
    """The likeliest pipes that `user` may see: object, name in the model, share in %, is it clear.

    Raises
    ------
    assess.EngineFailed, CoreError
        If there is no model, or too little is known.
    """
    network = alarm.city_object.network_id or 0
    streams = _together(alarm)
    end = min(at, alarm.first_at + AFTER)
    days = np.array([_days(each, end) for each in streams]).reshape(len(streams), DAYS).T
    usable = np.isfinite(days).mean(axis=0) >= KNOWN_DAYS * np.isfinite(days).any(axis=1).mean()
    nodes = [_name(streams[k].thing.city_object) for k in np.flatnonzero(usable)]
    found = assess.likely_pipes(network, nodes, days[:, usable])[:SHOWN]
    known = {_name(each): each for each in _pipes(user, network)}
    return [
        {
            "object": known.get(each.pipe),
            "name": each.pipe,
            "share": 100.0 * each.share,
            "is_clear": each.share >= LEAST_SHARE,
        }
        for each in found
    ]


def _together(alarm: Alarm) -> list[sense.Datastream]:
    """The pressures of the network that are judged together with the alarm's own."""
    group = sense.StreamLimit.objects.filter(pk=alarm.datastream_id).values("joint_group")
    asked = sense.StreamLimit.objects.filter(joint_group__in=group, joint_severity__gt=0)
    found = sense.all_datastreams().filter(
        pk__in=asked.values("pk"),
        observed_property=alarm.datastream.observed_property_id,
        thing__city_object__network=alarm.city_object.network_id,
    )
    return list(found.order_by("pk"))


def _days(stream: sense.Datastream, end: datetime) -> np.ndarray:
    """Means of the `DAYS` days up to `end`, oldest first; NaN where half a day is missing."""
    last = round(end.timestamp() * 1e6)
    first = last - DAYS * DAY_US
    found = sense.readings(stream.pk, first + 1, last)
    day = np.clip((found.time - first - 1) // DAY_US, 0, DAYS - 1).astype(np.int64)
    count = np.bincount(day, minlength=DAYS)
    total = np.bincount(day, weights=found.value, minlength=DAYS)
    is_known = count * stream.expected_interval_s >= LEAST_SHARE * DAY_US / 1e6
    out: np.ndarray = np.where(is_known, total / np.maximum(count, 1), np.nan)
    return out


def _pipes(user: places.Somebody, network: int) -> Any:
    return places.visible_objects(user).filter(network=network, kind__code="water_pipe")


def _name(thing: places.CityObject) -> str:
    """A node's or link's name in the model, from its number in the register."""
    return thing.external_id.rpartition("/")[2]
