"""Server time of the four-colour map's layers while `objects` (1,000,000) risks are registered.

The sums and finished layers lie in tables of the same shape that only this session sees; each
answer is made by the product's own view, for an account that sees the whole city.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import h3
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from chengan.city.assess import api as assess
from chengan.city.places import api as places
from chengan.city.site.errors import NotRunning

OBJECTS = 1_000_000
TABLES = ("assess_rating", "assess_risk", "assess_levelchange", "assess_cellcount", "assess_layer",
          "places_cityobject")  # fmt: skip
LON, LAT, SPAN = 116.2, 39.8, 0.4
SCHEMES = ("h3_7", "h3_8", "h3_9", "h3_10", "grid", "street", "district")
FILL_OBJECTS = """
insert into places_cityobject (id, namespace, external_id, kind_id, owner_id, area_id, geometry,
    datum_given, lon, lat, h3_7, h3_8, h3_9, h3_10, attributes, name_zh, name_en, is_sample)
select n, 'bench', n, kind, owner, area, '{}', 'wgs84', 0, 0, c.h7, c.h8, c.h9, c.h10, '{}', '', '',
    true from generate_series(1, %s) n join bench_cell c on c.id = n %% %s,
    (select min(id) kind from places_objectkind) k,
    (select min(id) owner from places_organisation) g,
    (select min(id) area from places_area) a
"""
FILL_RISKS = """
insert into assess_risk (id, city_object_id, hazard_code, sector, name_zh, name_en, accident_zh,
    accident_en, place_note, description, lon, lat, status, found_by, found_at, close_reason,
    is_sample) select id, id, 'x', 'gas', '', '', '', '', '', '', 0, 0, 'in_force', '', now(), '',
    true from places_cityobject where id % 10 > 0
"""
FILL_RATINGS = """
insert into assess_rating (risk_id, method_code, method_version, inherent, residual, current,
    is_raised, is_open, owner_path, area_path, sector, h3_7, h3_8, h3_9, h3_10, weight, loss)
select o.id, 'lec', 1, 5, 2 + o.id % 3, case when o.id % 997 = 0 then 5 else 2 + o.id % 3 end,
    false, true, '/1/', a.path, 'gas', h3_7, h3_8, h3_9, h3_10, 1, 1 from places_cityobject o
    join places_area a on a.id = o.area_id where o.id % 10 > 0
"""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Ask for every scheme `times` (40) times; 95th percentile over all, and the build's time.

    `span` (0.4) degrees is the side of the square in which the objects lie.
    """
    count, times = int(options.get("objects", OBJECTS)), int(options.get("times", 40))
    span = float(options.get("span", SPAN))
    user = _leader()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"create temporary table {table} (like public.{table} including all)")
        try:
            cells = _fill(cursor, count, span)
            progress(0.3, f"filled, {cells} cells")
            at = datetime.now(UTC)
            begin = time.perf_counter()
            assess.rebuild(timezone.localdate(at), at)
            built = time.perf_counter() - begin
            progress(0.6, f"built in {built:.1f} s")
            took, size = _ask(user, times, progress)
        finally:
            cursor.execute("drop table if exists pg_temp.bench_cell")
            for table in TABLES:
                cursor.execute(f"drop table pg_temp.{table}")
    return {
        "objects": count,
        "p95_ms": round(1000 * statistics.quantiles(took, n=20, method="inclusive")[-1], 1),
        "median_ms": round(1000 * statistics.median(took), 2),
        "largest_kb": round(size / 1000),
        "cells": cells,
        "build_s": round(built, 1),
    }


def _leader() -> Any:
    for account in get_user_model().objects.filter(is_active=True).order_by("pk"):
        if places.scope(account, places.Permission.VIEW_RISKS).everything:
            return account
    raise NotRunning("no account sees the whole city's risks · 没有可见全市风险的账号")


def _fill(cursor: Any, count: int, span: float) -> int:
    """Put objects into the cells of a square; one in ten has no risk, one in 997 is red."""
    corner = [(LAT, LON), (LAT, LON + span), (LAT + span, LON + span), (LAT + span, LON)]
    cells = sorted(h3.h3shape_to_cells(h3.LatLngPoly(corner), 10))
    cursor.execute("create temporary table bench_cell (id int primary key, h7 bigint, h8 bigint,"
                   " h9 bigint, h10 bigint)")  # fmt: skip
    with cursor.cursor.copy("copy bench_cell from stdin") as copy:
        for n, cell in enumerate(cells):
            above = [h3.cell_to_parent(cell, level) for level in (7, 8, 9)]
            copy.write_row((n, *map(h3.str_to_int, [*above, cell])))
    cursor.execute(FILL_OBJECTS, [count, len(cells)])
    cursor.execute(FILL_RISKS)
    cursor.execute(FILL_RATINGS)
    for table in TABLES:
        cursor.execute(f"analyze pg_temp.{table}")
    return len(cells)


def _ask(user: Any, times: int, progress: Callable[..., None]) -> tuple[list[float], int]:
    from django.urls import resolve

    took, largest = [], 0
    for turn in range(times):
        for scheme in SCHEMES:
            address = f"/assess/layers/{scheme}.json"
            request, found = RequestFactory().get(address), resolve(address)
            request.user = user
            begin = time.perf_counter()
            answer = found.func(request, *found.args, **found.kwargs)
            took.append(time.perf_counter() - begin)
            if answer.status_code != 200:
                raise AssertionError(f"{address}: {answer.status_code}")
            largest = max(largest, len(answer.content))
        progress(0.6 + 0.4 * (turn + 1) / times, f"{1000 * took[-1]:.1f} ms")
    return took, largest
