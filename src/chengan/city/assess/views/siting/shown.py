"""What the pages of siting reviews show: lines, buttons, maps; composed, no rule of their own."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengan.city.assess.errors import AssessError
from chengan.city.assess.models import SitingProject, SitingReview
from chengan.city.assess.services.siting.report import alternatives
from chengan.city.assess.services.siting.words import (
    class_word,
    event,
    load_word,
    note,
    people_indoors,
    share,
    weather_times,
    yearly,
)
from chengan.city.places import api as places
from chengan.core.geo import geometry as shapes
from chengan.core.geo.local import LocalPlan

May = places.Permission
Status = SitingProject.Status
VERDICT_LEVELS = {"fails": 5, "unsure": 3, "passes": 0, "no_hazard": 0, "out_of_scope": -1}
"""Levels in which the map and badges draw a verdict; no verdict is never safe."""
CONTOUR_LEVELS = {"3e-05": 5, "1e-05": 5, "3e-06": 4, "1e-06": 3, "3e-07": 2}
TURNS = {
    Status.SUBMITTED: May.ADVISE_SITES,
    Status.ADVISED: May.RECOMMEND_SITES,
    Status.RECOMMENDED: May.DECIDE_SITES,
}


def refusal(act: Callable[[], object]) -> str:
    """Do `act`; give the reason when it is refused, or nothing."""
    try:
        act()
    except AssessError as error:
        return str(error)
    return ""


def line(project: SitingProject) -> dict[str, Any]:
    """One row of the list."""
    review = project.reviews.order_by("-number").only("verdict", "number").first()
    return {"project": project, "review": review, "level": level(review)}


def level(review: SitingReview | None) -> int:
    """The level in which a verdict is drawn."""
    return VERDICT_LEVELS[review.verdict] if review else -1


def cells(project: SitingProject) -> list[Any]:
    """One row of the export."""
    review = project.reviews.order_by("-number").first()
    return [
        project.pk, str(project), project.get_kind_display(), str(project.organisation),
        project.get_status_display(), project.get_gate_display(),
        review.get_verdict_display() if review else "", project.planner, project.consultant,
        project.officer, project.decider, project.created_at, project.decided_at,
        _("yes") if project.is_sample else "",
    ]  # fmt: skip


def result(review: SitingReview) -> dict[str, Any]:
    """What a review's section shows: targets, causes, what would pass, society."""
    told = review.result
    names = {each["name"]: each for each in review.inputs["targets"]}
    plants = _plant_names(review)
    return {
        "level": level(review),
        "targets": [_target(each, names, plants) for each in told.get("verdicts", [])],
        "causes": [
            {
                "installation": plants.get(each["installation"], each["installation"]),
                "event": event(each["failure"], each["event"]),
                "frequency": yearly(each["frequency"]),
                "risk": yearly(each["risk"]),
                "share": share(each["share"]),
            }
            for each in told.get("ranking", [])[:8]
        ],
        "society": told.get("societal"),
        "fn": _curve(told),
        "levels": [
            (CONTOUR_LEVELS.get(name, 1), yearly(float(name)))
            for name, lines in sorted(
                told.get("contours", {}).items(), key=lambda one: -float(one[0])
            )
            if lines
        ],
        "loss": yearly(told["societal"]["potential_loss"]) if "societal" in told else "",
        "indoors": people_indoors(review.inputs["options"]) if "societal" in told else "",
        "times": weather_times(review.inputs["weather"]) if "societal" in told else "",
        "refused": told.get("refused", []),
        "warnings": [_in_language(note(each), plants) for each in told.get("warnings", [])],
        "domino": [
            {
                **each,
                **{end: plants.get(each[end], each[end]) for end in ("first", "second")},
                "by_word": load_word(each["by"]),
            }
            for each in told.get("domino", [])
        ],
        "weather": review.inputs["weather"]["source"],
        "is_map_shown": bool(told.get("verdicts")),
    }


def _curve(told: dict[str, Any]) -> list[tuple[str, str]]:
    """At most a dozen points of the F–N curve, in words."""
    points = told.get("societal", {}).get("fn", [])
    return [(f"{n:.3g}", yearly(f)) for n, f in points[:: max(1, -(-len(points) // 12))]]


def _plant_names(review: SitingReview) -> dict[str, str]:
    """Installations' names in the page's language, by the name the review knows them by."""
    if (get_language() or "zh").startswith("zh"):
        return {}
    return {
        each["name"]: each["name_en"] or each["name"] for each in review.inputs["installations"]
    }


def _in_language(text: str, plants: dict[str, str]) -> str:
    for known, shown_name in plants.items():
        text = text.replace(known, shown_name)
    return text


def _target(each: dict[str, Any], names: dict[str, Any], plants: dict[str, str]) -> dict[str, Any]:
    known = names.get(each["target"], {})
    sure = each["sureness"]
    return {
        **each,
        "name": _target_name(each["target"], names),
        "object": known.get("object"),
        "class": class_word(each["kind"]),
        "shown_risk": yearly(each["risk"]),
        "shown_criterion": yearly(each["criterion"]),
        "times": f"{each['risk'] / each['criterion']:.2g}",
        "low": yearly(sure["low"]) if sure else "",
        "high": yearly(sure["high"]) if sure else "",
        "above": share(sure["above"]) if sure else "",
        "driver": _driver(sure["drivers"][0][0]) if sure and sure["drivers"] else "",
        "ways": [_in_language(way, plants) for way in alternatives(each)],
        "badge": 0 if each["passes"] else 5,
    }


def _target_name(name: str, names: dict[str, Any]) -> str:
    if (get_language() or "zh").startswith("zh"):
        return name
    return names.get(name, {}).get("name_en") or name


def _driver(name: str) -> str:
    return {
        "frequency_factor": _("frequency of failures"),
        "rate_factor": _("rate of the release"),
        "delayed_ignition": _("delayed ignition"),
        "probit_shift": _("how toxic it is"),
        "inventory_factor": _("inventory"),
    }.get(name, name)


def actions(
    user: places.Somebody, project: SitingProject, review: SitingReview | None
) -> dict[str, bool]:
    """Which buttons the page offers this user at this step."""
    turn = TURNS.get(project.status)  # type: ignore[call-overload]
    is_open = project.status in (Status.DRAFT, *TURNS)
    plans = places.may(user, May.PLAN_SITES)
    has_turn = bool(turn and places.may(user, turn))
    return {
        "edit": plans and project.status == Status.DRAFT,
        "submit": plans and project.status == Status.DRAFT,
        "withdraw": plans and is_open,
        "review": is_open and places.may(user, May.VIEW_SITES),
        "advise": has_turn and project.status == Status.SUBMITTED and review is not None,
        "recommend": has_turn and project.status == Status.ADVISED and review is not None,
        "decide": has_turn and project.status == Status.RECOMMENDED and review is not None,
        "send_back": has_turn,
        "condition": is_open
        and (places.may(user, May.RECOMMEND_SITES) or places.may(user, May.DECIDE_SITES)),
        "gate": project.status in (Status.APPROVED, Status.CONDITIONAL)
        and project.gate != SitingProject.Gate.ACCEPTANCE
        and places.may(user, May.DECIDE_SITES),
        "verify": places.may(user, May.RECOMMEND_SITES),
    }


def next_gate(project: SitingProject) -> str:
    """The gate that comes next."""
    order = ["", "design", "build", "acceptance"]
    return order[min(order.index(project.gate) + 1, 3)]


def on_map(project: SitingProject, review: SitingReview | None) -> dict[str, Any]:
    """What a project's map draws: outline, hazards, targets, contours; GeoJSON by layer."""
    features = [_feature(project.geometry, level(review), str(project))]
    hazards: list[dict[str, Any]] = []
    if review:
        features += [
            _contour(name, line)
            for name, lines in review.result.get("contours", {}).items()
            for line in lines
        ]
        hazards = _places_of(review)
    return {
        "centre": [project.lon, project.lat],
        "shapes": {"type": "FeatureCollection", "features": features},
        "points": {"type": "FeatureCollection", "features": hazards},
    }


def _places_of(review: SitingReview) -> list[dict[str, Any]]:
    plan = LocalPlan(*review.inputs["origin"])
    plants = _plant_names(review)
    names = {each["name"]: each for each in review.inputs["targets"]}
    found = []
    for each in review.inputs["installations"]:
        lon, lat = plan.to_degrees(each["x"], each["y"])
        point = {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]}
        found.append(_feature(point, 4, plants.get(each["name"], each["name"])))
    for each in review.result.get("verdicts", []):
        lon, lat = plan.to_degrees(each["worst_x"], each["worst_y"])
        point = {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]}
        name = _target_name(each["target"], names)
        found.append(_feature(point, 0 if each["passes"] else 5, name))
    return found


def _contour(name: str, line: list[list[float]]) -> dict[str, Any]:
    """A line of equal risk, with its figure on it: two share a colour, and colour says little."""
    geometry = {"type": "LineString", "coordinates": line}
    made = _feature(geometry, CONTOUR_LEVELS.get(name, 1), name)
    made["properties"]["label"] = f"{name.replace('e-0', 'e-')} /a"
    return made


def _feature(geometry: dict[str, Any], severity: int, name: str) -> dict[str, Any]:
    about = {"severity": severity, "name": name}
    return {"type": "Feature", "geometry": geometry, "properties": about}


def around(project: SitingProject | None) -> dict[str, Any]:
    """What the drawing map begins with: the project's place, or the middle of the city."""
    if project:
        return on_map(project, None)
    ground = places.Area.objects.filter(retired_at=None).exclude(geometry=None).order_by("path")
    city = ground.first()
    centre = list(shapes.representative_point(city.geometry)) if city and city.geometry else []
    empty: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    return {"centre": centre, "shapes": empty, "points": empty}


def initial(project: SitingProject) -> dict[str, Any]:
    """What the form of a draft begins with."""
    names = ("name_zh", "name_en", "kind", "organisation", "people_day", "people_night", "about")
    values = {name: getattr(project, name) for name in names}
    return {**values, "geometry": json.dumps(project.geometry)}


def filters(request: HttpRequest, *names: str) -> dict[str, str]:
    """Those of the address's filters that a list knows."""
    return {name: request.GET.get(name, "") for name in names}
