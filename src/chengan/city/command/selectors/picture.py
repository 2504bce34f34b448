"""The common picture of an incident: wind, ways of a network, what lies inside, which layers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.core.cache import cache
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from chengan.city.assess import api as assess
from chengan.city.command.models import Incident
from chengan.city.command.places_of import inside, touching
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn
from chengan.core.geo.distance import distances_m

WIND_REACH_M = 20_000.0
"""Beyond this a station says nothing of the place: our own design, the city's to set."""
WIND_OLD_S = 1800.0
"""A wind older than this is called old."""
MOST_WAYS = 1500
COUNTED = 40
COUNTED_S = 20
"""Seconds for which counts of an area are good enough."""
PEOPLE = ("school", "hospital", "crowded_place", "station", "subway_entrance", "high_rise", "park")
MEDIA = {
    "gas": gettext_lazy("Gas network"),
    "water": gettext_lazy("Water network"),
    "drain": gettext_lazy("Drainage"),
    "heat": gettext_lazy("Heating network"),
    "power": gettext_lazy("Power grid"),
}


@dataclass(frozen=True)
class Wind:
    """The newest wind near a place: m/s, degrees it blows from, where and when."""

    speed: float
    blows_from: float
    name_zh: str
    name_en: str
    lon: float
    lat: float
    distance_m: float
    measured_at: datetime
    age_s: float
    is_sample: bool

    @property
    def is_old(self) -> bool:
        """Say whether it is too old to go by."""
        return self.age_s > WIND_OLD_S


def wind_near(lon: float | None, lat: float | None, at: datetime) -> Wind | None:
    """Give the nearest wind that is fresh, else the nearest old one; None where there is none.

    Whoever sees an incident sees the wind at it, whoever owns the station.
    """
    if lon is None or lat is None:
        return None
    winds = [_wind(lon, lat, at, *each) for each in _stations()]
    near = [each for each in winds if each.distance_m <= WIND_REACH_M]
    return min(near, key=lambda each: (each.is_old, each.distance_m), default=None)


def _wind(lon: float, lat: float, at: datetime, speed: Any, direction: Any) -> Wind:
    time_us = min(speed.latest.time, direction.latest.time)
    place = speed.thing.city_object
    return Wind(
        speed=speed.latest.value,
        blows_from=float(np.degrees(direction.latest.value)) % 360,
        name_zh=place.name_zh,
        name_en=place.name_en or place.name_zh,
        lon=speed.thing.lon,
        lat=speed.thing.lat,
        distance_m=float(distances_m(lon, lat, [speed.thing.lon], [speed.thing.lat])[0]),
        measured_at=datetime.fromtimestamp(time_us / 1e6, UTC),
        age_s=max(0.0, at.timestamp() - time_us / 1e6),
        is_sample=speed.is_sample,
    )


def _stations() -> list[tuple[Any, Any]]:
    """Speed and direction of each thing that measures both; else of an object's two things."""
    found: dict[str, dict[tuple[str, int], Any]] = {"wind-speed": {}, "wind-direction": {}}
    streams = sense.all_datastreams().filter(
        observed_property__code__in=found, latest__isnull=False, latest__faults=0
    )
    for each in streams.select_related("latest"):
        for key in (("thing", each.thing_id), ("object", each.thing.city_object_id)):
            found[each.observed_property.code][key] = each
    speeds, directions = found["wind-speed"], found["wind-direction"]
    pairs = {speeds[key].pk: (speeds[key], directions[key]) for key in speeds if key in directions}
    own = {
        speeds[key].pk: (speeds[key], directions[key])
        for key in speeds
        if key in directions and key[0] == "thing"
    }
    return list((pairs | own).values())


def ways(user: places.Somebody, thing: places.CityObject) -> dict[str, Any]:
    """Give ids of what lies up- and downstream of an object, as far as the user may see it.

    `more`: how much further downstream is left out.
    """
    if thing.network_id is None:
        return {"up": [], "down": [], "more": 0}
    up = warn.way_up(thing.network_id, thing.external_id)
    whole = warn.way_down(thing.network_id, thing.external_id)
    down, more = whole[:MOST_WAYS], max(0, len(whole) - MOST_WAYS)
    rows = places.visible_objects(user).filter(
        network=thing.network_id, external_id__in=[*up, *down]
    )
    known = dict(rows.values_list("external_id", "pk"))
    return {
        name: [known[each] for each in numbers if each in known]
        for name, numbers in (("up", up), ("down", down))
    } | {"more": more}


def inside_counts(user: places.Somebody, area: Mapping[str, Any] | None) -> list[tuple[str, int]]:
    """Count what lies in an area or crosses it: objects, people where known, grave risks.

    Only what the user may see; counts are kept for COUNTED_S, as every viewer asks again and again.
    """
    if not area:
        return []
    drawn = hashlib.sha256(json.dumps(area, sort_keys=True).encode()).hexdigest()
    key = f"command-inside-{getattr(user, 'pk', None)}-{get_language()}-{drawn}"
    found = cache.get(key)
    if found is None:
        found = _count(user, area)
        cache.set(key, found, COUNTED_S)
    return list(found)


def _count(user: places.Somebody, area: Mapping[str, Any]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    people = 0
    for each in touching(area, places.visible_objects(user)):
        counts[str(each.kind)] = counts.get(str(each.kind), 0) + 1
        known = each.attributes.get("people_day")
        people += int(known) if isinstance(known, int | float) and known > 0 else 0
    found = sorted(counts.items(), key=lambda pair: -pair[1])[:COUNTED]
    if people:
        found.insert(0, (_("People, as registered by day"), people))
    if grave := _grave_risks(user, area):
        found.append((_("Red and orange risks"), grave))
    return found


def _grave_risks(user: places.Somebody, area: Mapping[str, Any]) -> int:
    risks = assess.visible_risks(user).filter(rating__is_open=True, rating__current__gte=4)
    return len(inside(area, risks))


@dataclass(frozen=True)
class Layer:
    """One switch of the map: the kinds it draws, or the name of a stage of its own."""

    name: str
    word: str
    is_on: bool
    kinds: tuple[str, ...] = ()


def layers(user: places.Somebody, case: Incident) -> list[Layer]:
    """Give the switches of the incident's map; which are on follows what the user does in it.

    Whoever leads sees everything; a crew sees its own networks, the cordons and the wind; whoever
    looks on sees people, cordons and the cloud.
    """
    leads = places.may(user, places.Permission.COMMAND_INCIDENTS)
    handles = places.may(user, places.Permission.HANDLE_TASKS)
    kinds = _kinds(user)
    found = [
        Layer("ground", _("Streets and buildings"), True, ("road", "building", "water_body")),
        Layer("people", _("People: schools, hospitals, crowds"), leads or not handles, PEOPLE),
    ]
    theirs = _media_of(user)
    for medium, word in MEDIA.items():
        if of_medium := kinds.get(medium):
            found.append(Layer(medium, str(word), leads or medium in theirs, tuple(of_medium)))
    found += [
        Layer("teams", _("Teams on their way"), leads or handles),
        Layer("reports", _("Reports from the field"), leads or handles),
        Layer("cordons", _("Cordons"), True),
        Layer("wind", _("Wind"), True),
        Layer("ways", _("Up- and downstream"), leads or handles),
    ]
    if case.plume:
        found.append(Layer("plume", _("Cloud"), True))
    return found


def _kinds(user: places.Somebody) -> dict[str, list[str]]:
    rows = places.visible_objects(user).exclude(network=None).order_by()
    found: dict[str, list[str]] = {}
    for medium, kind in rows.values_list("network__medium", "kind__code").distinct():
        found.setdefault(medium, []).append(kind)
    return found


def _media_of(user: Any) -> set[str]:
    person = getattr(user, "person", None)
    if person is None:
        return set()
    own = places.CityObject.objects.filter(owner__path__startswith=person.organisation.path)
    found = own.exclude(network=None).order_by().values_list("network__medium", flat=True)
    return set(found.distinct())
