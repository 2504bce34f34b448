"""The levels of risks: opened with the risk, set by approval, moved by what happens."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
MOST_FACTS = 2_000
"""Facts stated at once: the journal waits for them, some 0.2 ms each; it is every stage's."""
TOGETHER = 0x6C65766C
"""Advisory lock of whoever writes levels of many risks in one transaction: they take turns."""


@dataclass(frozen=True)
class Changed:
    """A risk whose level changed, or was set anew, and from what; None where there is none."""

    risk: int
    before: int | None
    current: int | None
    residual: int | None


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
    risk_ids: Collection[int],
    *,
    at: datetime,
    why: str,
    note: str = "",
    always: bool = False,
    facts: list[journal.Fact] | None = None,
) -> int:
    """Give risks the current level that their residual level and the raises in force make.

    Writes a change of level for each that changed (or, with `always`, for each); gives how many.
    Risks are locked in the order of their keys, `BATCH` at a time. The facts are stated, or added
    to `facts` for the caller to state: the journal is locked from then to the commit.
    """
    wanted = sorted(set(risk_ids))
    found = [
        each
        for start in range(0, len(wanted), BATCH)
        for each in _settle(wanted[start : start + BATCH], at, why, note, always)
    ]
    told = facts_of(found, at=at, why=why, note=note)
    if facts is None:
        journal.append(told)
    else:
        facts += told
    _tell(len(found))
    return len(found)


def _settle(risk_ids: list[int], at: datetime, why: str, note: str, always: bool) -> list[Changed]:
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
    last = _last(risk_ids)
    moved, changes, told = [], [], []
    for row, level in zip(rows, found.tolist(), strict=True):
        before = (row.current, row.is_raised)
        row.current, row.is_raised = None if level < 0 else int(level), row.risk_id in raised
        if (row.current, row.is_raised) != before:
            moved.append(row)
        if row.current == before[0] and not always:
            continue
        changes.append(change(row, max(at, last.get(row.risk_id, at)), why, note))
        told.append(Changed(row.risk_id, before[0], row.current, row.residual))
    _write(moved)
    LevelChange.objects.bulk_create(changes)
    return told


def _write(rows: list[Rating]) -> None:
    with connection.cursor() as sql:
        sql.execute(
            "update assess_rating r set current = f.current, is_raised = f.is_raised"
            " from unnest(%s::bigint[], %s::smallint[], %s::boolean[])"
            " f (risk_id, current, is_raised) where r.risk_id = f.risk_id",
            [
                [row.risk_id for row in rows],
                [row.current for row in rows],
                [row.is_raised for row in rows],
            ],
        )


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


def facts_of(
    found: Sequence[Changed], *, at: datetime, why: str, note: str = ""
) -> list[journal.Fact]:
    """Make the facts that levels changed, one a risk; of more than `MOST_FACTS` one for all."""
    if len(found) > MOST_FACTS:
        return [_fact("levels", at, _summary(found) | {"why": why, "note": note})]
    keys = [each.risk for each in found]
    objects = dict(Risk.objects.filter(pk__in=keys).values_list("pk", "city_object_id"))
    return [
        _fact(
            f"risk:{each.risk}",
            at,
            {
                "risk": each.risk,
                "city_object": objects.get(each.risk),
                "before": each.before,
                "why": why,
                "severity": each.current,
                "residual": each.residual,
            },
        )
        for each in found
    ]


def _summary(found: Sequence[Changed]) -> dict[str, Any]:
    reached = Counter(str(each.current or 0) for each in found)
    keys = [each.risk for each in found]
    return {"risks": len(found), "first": min(keys), "last": max(keys), "reached": dict(reached)}


def _fact(subject: str, at: datetime, data: dict[str, Any]) -> journal.Fact:
    return journal.Fact("assess.level.changed", subject, data, at, "assess")


def take_turns() -> None:
    """Wait, to the end of this transaction, for others that write levels of many risks."""
    with connection.cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(%s)", [TOGETHER])


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
