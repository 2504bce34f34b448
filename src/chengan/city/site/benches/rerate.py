"""How long it takes to re-rate `objects` (1,000,000) risks after a method change.

`core_s`: the arrays alone. `database_s`: the product's own re-rating, batch by batch, on tables of
the same shape and indexes that only this session sees; the city's own are not touched.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection

from chengan.city.assess import api as assess
from chengan.core.risk import product

OBJECTS = 1_000_000
TABLES = ("assess_rating", "assess_raise", "assess_levelchange", "assess_rerating", "assess_method",
          "assess_risk", "assess_assessment", "assess_reviewdue", "journal_entry",
          "journal_head")  # fmt: skip
FILL = """
insert into assess_rating (risk_id, method_code, method_version, f1, f2, f3, r1, r2, r3, score,
    inherent, residual, current, is_raised, is_open, owner_path, area_path, sector, h3_7, h3_8,
    h3_9, h3_10, weight, loss)
select n, 'lec', 1, l[1 + n %% 7], e[1 + n %% 6], c[1 + n / 7 %% 6], l[1 + n / 2 %% 7],
    e[1 + n %% 6], c[1 + n / 7 %% 6], 0, 2, 2, 2, false, true, '/1/' || n %% 50 || '/',
    '/1/' || n %% 6 || '/', 'gas', n %% 100, n %% 1000, n %% 10000, n %% 60000, 1, 1
from generate_series(1, %s) n, (select array[0.1, 0.2, 0.5, 1, 3, 6, 10]::float8[] l,
    array[0.5, 1, 2, 3, 6, 10]::float8[] e, array[1, 3, 7, 15, 40, 100]::float8[] c) scale
"""
FILL_AROUND = (
    """insert into assess_risk (id, city_object_id, hazard_code, sector, name_zh, name_en,
        accident_zh, accident_en, place_note, description, lon, lat, status, found_by,
        found_at, close_reason, is_sample)
    select n, n, 'gas-underground-space', 'gas', '风险', '', '', '', '', '', 100, 30, 'in_force',
        '', now(), '', false from generate_series(1, %s) n""",
    """insert into assess_assessment (risk_id, method_id, inputs, result, receipt, note, status,
        author, written_at, reviewer, approver, approved_at, return_reason)
    select n, 1, '{}', '{}', '{}', '', 'approved', 'a', now(), 'b', 'c', now(), ''
        from generate_series(1, %s) n""",
    """insert into assess_reviewdue (kind, risk_id, due_at)
    select 'review', n, now() + interval '1 year' from generate_series(1, %s) n""",
)
"""Every risk has an approved assessment and its next review."""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Measure the core, then the whole way through the database."""
    count = int(options.get("objects", OBJECTS))
    method = assess.Method.objects.get(code="lec", retired_at=None)
    core_s = _core(method, count)
    progress(0.05, f"core {core_s:.2f} s")
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"create temporary table {table} (like public.{table} including all)")
        try:
            found = _database(method, count, progress)
        finally:
            for table in TABLES:
                cursor.execute(f"drop table pg_temp.{table}")
    return {"objects": count, "core_s": round(core_s, 3), **found}


def _core(method: assess.Method, count: int) -> float:
    rng = np.random.default_rng(1)
    scales = (product.LEC_LIKELIHOOD, product.LEC_EXPOSURE, product.LEC_CONSEQUENCE)
    before, after = (
        np.column_stack([rng.choice(np.asarray(scale), count) for scale in scales])
        for _state in range(2)
    )
    begin = time.perf_counter()
    assess.rate_many(method.kind, method.definition, before, after)
    return time.perf_counter() - begin


def _database(method: assess.Method, count: int, progress: Callable[..., None]) -> dict[str, Any]:
    at = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("insert into assess_method select * from public.assess_method")
        cursor.execute("insert into journal_head values (1, 0, ''::bytea)")
        cursor.execute("alter table pg_temp.assess_rating set (fillfactor = 50)")  # as the city's
        for query in (FILL, *FILL_AROUND):
            cursor.execute(query, [count])
        for table in ("rating", "risk", "assessment", "reviewdue"):
            cursor.execute(f"analyze pg_temp.assess_{table}")
    asked = assess.Rerating.objects.create(method=method, expected=count, asked_at=at)
    progress(0.3, "filled")
    begin = time.perf_counter()
    done = assess.run_rerating(rerating_id=asked.pk, at=at)
    took = time.perf_counter() - begin
    if done is None or done.done != count:
        raise AssertionError(f"{done and done.done} of {count} were rated")
    progress(1.0, f"{took:.1f} s")
    return {"database_s": round(took, 1), "changed": done.changed}
