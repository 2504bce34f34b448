"""Rules and limit sets: which limits hold for which datastream, handed back to sense in SI."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.errors import BadLimits
from chengan.city.warn.models import LimitSet, Rule
from chengan.city.warn.services.laying import ensure_tables
from chengan.core.errors import CoreError
from chengan.core.events.plume import REACH_M
from chengan.core.geo.neighbours import clusters
from chengan.core.tables import units

SEVERITIES = (1, 2, 3, 4, 5)
LEAST_SILENCE_S = 60.0
MOST_AT_A_SITE = 64


def resolve_limits(observed_property: int | None = None) -> int:
    """Hand each datastream's nearest limits to sense (those of one property when it is given).

    Gives how many changed.
    """
    rules = list(Rule.objects.filter(is_active=True))
    sets = {row.code: row for row in LimitSet.objects.filter(retired_at=None).order_by("version")}
    streams = sense.all_datastreams()
    if observed_property is not None:
        streams = streams.filter(observed_property=observed_property)
    nearest_to = ((each, nearest(rules, each)) for each in streams)
    return sense.set_limits(
        fields_under(
            (each, sets.get(rule.limit_set_code) if rule else None) for each, rule in nearest_to
        )
    )


def fields_under(
    bound: Iterable[tuple[sense.Datastream, LimitSet | None]],
) -> dict[int, dict[str, Any]]:
    """Fields of `StreamLimit` of each datastream under its limits; who is judged together is named.

    Raises
    ------
    BadLimits
        As `in_si`.
    """
    found: dict[int, dict[str, Any]] = {}
    gas: list[sense.Datastream] = []
    for datastream, limit_set in bound:
        found[datastream.pk] = in_si(limit_set, datastream.expected_interval_s) | {
            "joint_group": joint_group(limit_set, datastream), "release_group": "",
        }  # fmt: skip
        if limit_set is not None and limit_set.release_severity:
            gas.append(datastream)
    for key, name in release_groups(gas).items():
        found[key]["release_group"] = name
    return found


def nearest(rules: Iterable[Rule], datastream: sense.Datastream) -> Rule | None:
    """The rule that binds closest: datastream, object, owner, kind, then the property alone."""
    fitting = [rule for rule in rules if _fits(rule, datastream)]
    return max(fitting, key=_closeness, default=None)


def _fits(rule: Rule, datastream: sense.Datastream) -> bool:
    thing = datastream.thing.city_object
    if rule.observed_property_id != datastream.observed_property_id:
        return False
    pairs = (
        (rule.datastream_id, datastream.pk),
        (rule.city_object_id, thing.pk),
        (rule.owner_id, thing.owner_id),
        (rule.object_kind_id, thing.kind_id),
    )
    return all(wanted in {None, actual} for wanted, actual in pairs)


def _closeness(rule: Rule) -> tuple[bool, bool, bool, bool, int]:
    return (
        rule.datastream_id is not None,
        rule.city_object_id is not None,
        rule.owner_id is not None,
        rule.object_kind_id is not None,
        rule.pk or 0,
    )


def in_si(limit_set: LimitSet | None, interval_s: float) -> dict[str, Any]:
    """Give a limit set's figures in SI; without one only silence is watched.

    Raises
    ------
    BadLimits
        If the unit is unknown or measures something else.
    """
    factor = limit_set.silent_factor if limit_set else 5.0
    made: dict[str, Any] = {"silent_s": max(factor * interval_s, LEAST_SILENCE_S), "rule": ""}
    if limit_set is None:
        watched = ("anomaly_severity", "step_severity", "joint_severity", "release_severity")
        nothing = dict.fromkeys(watched, 0)
        return made | {"high": [], "low": [], **nothing}
    try:
        return made | {
            "high": _thresholds(limit_set.high, limit_set.unit),
            "low": _thresholds(limit_set.low, limit_set.unit),
            "hysteresis": float(units.difference_to_si(limit_set.hysteresis, limit_set.unit)),
            "hold_s": limit_set.hold_s,
            "clear_hold_s": limit_set.clear_hold_s,
            "rate": _rate(limit_set),
            "rate_severity": limit_set.rate_severity if limit_set.rate_per_s is not None else 0,
            "stuck_s": limit_set.stuck_s,
            "stuck_epsilon": float(units.difference_to_si(limit_set.stuck_epsilon, limit_set.unit)),
            "anomaly_severity": limit_set.anomaly_severity,
            "anomaly_a_year": limit_set.anomaly_a_year,
            "step_severity": limit_set.step_severity,
            "step_window_s": limit_set.step_window_s,
            "step_usual": float(units.difference_to_si(limit_set.step_usual, limit_set.unit)),
            "joint_severity": limit_set.joint_severity,
            "release_severity": limit_set.release_severity,
            "rule": f"{limit_set.code}/{limit_set.version}",
        }
    except CoreError as error:
        raise BadLimits(f"{limit_set.code}: {error}") from error


def joint_group(limit_set: LimitSet | None, datastream: sense.Datastream) -> str:
    """The name of those that a datastream is judged together with; empty for none."""
    if limit_set is None or not limit_set.joint_severity:
        return ""
    thing = datastream.thing.city_object
    if limit_set.joint_scope == LimitSet.JointScope.OWNER:
        return f"owner:{thing.owner_id}"
    return f"object:{thing.pk}"


def release_groups(streams: Iterable[sense.Datastream]) -> dict[int, str]:
    """The site of each gas sensor: those of one owner, each within reach of the next one.

    A larger one than a site may be is cut by the map's cells.
    """
    by_owner: dict[int, list[sense.Datastream]] = defaultdict(list)
    for each in streams:
        by_owner[each.thing.city_object.owner_id].append(each)
    named: dict[int, str] = {}
    for owner, mine in by_owner.items():
        labels = clusters([s.thing.lon for s in mine], [s.thing.lat for s in mine], REACH_M)
        sizes = np.bincount(labels)
        for each, label in zip(mine, labels.tolist(), strict=True):
            cell = f"/{each.thing.city_object.h3_9}" if sizes[label] > MOST_AT_A_SITE else ""
            first = mine[int(np.argmax(labels == label))]
            named[each.pk] = f"gas:{owner}/{first.pk}{cell}"
    return named


def _rate(limit_set: LimitSet) -> float | None:
    if limit_set.rate_per_s is None:
        return None
    return float(units.difference_to_si(limit_set.rate_per_s, limit_set.unit))


def _thresholds(given: dict[str, float], unit: str) -> list[float | None]:
    return [
        float(units.to_si(given[str(level)], unit)) if str(level) in given else None
        for level in SEVERITIES
    ]


@transaction.atomic
def ensure_limits(
    limit_sets: Iterable[Any], rules: Iterable[Any], at: datetime, *, is_sample: bool = False
) -> int:
    """Create limit sets that are not there, with their bindings; give how many are new.

    Those that are there stay as they are: the city may have decided otherwise.
    """
    properties = {row.code: row for row in sense.ObservedProperty.objects.all()}
    have = set(LimitSet.objects.values_list("code", flat=True))
    fresh = [item for item in limit_sets if item.code not in have]
    for item in fresh:
        made = _create(item, properties[item.property], at, is_sample=is_sample)
        for rule in rules:
            if rule.limit_set == item.code:
                _bind(rule, made)
    return len(fresh)


def _create(
    item: Any, observed: sense.ObservedProperty, at: datetime, *, is_sample: bool
) -> LimitSet:
    return LimitSet.objects.create(
        code=item.code,
        name_zh=item.name_zh,
        name_en=item.name_en,
        observed_property=observed,
        unit=item.unit,
        high={str(level): figure for level, figure in item.high.items()},
        low={str(level): figure for level, figure in item.low.items()},
        hysteresis=item.hysteresis,
        hold_s=item.hold_s,
        clear_hold_s=item.clear_hold_s,
        silent_factor=item.silent_factor,
        stuck_s=item.stuck_s,
        release_severity=item.release_severity,
        source=item.source,
        mark=item.mark,
        effective_at=at,
        is_sample=is_sample,
    )


def load_sample(sample: Any, at: datetime) -> None:
    """Register the sample city's limit sets and bind them; lay the tables of warnings."""
    ensure_tables(at)
    ensure_limits(sample.limit_sets, sample.rules, at, is_sample=True)
    resolve_limits()


def _bind(rule: Any, limit_set: LimitSet) -> None:
    kinds = {row.code: row for row in places.ObjectKind.objects.all()}
    Rule.objects.create(
        observed_property=limit_set.observed_property,
        object_kind=kinds[rule.object_kind] if rule.object_kind else None,
        owner=places.organisation_by_code(rule.owner) if rule.owner else None,
        datastream=sense.Datastream.objects.get(key=rule.datastream) if rule.datastream else None,
        limit_set_code=limit_set.code,
        is_sample=limit_set.is_sample,
    )
