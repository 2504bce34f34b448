"""How long a duty officer's list and counts take while `open` alarms wait (100,000 unless told).

The alarms lie in a temporary table of the same shape and indexes, in this session only: the city's
own are neither touched nor needed. They hang on the city's own objects, so that scope is real.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from chengan.city.site.errors import NotRunning
from chengan.city.warn import api as warn

OPEN = 100_000
FILL = """
insert into warn_alarm (id, number, category, cause, city_object_id, datastream_id, rule,
    owner_path, area_path, severity, worst_severity, is_active, count, first_at, last_at,
    raised_at, status, judged_by, dismiss_reason, judge_note, assigned_to, is_sample)
select gen_random_uuid(), n, 'safety', 'high', object_id, stream_id, 'bench/1', owner, area,
    1 + n %% 5, 1 + n %% 5, true, 1, now(), now(), now(), 'open', '', '', '', '', true
from generate_series(1, %s) as n join (
    select row_number() over () - 1 as turn, count(*) over () as turns, o.id as object_id,
        d.id as stream_id, g.path as owner, coalesce(a.path, '') as area
    from sense_datastream d join sense_thing t on t.id = d.thing_id
    join places_cityobject o on o.id = t.city_object_id
    join places_organisation g on g.id = o.owner_id left join places_area a on a.id = o.area_id
) as place on place.turn = n %% place.turns
"""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Ask `times` (50) times as `user` (the first who sees any alarm); 95th percentile."""
    count, times = int(options.get("open", OPEN)), int(options.get("times", 50))
    with connection.cursor() as cursor:
        cursor.execute("create temporary table warn_alarm (like public.warn_alarm including all)")
        try:
            cursor.execute(FILL, [count])
            cursor.execute("analyze pg_temp.warn_alarm")
            user = _officer(options.get("user", ""))
            took = [_once(user, turn, times, progress) for turn in range(times)]
            seen = sum(warn.counts(user).values())
        finally:
            cursor.execute("drop table pg_temp.warn_alarm")
    return {
        "open": count,
        "p95_ms": round(1000 * statistics.quantiles(took, n=20, method="inclusive")[-1], 1),
        "median_ms": round(1000 * statistics.median(took), 1),
        "user": user.get_username(),
        "seen": seen,
    }


def _officer(username: str) -> Any:
    accounts = get_user_model().objects.filter(is_active=True).order_by("pk")
    if username:
        accounts = accounts.filter(username=username)
    for account in accounts:
        if warn.counts(account):
            return account
    raise NotRunning("nobody here sees an alarm · 没有可见报警的账号")


def _once(user: Any, turn: int, times: int, progress: Callable[..., None]) -> float:
    begin = time.perf_counter()
    page = warn.queue(user, {"status": "open"})
    warn.counts(user)
    took = time.perf_counter() - begin
    if not page.alarms:
        raise AssertionError("the list is empty")
    progress((turn + 1) / times, f"{took:.3f} s")
    return took
