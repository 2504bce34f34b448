"""What goes into a review: the project, hazards and targets around it, weather, ground; as data.

Everything a review needs stands in the inputs, so that it can be made again when the city has
changed. Metres are east and north of `origin`.
"""

from typing import Any, Final

from chengan.city.assess.models import Installation, SitingProject
from chengan.city.assess.selectors.siting import weather_in_use
from chengan.city.assess.services.siting import protecting, surrounding
from chengan.city.assess.services.siting.surrounding import outline
from chengan.city.places import api as places
from chengan.core.geo.distance import box_around, within_distance_m
from chengan.core.geo.local import LocalPlan
from chengan.core.risk.site_review import INDOORS_DAY, INDOORS_NIGHT

REACH_M: Final = 5000.0
"""Hazards farther away are not looked at [D]."""
TARGETS_M: Final = 3000.0
MOST_TARGETS: Final = 12
"""Targets judged of a hazard: the nearest of each class, worst class first [D]."""
GROUND_M: Final = 2500.0
MOST_GROUND: Final = 1500


def gather(project: SitingProject, *, samples: int = 24) -> dict[str, Any]:
    """Give the inputs of a review of `project` as it and the city are now."""
    plan = LocalPlan(round(project.lon, 6), round(project.lat, 6))
    is_hazard = project.kind in protecting.HAZARDS
    own = list(project.installations.filter(retired_at=None).order_by("id")) if is_hazard else []
    near = _installations_near(project)
    targets = _targets_near(project, plan) if is_hazard else [_own_target(project, plan)]
    weather = weather_in_use()
    return {
        "origin": [plan.lon, plan.lat],
        "project": {
            "id": project.pk,
            "name_zh": project.name_zh,
            "name_en": project.name_en,
            "kind": project.kind,
            "is_hazard": is_hazard,
            "is_sample": project.is_sample,
            "outline": outline(project.geometry, plan),
        },
        "installations": [_plain(each, plan, project) for each in [*own, *near]],
        "targets": targets,
        "weather": {
            "name": weather.name_zh if weather else "",
            "source": weather.source if weather else "",
            "share": weather.rose["share"] if weather else None,
            "day": weather.rose.get("day") if weather else None,
            "night": weather.rose.get("night") if weather else None,
        },
        "options": {
            "criteria_code": "GB36894-2018",
            "samples": samples,
            "seed": 20_240_101,
            "indoors_day": INDOORS_DAY,
            "indoors_night": INDOORS_NIGHT,
        },
        "ground": _ground(project, plan),
        "surroundings": surrounding.gather(project, plan),
    }


def _installations_near(project: SitingProject) -> list[Installation]:
    west, south, east, north = box_around(project.lon, project.lat, REACH_M)
    found = Installation.objects.filter(
        project=None, retired_at=None, lon__range=(west, east), lat__range=(south, north)
    )
    rows = list(found.order_by("id"))
    lons, lats = [each.lon for each in rows], [each.lat for each in rows]
    is_near = within_distance_m(project.lon, project.lat, lons, lats, REACH_M)
    return [each for each, near in zip(rows, is_near, strict=True) if near]


def _plain(each: Installation, plan: LocalPlan, project: SitingProject) -> dict[str, Any]:
    east, north = plan.to_metres(each.lon, each.lat)
    return {
        "id": each.pk,
        "name": each.name_zh,
        "name_en": each.name_en,
        "kind": each.kind if each.project_id is None else protecting.HAZARDS[project.kind],
        "is_own": each.project_id is not None,
        "equipment": each.equipment,
        "cas": each.cas,
        "mass": each.inventory_kg,
        "temperature": each.temperature_k,
        "pressure": each.pressure_pa,
        "bund_area": each.bund_m2,
        "count": each.count,
        "barriers": sorted(each.barriers),
        "x": round(float(east), 1),
        "y": round(float(north), 1),
    }


def _own_target(project: SitingProject, plan: LocalPlan) -> dict[str, Any]:
    people = max(project.people_day, project.people_night)
    return {
        "name": project.name_zh,
        "name_en": project.name_en,
        "object": None,
        "kind": protecting.class_of(protecting.PROJECTS[project.kind], people),
        "people_day": project.people_day,
        "people_night": project.people_night,
        "is_new": True,
        "outline": outline(project.geometry, plan),
    }


def _targets_near(project: SitingProject, plan: LocalPlan) -> list[dict[str, Any]]:
    order = ("high_sensitive", "general_1", "general_2", "general_3")
    found: dict[str, list[dict[str, Any]]] = {each: [] for each in order}
    for near in places.objects_near(project.lon, project.lat, TARGETS_M):
        made = _target(near.city_object, plan)
        if made:
            found[made["kind"]].append(made)
    share = max(1, MOST_TARGETS // len(order))
    chosen = [each for kind in order for each in found[kind][:share]]
    rest = [each for kind in order for each in found[kind][share:]]
    return chosen + rest[: MOST_TARGETS - len(chosen)]


def _target(city_object: places.CityObject, plan: LocalPlan) -> dict[str, Any] | None:
    known = protecting.of_object(city_object.kind.code, city_object.attributes)
    if known is None:
        return None
    kind, day, night = known
    return {
        "name": city_object.name_zh,
        "name_en": city_object.name_en,
        "object": city_object.pk,
        "kind": kind,
        "people_day": day,
        "people_night": night,
        "is_new": True,
        "outline": outline(city_object.geometry, plan),
    }


def _ground(project: SitingProject, plan: LocalPlan) -> list[dict[str, Any]]:
    """Roads, water and buildings for the map, so that it can be drawn again as it was."""
    wanted = ("road", "water_body", "park", "building")
    near = places.objects_near(project.lon, project.lat, GROUND_M)
    shown = [each.city_object for each in near if each.city_object.kind.code in wanted]
    return [_drawn(each, plan) for each in shown[:MOST_GROUND]]


def _drawn(each: places.CityObject, plan: LocalPlan) -> dict[str, Any]:
    is_area = each.geometry["type"] in ("Polygon", "MultiPolygon")
    return {
        "kind": each.kind.code,
        "is_area": is_area,
        "line": outline(each.geometry, plan),
    }
