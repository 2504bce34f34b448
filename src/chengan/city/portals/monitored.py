"""Every object with sensors in columns: where it stands and how it is, now or at a past moment.

No data is never safe: an object within its limits of which a datastream is silent is `-1`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

SILENT_BIT = 2  # of Latest.faults, as the core's state has them
NO_DATA = -1
PLACE = (
    "thing__city_object_id",
    "thing__lon",
    "thing__lat",
    "thing__city_object__name_zh",
    "thing__city_object__name_en",
    "thing__city_object__kind__code",
    "thing__city_object__network__code",
)
COLUMNS = ("id", "lon", "lat", "name", "kind", "network", "severity", "missing", "streams")
State = tuple[int, bool]
"""A datastream's level, and whether there is no data."""


def now(user: places.Somebody) -> dict[str, Any]:
    """How every object stands now; `as_of` is when the newest reading arrived, ms since 1970."""
    found = sense.visible_datastreams(user).select_related(None).order_by("thing_id")
    rows = found.values_list(*PLACE, "latest__severity", "latest__faults", "latest__arrival")
    newest = 0
    places_of, states = [], []
    for *place, severity, faults, arrival in rows.iterator(5000):
        newest = max(newest, arrival or 0)
        places_of.append(place)
        states.append((severity or 0, severity is None or bool(faults & SILENT_BIT)))
    return _columns(places_of, states) | {"as_of": newest // 1000 or None}


def then(user: places.Somebody, at: datetime) -> dict[str, Any]:
    """How every object stood at `at`: by the alarms' episodes, and by who was heard then."""
    streams = list(
        sense.visible_datastreams(user)
        .select_related("limit", "thing__city_object__kind", "thing__city_object__network")
        .filter(created_at__lte=at)
        .order_by("thing_id")
    )
    levels = warn.severities_at(user, at)
    heard = sense.heard(streams, at)
    states = [(levels.get(each.thing.city_object_id, 0), each.pk not in heard) for each in streams]
    return _columns(map(_place, streams), states) | {"as_of": round(at.timestamp() * 1000)}


def _place(stream: sense.Datastream) -> list[Any]:
    thing = stream.thing
    of = thing.city_object
    network = of.network.code if of.network else None
    return [of.pk, thing.lon, thing.lat, of.name_zh, of.name_en, of.kind.code, network]


def _columns(places_of: Iterable[list[Any]], states: list[State]) -> dict[str, Any]:
    is_chinese = (get_language() or "zh").startswith("zh")
    found: dict[int, dict[str, Any]] = {}
    for (key, lon, lat, zh, en, kind, network), state in zip(places_of, states, strict=True):
        row = found.setdefault(
            key,
            {"id": key, "lon": lon, "lat": lat, "name": zh if is_chinese else en or zh}
            | {"kind": kind, "network": network or "", "severity": 0, "missing": 0, "streams": 0},
        )
        _add(row, state)
    for row in found.values():
        if row["severity"] == 0 and row["missing"]:
            row["severity"] = NO_DATA
    return {name: [row[name] for row in found.values()] for name in COLUMNS}


def _add(row: dict[str, Any], state: State) -> None:
    severity, is_missing = state
    row["severity"] = max(row["severity"], severity)
    row["missing"] += is_missing
    row["streams"] += 1
