"""The levels of risks: opened with the risk, set by approval, moved by what happens."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import F, Max

from chengan.city.assess.models import Assessment, LevelChange, Raise, Rating, Risk
from chengan.city.assess.services import rating as rating_of
from chengan.city.journal import api as journal
from chengan.core.geo.cells import point_cells
from chengan.core.risk import living

CHANNEL = "risks"
BATCH = 5_000
"""Risks settled by one set of statements."""


def opened(risk: Risk) -> Rating:
    """Make the rating of a new risk, without a level, not saved."""
    city_object = risk.city_object
    cells = point_cells(risk.lon, risk.lat)
    return Rating(
        risk=risk,
        sector=risk.sector,
        owner_path=city_object.owner.path,
        area_path=city_object.area.path if city_object.area else "",
        weight=risk.area_m2 or None,
        loss=risk.loss_per_year,
        **{f"h3_{level}": cell for level, cell in cells.items()},
    )


def take_over(assessment: Assessment, at: datetime) -> None:
    """Give a risk the levels of its approved assessment."""
    Rating.objects.filter(risk_id=assessment.risk_id).update(**values_of(assessment, at))
    settle([assessment.risk_id], at=at, why=LevelChange.Why.ASSESSED, always=True)


def values_of(assessment: Assessment, at: datetime) -> dict[str, Any]:
    """Give what a rating takes over from an assessment."""
    method, result = assessment.method, assessment.result
    return {
        "method_code": method.code,
        "method_version": method.version,
        "inherent": result["inherent"]["level"],
        "residual": result["residual"]["level"],
        "score": result["residual"]["figure"],
        "review_date": assessment.next_date,
        "rated_at": at,
        **_factors(assessment),
    }


def _factors(assessment: Assessment) -> dict[str, float | None]:
    found: dict[str, float | None] = dict.fromkeys(("f1", "f2", "f3", "r1", "r2", "r3"))
    if assessment.method.kind not in rating_of.FACTORS:
        return found
    for letter, state in (("f", "inherent"), ("r", "residual")):
        values = rating_of.factors_of(assessment.method.definition, assessment.inputs[state])
        found |= {f"{letter}{n}": value for n, value in enumerate(values, start=1)}
    return found


@transaction.atomic
def settle(
    risk_ids: Collection[int], *, at: datetime, why: str, note: str = "", always: bool = False
) -> int:
    """Give risks the current level that their residual level and the raises in force make.

    Writes a change of level for each that changed (or, with `always`, for each); gives how many.
    Risks are locked in the order of their keys, `BATCH` at a time.
    """
    wanted = sorted(set(risk_ids))
    changed = sum(
        _settle(wanted[start : start + BATCH], at, why, note, always)
        for start in range(0, len(wanted), BATCH)
    )
    _tell(changed)
    return changed


def _settle(risk_ids: list[int], at: datetime, why: str, note: str, always: bool) -> int:
    rows = list(
        Rating.objects.select_for_update()
        .filter(risk_id__in=risk_ids, is_open=True)
        .order_by("risk_id")
    )
    raises = list(
        Raise.objects.filter(risk_id__in=risk_ids, ended_at=None, until_at__gt=at).values_list(
            "risk_id", "raise_by", "at_least"
        )
    )
    position = {row.risk_id: n for n, row in enumerate(rows)}
    kept = [each for each in raises if each[0] in position]
    found = living.current(
        [-1 if row.residual is None else row.residual for row in rows],
        np.array([position[each[0]] for each in kept], dtype=np.int64),
        np.array([each[1] for each in kept], dtype=np.int64),
        np.array([each[2] for each in kept], dtype=np.int64),
    )
    raised = {each[0] for each in kept}
    objects, last = _objects(risk_ids), _last(risk_ids)
    changes, facts = [], []
    for row, level in zip(rows, found.tolist(), strict=True):
        before, now = row.current, None if level < 0 else int(level)
        row.is_raised = row.risk_id in raised
        if now == before and not always:
            continue
        row.current = now
        now_at = max(at, last.get(row.risk_id, at))
        changes.append(change(row, now_at, why, note))
        facts.append(fact(row, objects[row.risk_id], before, now_at, why))
    Rating.objects.bulk_update(rows, ["current", "is_raised"], batch_size=500)
    LevelChange.objects.bulk_create(changes)
    if facts:
        journal.append(facts)
    return len(changes)


def _objects(risk_ids: Collection[int]) -> dict[int, int]:
    return dict(Risk.objects.filter(pk__in=risk_ids).values_list("pk", "city_object_id"))


def _last(risk_ids: Collection[int]) -> dict[int, datetime]:
    """When each risk's level last changed: its history never runs backwards."""
    rows = LevelChange.objects.filter(risk_id__in=risk_ids).order_by().values("risk_id")
    return dict(rows.annotate(last=Max("at")).values_list("risk_id", "last"))


def change(row: Rating, at: datetime, why: str, note: str) -> LevelChange:
    """Make the change of level that a rating has come to, not saved."""
    return LevelChange(
        risk_id=row.risk_id,
        at=at,
        inherent=row.inherent,
        residual=row.residual,
        current=row.current,
        why=why,
        note=note[:300],
    )


def fact(row: Rating, city_object: int, before: int | None, at: datetime, why: str) -> journal.Fact:
    """Make the fact that a level changed, not stated."""
    data = {"risk": row.risk_id, "city_object": city_object, "before": before, "why": why}
    return journal.Fact(
        kind="assess.level.changed",
        subject=f"risk:{row.risk_id}",
        at=at,
        actor="assess",
        data={**data, "severity": row.current, "residual": row.residual},
    )


@transaction.atomic
def close(rating: Rating, *, at: datetime, note: str) -> None:
    """Take a risk off lists and maps; its history stays."""
    Rating.objects.filter(pk=rating.pk).update(is_open=False, is_raised=False)
    Raise.objects.filter(risk_id=rating.risk_id, ended_at=None).update(ended_at=at)
    row = Rating.objects.get(pk=rating.pk)
    row.current = None
    LevelChange.objects.bulk_create([change(row, at, LevelChange.Why.CLOSED, note)])
    _tell(1)


MOVED = """with moved as (update assess_risk k set lon = o.lon, lat = o.lat
    from places_cityobject o where o.id = k.city_object_id and k.status <> 'closed'
    and (k.lon, k.lat) <> (o.lon, o.lat) and exists (select 1 from places_cityobjectevent e
    where e.pgh_obj_id = o.id and (e.lon, e.lat) = (k.lon, k.lat))
    returning k.id, o.h3_7, o.h3_8, o.h3_9, o.h3_10)
    update assess_rating r set h3_7 = m.h3_7, h3_8 = m.h3_8, h3_9 = m.h3_9, h3_10 = m.h3_10
    from moved m where r.risk_id = m.id"""
"""A risk that stands where its object stood once goes along; one with a place of its own stays."""


@transaction.atomic
def bring_ground_up_to_date() -> int:
    """Follow objects that moved, or changed owner or area, since their risks were registered."""
    with connection.cursor() as sql:
        sql.execute(MOVED)
        moved = int(sql.rowcount)
        sql.execute(
            "update assess_rating r set owner_path = g.path, area_path = coalesce(a.path, '')"
            " from assess_risk k join places_cityobject o on o.id = k.city_object_id"
            " join places_organisation g on g.id = o.owner_id"
            " left join places_area a on a.id = o.area_id"
            " where r.risk_id = k.id"
            " and (r.owner_path, r.area_path) is distinct from (g.path, coalesce(a.path, ''))"
        )
        return moved + int(sql.rowcount)


def change_count() -> int:
    """Give a number that grows with every change of a level."""
    found = LevelChange.objects.order_by("-id").values_list("id", flat=True).first()
    return found or 0


def raises_of(risk: Risk) -> Any:
    """Raises of a risk in force, the strongest first, and those just over."""
    return risk.raises.select_related("rule").order_by(
        F("ended_at").desc(nulls_first=True), "-raise_by", "-at_least", "-from_at"
    )[:20]


def _tell(count: int) -> None:
    if count:
        with connection.cursor() as sql:
            sql.execute("select pg_notify(%s, %s)", [CHANNEL, str(count)])
