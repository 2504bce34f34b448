"""The four-colour map's layers: sums by cell or area, as columns; from finished answers if any.

A user of the whole city gets the layer that the worker has made. Anybody else's is made from the
same sums for their ground, and from the few risks that they see for another reason (their firm's,
their duties'); it is kept until the sums change.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import h3
import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet, Subquery, Sum
from django.utils import timezone

from chengan.city.assess.models import CellCount, Layer
from chengan.city.places import api as places
from chengan.core.arrays import FloatArray
from chengan.core.risk import aggregate
from chengan.core.risk.bands import NO_DATA, Bands

CELLS: Final = ("h3_7", "h3_8", "h3_9", "h3_10")
AREAS: Final = ("grid", "street", "district")
SCHEMES: Final = (*CELLS, *AREAS)
SUMS: Final = (
    "n2",
    "n3",
    "n4",
    "n5",
    "w2",
    "w3",
    "w4",
    "w5",
    "loss",
    "objects_seen",
    "objects_all",
    "u2",
    "u3",
    "u4",
    "u5",
    "losses",
)
EVERYTHING: Final = "*"
MICRO: Final = 1e6
Rows = dict[int, list[float]]

RISKS_NOW: Final = """select k.city_object_id, r.current, r.residual, r.weight, r.loss,
    r.owner_path, r.area_path, r.h3_7, r.h3_8, r.h3_9, r.h3_10 from assess_rating r
    join assess_risk k on k.id = r.risk_id where r.is_open"""
RISKS_THEN: Final = """select k.city_object_id, c.current, c.residual, r.weight, r.loss,
    r.owner_path, r.area_path, r.h3_7, r.h3_8, r.h3_9, r.h3_10
    from (select distinct on (risk_id) risk_id, current, residual, why from assess_levelchange
          where at < %(end)s order by risk_id, at desc, id desc) c
    join assess_rating r on r.risk_id = c.risk_id join assess_risk k on k.id = c.risk_id
    where c.why <> 'closed'"""
OBJECTS: Final = """select o.id as city_object_id, g.path as owner_path,
    coalesce(a.path, '') as area_path, o.h3_7, o.h3_8, o.h3_9, o.h3_10
    from places_cityobject o left join places_area a on a.id = o.area_id
    join places_organisation g on g.id = o.owner_id where o.retired_at is null"""
SUMMED: Final = """with risk as ({risks}), part as (
    select {key} as key, area_path, count(*) filter (where current = 2) as n2,
        count(*) filter (where current = 3) as n3, count(*) filter (where current = 4) as n4,
        count(*) filter (where current = 5) as n5, sum(weight) filter (where current = 2) as w2,
        sum(weight) filter (where current = 3) as w3, sum(weight) filter (where current = 4) as w4,
        sum(weight) filter (where current = 5) as w5,
        sum(loss) filter (where current is not null) as loss, 0 as objects_seen, 0 as objects_all,
        count(*) filter (where current = 2 and weight is null) as u2,
        count(*) filter (where current = 3 and weight is null) as u3,
        count(*) filter (where current = 4 and weight is null) as u4,
        count(*) filter (where current = 5 and weight is null) as u5,
        count(loss) filter (where current is not null) as losses
    from risk group by 1, 2
    union all
    select key, area_path, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0, 0, 0, 0, 0 from (
        select distinct {key} as key, area_path, city_object_id from risk
        where residual is not null) seen group by 1, 2
    union all
    select {key}, area_path, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0, 0, 0, 0
    from ({objects}) object group by 1, 2)
    select key, area_path, sum(n2)::int, sum(n3)::int, sum(n4)::int, sum(n5)::int,
        coalesce(sum(w2), 0), coalesce(sum(w3), 0), coalesce(sum(w4), 0), coalesce(sum(w5), 0),
        coalesce(sum(loss), 0), sum(objects_seen)::int, sum(objects_all)::int,
        sum(u2)::int, sum(u3)::int, sum(u4)::int, sum(u5)::int, sum(losses)::int
    from part group by 1, 2"""


def end_of(day: date) -> datetime:
    """Give the moment at which a day of the city ends."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def days() -> list[date]:
    """Days of which there are sums, oldest first."""
    return list(CellCount.objects.order_by("day").values_list("day", flat=True).distinct())


def body(user: places.Somebody, scheme: str, day: date, at: datetime) -> bytes:
    """Give a layer as zlib-compressed JSON columns, as far as `user` may see."""
    reach = places.scope(user, places.Permission.VIEW_RISKS)
    ground = EVERYTHING if reach.everything else _digest(reach)
    rows = Layer.objects.filter(day=day, scheme=scheme)
    whole = rows.filter(area_path=EVERYTHING).values_list("built_at", flat=True)
    kept = rows.filter(area_path=ground).annotate(sums_at=Subquery(whole[:1])).first()
    if kept is not None and kept.sums_at in {None, kept.built_at}:
        return bytes(kept.body)
    sums_at = whole.first()
    # Named for the sums that it was made of: kept after they were built anew, it is not served.
    made = make(scheme, summed(scheme, day, reach, at), day, at)
    Layer.objects.bulk_create(
        [Layer(day=day, scheme=scheme, area_path=ground, body=made, built_at=sums_at or at)],
        update_conflicts=True,
        unique_fields=["day", "scheme", "area_path"],
        update_fields=["body", "built_at"],
    )
    return made


def _digest(reach: places.Scope) -> str:
    return hashlib.sha256(repr(reach).encode()).hexdigest()[:40]


def summed(scheme: str, day: date, reach: places.Scope, at: datetime) -> Rows:
    """Give the sums by key that a scope sees: SUMS by cell, or by the area's id."""
    ground = CellCount.objects.filter(day=day, scheme=_base(scheme))
    if not reach.everything:
        inside = Q(pk__in=[])
        for path in reach.area_paths:
            inside |= Q(area_path__startswith=path)
        ground = ground.filter(inside)
    if reach.everything and scheme in CELLS:
        return _by_cell(ground)
    lines = list(ground.values_list("key", "area_path", *SUMS))
    if not reach.everything:
        lines += _beyond(scheme, day, reach, at)
    return _rolled_up(scheme, lines)


def _by_cell(ground: QuerySet[CellCount]) -> Rows:
    """Add up in the database: a cell on a border has one row an area."""
    rows = ground.values("key").annotate(**{f"all_{name}": Sum(name) for name in SUMS})
    wanted = ("key", *(f"all_{name}" for name in SUMS))
    return {key: list(map(float, sums)) for key, *sums in rows.values_list(*wanted)}


def _base(scheme: str) -> str:
    return scheme if scheme in CELLS else "grid"


def _rolled_up(scheme: str, lines: Iterable[tuple[Any, ...]]) -> Rows:
    found: Rows = {}
    tier = {} if scheme in CELLS else _tiers(scheme)
    for key, path, *sums in lines:
        place = (
            key
            if scheme in CELLS
            else next((t for p, t in tier.items() if path.startswith(p)), None)
        )
        if place is None:
            continue
        kept = found.setdefault(place, [0.0] * len(SUMS))
        for n, value in enumerate(sums):
            kept[n] += value
    return found


def _tiers(scheme: str) -> dict[str, int]:
    rows = places.Area.objects.filter(kind=scheme, retired_at=None).values_list("path", "id")
    return dict(rows)


def _beyond(scheme: str, day: date, reach: places.Scope, at: datetime) -> list[tuple[Any, ...]]:
    """Sums of what is seen outside the areas: by owner, by duty."""
    conditions, values = [], {}
    for n, path in enumerate(reach.owner_paths):
        conditions.append(f"owner_path like %(owner{n})s")
        values[f"owner{n}"] = f"{path}%"
    if reach.object_ids:
        conditions.append("city_object_id = any(%(objects)s)")
        values["objects"] = list(reach.object_ids)  # type: ignore[assignment]
    if not conditions:
        return []
    outside = ""
    for n, path in enumerate(reach.area_paths):
        outside += f" and area_path not like %(area{n})s"
        values[f"area{n}"] = f"{path}%"
    where = f"where ({' or '.join(conditions)}){outside}"
    return sums_of(scheme, day, at, where=where, values=values)


def sums_of(
    scheme: str, day: date, at: datetime, *, where: str = "", values: dict[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """Sum risks and objects by cell (or area) and area path: rows of key, path, SUMS.

    A day before that of `at` is summed from the changes of level up to its end.

    Only fixed texts are put into the query; what a user gives is a parameter.
    """
    objects = f"select * from ({OBJECTS}) o {where}"  # noqa: S608
    query = summing(scheme, risks_of(day, at, where), objects)
    with connection.cursor() as cursor:
        cursor.execute(query, {"end": end_of(day), **(values or {})})
        return list(cursor.fetchall())


def risks_of(day: date, at: datetime, where: str = "") -> str:
    """Give the query of a day's risks: as they are, or as they were at its end."""
    found = RISKS_NOW if day >= timezone.localdate(at) else RISKS_THEN
    return f"select * from ({found}) r {where}"  # noqa: S608


def summing(scheme: str, risks: str, objects: str) -> str:
    """Give the query of key, path and SUMS by cell (or area) from queries of risks and objects."""
    base = _base(scheme)
    key = base if base in CELLS else "0::bigint"
    return SUMMED.format(key=key, risks=risks, objects=objects)


def make(scheme: str, sums: Rows, day: date, at: datetime) -> bytes:
    """Give columns as compressed JSON: sums, the level under each rule, outlines."""
    keys = sorted(sums)
    table = np.array([sums[key] for key in keys], dtype=np.float64).reshape(-1, len(SUMS))
    counts, losses = table[:, :4].astype(np.int64), table[:, 15].astype(np.int64)
    parts = aggregate.Sums(counts, _weights(table), table[:, 8])
    worst = aggregate.levels(parts, "worst")
    is_unknown = (losses == 0) & (worst != aggregate.RED)
    loss_level = aggregate.levels(parts, "loss", _loss_bands())
    columns: dict[str, Any] = {
        "scheme": scheme,
        "day": day.isoformat(),
        "built_at": at.isoformat(),
        "worst": worst.tolist(),
        "area": aggregate.levels(parts, "area").tolist(),
        "loss_level": np.where(is_unknown, NO_DATA, loss_level).tolist(),
        "losses": losses.tolist(),
        "counts": counts.tolist(),
        "loss": np.round(table[:, 8], 3).tolist(),
        "seen": table[:, 9].astype(np.int64).tolist(),
        "all": table[:, 10].astype(np.int64).tolist(),
        **(_cells(keys) if scheme in CELLS else _areas(keys)),
    }
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 6, wbits=31)


def _weights(table: FloatArray) -> FloatArray:
    """Areas by level; a risk whose area is unknown stands for the mean of its cell's others."""
    counts, areas, unknown = table[:, :4], table[:, 4:8], table[:, 11:15]
    known = (counts - unknown).sum(axis=1, keepdims=True)
    mean = areas.sum(axis=1, keepdims=True) / np.where(known > 0, known, 1.0)
    return np.asarray(areas + unknown * mean, dtype=np.float64)


def _loss_bands() -> Bands:
    from chengan.city.assess.models import Method

    found = Method.objects.filter(code="register", retired_at=None).first()
    edges = found.definition["loss_edges"] if found else (1, 10, 100)
    return Bands(tuple(map(float, edges)), (2, 3, 4, 5))


def _cells(keys: list[int]) -> dict[str, Any]:
    """Names, centres and rings: corners relative to the centre in millionths of a degree."""
    names, lons, lats, rings = [], [], [], []
    for key in keys:
        name = h3.int_to_str(key)
        lat, lon = h3.cell_to_latlng(name)
        ring = [
            (round((x - lon) * MICRO), round((y - lat) * MICRO))
            for y, x in h3.cell_to_boundary(name)
        ]
        names.append(name)
        lons.append(round(lon, 6))
        lats.append(round(lat, 6))
        rings.append([figure for corner in ring for figure in corner])
    return {"key": names, "lon": lons, "lat": lats, "ring": rings}


def _areas(keys: list[int]) -> dict[str, Any]:
    rows = places.Area.objects.in_bulk(keys)
    found = [rows[key] for key in keys]
    return {
        "key": [each.code for each in found],
        "name_zh": [each.name_zh for each in found],
        "name_en": [each.name_en or each.name_zh for each in found],
        "geometry": [each.geometry for each in found],
    }
