"""The sample city's register, written at once and marked as sample data."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from chengan.city.assess.models import (
    Assessment,
    Control,
    Dependency,
    Hazard,
    LevelChange,
    Method,
    NetworkFile,
    Rating,
    ReviewDue,
    Risk,
)
from chengan.city.assess.services import assessing, controls, levels, methods, registering
from chengan.city.places import api as places

AUTHOR, REVIEWER, APPROVER = "west", "analyst", "leader"
LAPSE_DAYS: Final = 120


@transaction.atomic
def load(risks: Iterable[Any], dependencies: Iterable[Any], model: str, at: datetime) -> int:
    """Write risks with approved assessments and controls, dependencies and the water model."""
    kept = list(risks)
    needs = list(dependencies)
    names = [each.object for each in kept] + [n for d in needs for n in (d.dependent, d.supplier)]
    objects = _objects(names)
    hazards = {
        each.code: each
        for each in Hazard.objects.filter(library__retired_at=None).select_related("library")
    }
    made = [
        registering.prepared(
            city_object=objects[each.object],
            hazard=hazards[each.hazard],
            by=AUTHOR,
            at=at - timedelta(days=each.days_ago),
            exposed_people=each.people,
            loss_per_year=each.loss,
            status=Risk.Status.IN_FORCE,
            is_sample=True,
        )
        for each in kept
    ]
    registering.register_many(made)
    _assess(kept, made, at)
    _control(kept, made, hazards, at)
    Dependency.objects.bulk_create(
        Dependency(
            dependent=objects[each.dependent],
            supplier=objects[each.supplier],
            group=each.group,
            reserve_h=each.reserve_h,
            source=each.source,
            is_sample=True,
        )
        for each in needs
    )
    NetworkFile.objects.create(
        network=places.Network.objects.filter(code="water-network").first(),
        owner=places.organisation_by_code("water"),
        name_zh="样例供水管网 Net3",
        name_en="Sample water network Net3",
        engine=NetworkFile.Engine.WATER,
        namespace="net3",
        text=model,
        is_sample=True,
    )
    return len(made)


def _objects(names: Iterable[str]) -> dict[str, places.CityObject]:
    pairs = [name.partition("/")[::2] for name in set(names)]
    rows = places.CityObject.objects.filter(
        namespace__in={first for first, _second in pairs},
        external_id__in={second for _first, second in pairs},
    ).select_related("owner", "area")
    return {f"{each.namespace}/{each.external_id}": each for each in rows}


def _assess(kept: list[Any], made: list[Risk], at: datetime) -> None:
    by_code = {each.code: each for each in Method.objects.filter(retired_at=None)}
    days = methods.policy()["review_days"]
    assessments, dues, changes = [], [], []
    rows = Rating.objects.in_bulk([each.pk for each in made])
    for row, risk in zip(kept, made, strict=True):
        signed_at = risk.found_at
        found = assessing.written(
            risk=risk,
            worked=assessing.worked(by_code[row.method], row.inputs),
            by=AUTHOR,
            at=signed_at,
        )
        level = found.result["residual"]["level"]
        due_at = at + timedelta(days=max(3, int(days[str(level)]) - row.days_ago))
        found.status, found.reviewer, found.approver = "approved", REVIEWER, APPROVER
        found.reviewed_at = found.approved_at = signed_at
        found.next_date = timezone.localdate(due_at)
        assessments.append(found)
        dues.append(ReviewDue(kind=ReviewDue.Kind.REVIEW, risk=risk, due_at=due_at))
        rating = rows[risk.pk]
        _rate(rating, found, signed_at)
        changes.append(levels.change(rating, signed_at, LevelChange.Why.ASSESSED, ""))
    Assessment.objects.bulk_create(assessments)
    ReviewDue.objects.bulk_create(dues)
    LevelChange.objects.bulk_create(sorted(changes, key=lambda each: each.at))
    Rating.objects.bulk_update(rows.values(), RATED)


RATED: Final = [
    "method_code", "method_version", "f1", "f2", "f3", "r1", "r2", "r3", "score", "inherent",
    "residual", "current", "review_date", "rated_at",
]  # fmt: skip


def _rate(rating: Rating, found: Assessment, at: datetime) -> None:
    for name, value in levels.values_of(found, at).items():
        setattr(rating, name, value)
    rating.current = rating.residual


def _control(kept: list[Any], made: list[Risk], hazards: dict[str, Hazard], at: datetime) -> None:
    rows, dues = [], []
    for row, risk in zip(kept, made, strict=True):
        for number, each in enumerate(hazards[row.hazard].controls[: row.controls]):
            lapse = timezone.localdate(at + timedelta(days=LAPSE_DAYS - row.days_ago))
            control = Control(
                risk=risk,
                kind=each["kind"],
                name_zh=each["zh"],
                name_en=each["en"],
                owner=risk.city_object.owner,
                effect=Control.Effect.GOOD if number == 0 else Control.Effect.UNKNOWN,
                lapse_date=lapse if number == 0 else None,
                changed_by=AUTHOR,
                changed_at=risk.found_at,
                is_sample=True,
            )
            rows.append(control)
    Control.objects.bulk_create(rows)
    for control in rows:
        if control.lapse_date:
            dues.append(
                ReviewDue(
                    kind=ReviewDue.Kind.CONTROL,
                    risk=control.risk,
                    control=control,
                    due_at=controls.end_of(control.lapse_date),
                )
            )
    ReviewDue.objects.bulk_create(dues)
