"""Sites: gas sensors near each other, the wind measured nearest, and what may leak there."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chengan.city.places import api as places
from chengan.city.sense.models import Datastream
from chengan.city.sense.runner.gathering import Member
from chengan.core.events.plume import REACH_M
from chengan.core.geo.distance import distances_m
from chengan.core.geo.local import LocalPlan

log = logging.getLogger(__name__)
WIND = ("wind-direction", "wind-speed")
WIND_REACH_M = 10_000.0
SLOWEST_S = 300.0
"""The detector thinks in minutes: what reads less often than every five is no part of a site."""
MOST_SOURCES = 200
HEIGHT_M = 2.0
"""Of a sensor or source whose register tells none (`height_m`)."""
Place = tuple[float, float, float]


@dataclass(frozen=True)
class Site:
    """Sensors by slot and possible sources by object, each east, north, height in m.

    members : the sensors, and the two of the wind with level 0. wind : slots of direction and
    speed; None where none is measured: then the order in which the sensors rise is followed.
    """

    members: tuple[Member, ...]
    wind: tuple[int, int] | None
    sensors: tuple[tuple[int, Place], ...]
    sources: tuple[tuple[int, Place], ...]


def sites_of(groups: Mapping[str, tuple[Member, ...]]) -> dict[str, Site]:
    """Sites of the groups asked for that have two sensors and a possible source."""
    if not groups:
        return {}
    slots = [each.slot for members in groups.values() for each in members]
    streams = Datastream.objects.select_related("thing__city_object").in_bulk(slots)
    winds = _winds()
    networks = set(places.Network.objects.filter(medium="gas").values_list("pk", flat=True))
    made = {}
    for name, members in groups.items():
        mine = [each for each in members if each.interval_s <= SLOWEST_S]
        found = _site(mine, [streams[each.slot] for each in mine], winds, networks)
        if found is None:
            log.warning("gas sensors %s: no second sensor, or no possible source near them", name)
        else:
            made[name] = found
    return made


def _site(
    members: list[Member], streams: list[Datastream], winds: list[Any], networks: set[int]
) -> Site | None:
    if len(members) < 2:
        return None
    lon = float(np.mean([each.thing.lon for each in streams]))
    lat = float(np.mean([each.thing.lat for each in streams]))
    wind = _nearest(winds, lon, lat, streams[0].source_id)
    plan = LocalPlan(lon, lat)
    sensors = [
        (each.pk, _place(plan, each.thing.lon, each.thing.lat, each.thing.city_object))
        for each in streams
    ]
    own = {each.thing.city_object_id for each in streams} if wind else set()
    sources = _sources(plan, np.array([place for _slot, place in sensors]), own, networks)
    if not sources:
        return None
    beside = [Member(each.pk, 0, each.expected_interval_s) for each in wind or ()]
    ordered = sorted([*members, *beside], key=lambda each: each.slot)
    slots = (wind[0].pk, wind[1].pk) if wind else None
    return Site(tuple(ordered), slots, tuple(sensors), tuple(sources))


def _winds() -> list[tuple[Datastream, Datastream]]:
    """Direction and speed measured at one object."""
    found: dict[str, dict[int, Datastream]] = {code: {} for code in WIND}
    rows = Datastream.objects.filter(is_active=True, observed_property__code__in=WIND)
    for each in rows.select_related("thing", "observed_property").order_by("pk"):
        found[each.observed_property.code].setdefault(each.thing.city_object_id, each)
    directions, speeds = (found[code] for code in WIND)
    return [(directions[key], speeds[key]) for key in directions if key in speeds]


def _nearest(winds: list[Any], lon: float, lat: float, source: int) -> Any | None:
    """The nearest wind that comes the same way; one of another source may reach another worker."""
    mine = [pair for pair in winds if {each.source_id for each in pair} == {source}]
    lons, lats = ([getattr(p[0].thing, name) for p in mine] for name in ("lon", "lat"))
    far = distances_m(lon, lat, lons, lats)
    near = int(far.argmin()) if mine else -1
    return mine[near] if near >= 0 and far[near] <= WIND_REACH_M else None


def _sources(
    plan: LocalPlan, sensors: np.ndarray, own: set[int], networks: set[int]
) -> list[tuple[int, Place]]:
    """What may leak within reach, of gas kinds or networks; in the wind nothing with a sensor.

    In the open a sensor tells little of what it stands at; in a well it stands in the gas.
    """
    reach = float(np.hypot(sensors[:, 0], sensors[:, 1]).max()) + REACH_M
    near = [each.city_object for each in places.objects_near(plan.lon, plan.lat, reach)]
    leaking = [
        each
        for each in near
        if each.pk not in own and (each.kind.code.startswith("gas_") or each.network_id in networks)
    ]
    found = [
        (each.pk, place)
        for each in leaking
        for place in _places(plan, each)
        if np.hypot(*(sensors[:, :2] - place[:2]).T).min() <= REACH_M
    ]
    return found[:MOST_SOURCES]


def _places(plan: LocalPlan, thing: places.CityObject) -> Iterable[Place]:
    """A point, or the corners of a line."""
    is_line = thing.geometry.get("type") == "LineString"
    points = thing.geometry["coordinates"] if is_line else [(thing.lon, thing.lat)]
    return [_place(plan, lon, lat, thing) for lon, lat, *_height in points]


def _place(plan: LocalPlan, lon: float, lat: float, thing: places.CityObject) -> Place:
    east, north = plan.to_metres(lon, lat)
    height = thing.attributes.get("height_m")
    known = float(height) if isinstance(height, int | float) else HEIGHT_M
    return float(east), float(north), known
