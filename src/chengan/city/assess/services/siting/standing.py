"""The standing check: every hazard of the city against every target, new ones as they come.

Individual risk of the whole city's installations at each target against the criterion for what is
in service. A finding names each installation that brings a fiftieth of it or more.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import connection, transaction
from django.db.models import Max

from chengan.city.assess.models import Installation, Standing
from chengan.city.assess.selectors.siting import weather_in_use
from chengan.city.assess.services.siting import protecting
from chengan.city.assess.services.siting.gathering import REACH_M
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.core import errors as science
from chengan.core.arrays import FloatArray
from chengan.core.geo.distance import distances_m
from chengan.core.geo.local import LocalPlan
from chengan.core.risk import consequences, criteria, weather
from chengan.core.risk import installation as plants
from chengan.core.risk.footprint import Source
from chengan.core.risk.point_risk import risk_at_points
from chengan.core.risk.site_target import CLASSES

log = logging.getLogger(__name__)
MATTERS: Final = 0.02
RULES: Final = "GB36894-2018"
LOCK: Final = 0x7374616E64


def newest() -> tuple[int, int, int]:
    """What changes when there is something new to check: newest target, installation, weather."""
    target = places.CityObject.objects.filter(kind__code__in=protecting.OBJECTS)
    return (
        target.aggregate(n=Max("id"))["n"] or 0,
        Installation.objects.filter(retired_at=None).aggregate(n=Max("id"))["n"] or 0,
        getattr(weather_in_use(), "pk", 0),
    )


def check(at: datetime) -> int:
    """Check everything; give how many findings are open. One check at a time."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    installations = list(Installation.objects.filter(project=None, retired_at=None).order_by("id"))
    judged = [each for each in installations if each.kind not in plants.OUT_OF_SCOPE]
    known = weather_in_use()
    rose = weather.finer(np.array(known.rose["share"]) if known else weather.unknown())
    outcomes = {each.pk: _outcomes(each) for each in judged}
    targets = places.CityObject.objects.filter(
        kind__code__in=protecting.OBJECTS, retired_at=None
    ).select_related("kind")
    for target in targets.iterator(2000):
        for key, values in _findings(target, judged, outcomes, rose):
            found[key] = values
    return _keep(found, at)


def _findings(
    target: places.CityObject,
    judged: Sequence[Installation],
    outcomes: dict[int, list[Any]],
    rose: FloatArray,
) -> list[tuple[tuple[int, int], dict[str, Any]]]:
    away = distances_m(
        target.lon, target.lat, [each.lon for each in judged], [each.lat for each in judged]
    )
    near = [(each, far) for each, far in zip(judged, away, strict=True) if far <= REACH_M]
    protected = protecting.of_object(target.kind.code, target.attributes)
    if not near or protected is None:
        return []
    limit = criteria.limit(criteria.criteria(RULES), CLASSES[protected[0]])
    plan = LocalPlan(target.lon, target.lat)
    here = np.zeros((1, 2))
    risks = []
    for each, _far in near:
        x, y = plan.to_metres(each.lon, each.lat)
        source = Source(float(x), float(y), outcomes[each.pk])
        risks.append(float(risk_at_points([source], rose, here)[0]))
    total = sum(risks)
    if total <= limit.in_service:
        return []
    return [
        (
            (each.pk, target.pk),
            {
                "risk": risk,
                "criterion": limit.in_service,
                "criterion_of": f"[{limit.mark}] {limit.source}",
                "distance_m": float(far),
            },
        )
        for (each, far), risk in zip(near, risks, strict=True)
        if risk >= MATTERS * total
    ]


def as_plant(each: Installation, x: float = 0.0, y: float = 0.0) -> plants.Installation:
    """Give an installation as the sciences take it.

    Raises
    ------
    core.errors.OutOfRange
        For figures that no law takes; says which.
    """
    return plants.Installation(
        each.name_zh,
        x,
        y,
        each.cas,
        each.inventory_kg,
        each.equipment,
        each.temperature_k,
        each.pressure_pa,
        each.bund_m2,
        each.kind,
        plants.barriers_of(each.barriers),
        each.count,
    )


def _outcomes(each: Installation) -> list[Any]:
    try:
        named = consequences.named_outcomes(as_plant(each), consequences.Assumptions())
    except science.CoreError as error:
        log.warning("installation %s is left out of the standing check: %s", each.pk, error)
        return []
    return [one.outcome for one in named]


def _keep(found: dict[tuple[int, int], dict[str, Any]], at: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as sql:
            sql.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        known = {(row.installation_id, row.target_id): row for row in Standing.objects.all()}
        for key, values in found.items():
            row = known.get(key)
            if row is None:
                made = Standing.objects.create(
                    installation_id=key[0], target_id=key[1], found_at=at, seen_at=at, **values
                )
                _state(made, at)
            else:
                status = "open" if row.status == "gone" else row.status
                Standing.objects.filter(pk=row.pk).update(seen_at=at, status=status, **values)
        gone = [row.pk for key, row in known.items() if key not in found and row.status != "gone"]
        Standing.objects.filter(pk__in=gone).update(status="gone", seen_at=at)
    return Standing.objects.filter(status="open").count()


def handle(*, standing: Standing, note: str, by: str, at: datetime) -> bool:
    """Say how a finding is handled otherwise; False when it is not open any more."""
    found = Standing.objects.filter(pk=standing.pk, status="open")
    with transaction.atomic():
        if not found.update(status="accepted", note=note.strip(), handled_by=by):
            return False
        data = {"installation": standing.installation_id, "object": standing.target_id}
        journal.append(
            [
                journal.Fact(
                    kind="assess.standing.handled",
                    subject=f"standing:{standing.pk}",
                    at=at,
                    actor=by,
                    data={**data, "note": note.strip()},
                )
            ]
        )
    return True


def _state(made: Standing, at: datetime) -> None:
    data = {
        "installation": made.installation_id,
        "object": made.target_id,
        "risk": made.risk,
        "criterion": made.criterion,
    }
    fact = journal.Fact(
        kind="assess.standing.found",
        subject=f"standing:{made.pk}",
        at=at,
        actor="assess",
        data=data,
    )
    journal.append([fact])
