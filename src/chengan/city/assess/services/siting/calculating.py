"""From a review's inputs to its result: the sciences alone, no database and no clock."""

import hashlib
import json
from importlib.metadata import version
from typing import Any, Final

import numpy as np

import chengan
from chengan.core.geo.local import LocalPlan
from chengan.core.risk import installation as plants
from chengan.core.risk import site_review, weather
from chengan.core.risk.site_notes import Building, Surroundings
from chengan.core.risk.site_target import Target

SURE: Final = 0.1
"""A verdict that turns over in more than this share of the samples is too close to say [D]."""
LIBRARIES: Final = ("numpy", "scipy", "numba", "chemicals", "thermo", "fluids", "contourpy")


def calculate(inputs: dict[str, Any]) -> dict[str, Any]:
    """Give the result of a review: verdict, targets, societal risk, contours, what is refused.

    The same inputs and versions give the same result to the last digit.

    Raises
    ------
    core.errors.OutOfRange
        For figures outside a law's range.
    """
    judged, refused = _in_scope(inputs["installations"])
    outcome: dict[str, Any] = {"refused": refused, "judged": [each["id"] for each in judged]}
    if not judged:
        return {**outcome, "verdict": "out_of_scope" if refused else "no_hazard"}
    if not inputs["targets"]:
        return {**outcome, "verdict": "no_hazard"}
    share = inputs["weather"]["share"]
    rose = weather.unknown() if share is None else np.array(share)
    review = site_review.review(
        [_plant(each) for each in judged],
        [_target(each) for each in inputs["targets"]],
        rose,
        site_review.Options(**inputs["options"]),
        _surroundings(inputs.get("surroundings", {})),
        _times(inputs["weather"]),
    )
    plain = review.to_dict()
    plain["contours"] = _on_earth(plain["contours"], inputs["origin"])
    return {**outcome, **plain, "verdict": _verdict(review)}


def receipt(inputs: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Give the receipt: digests of inputs and result, and the versions that made it."""
    return {
        "inputs_sha256": digest(inputs),
        "result_sha256": digest(result),
        "software": chengan.__version__,
        "libraries": {name: version(name) for name in LIBRARIES},
        "criteria": inputs["options"]["criteria_code"],
    }


def digest(data: Any) -> str:
    """SHA-256 of data as canonical JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _in_scope(given: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    judged = [each for each in given if each["kind"] not in plants.OUT_OF_SCOPE]
    refused = [
        {"name": each["name"], "kind": each["kind"], "zh": plants.OUT_OF_SCOPE[each["kind"]]}
        for each in given
        if each["kind"] in plants.OUT_OF_SCOPE
    ]
    return judged, refused


def _times(given: dict[str, Any]) -> weather.Times | None:
    if not given.get("day") or not given.get("night"):
        return None
    return weather.Times(np.array(given["day"]), np.array(given["night"]))


def _surroundings(given: dict[str, Any]) -> Surroundings:
    buildings = tuple(Building(*each) for each in given.get("buildings", []))
    return Surroundings(buildings, np.array(given.get("ground", []), np.float64).reshape(-1, 3))


def _plant(given: dict[str, Any]) -> plants.Installation:
    names = ("name", "x", "y", "cas", "mass", "equipment", "temperature", "pressure")
    values = {name: given[name] for name in names}
    return plants.Installation(
        **values,
        bund_area=given["bund_area"],
        kind=given["kind"],
        count=given["count"],
        barriers=plants.barriers_of(given["barriers"]),
    )


def _target(given: dict[str, Any]) -> Target:
    names = ("name", "kind", "people_day", "people_night", "is_new")
    return Target(outline=np.array(given["outline"]), **{name: given[name] for name in names})


def _verdict(review: site_review.Review) -> str:
    turning = [
        each
        for each in review.verdicts
        if each.sureness is not None and SURE < each.sureness.above < 1 - SURE
    ]
    failing = [each for each in review.verdicts if not each.passes and each not in turning]
    if failing or review.region == "intolerable":
        return "fails"
    if turning:
        return "unsure"
    return "passes" if review.passes else "fails"


def _on_earth(contours: dict[str, Any], origin: list[float]) -> dict[str, Any]:
    plan = LocalPlan(*origin)
    found = {}
    for level, lines in contours.items():
        turned = (plan.to_degrees([p[0] for p in line], [p[1] for p in line]) for line in lines)
        found[level] = [np.round(np.column_stack(each), 6).tolist() for each in turned]
    return found
