"""How long it takes to read the newest reading of `rows` datastreams (85,000 unless told).

The rows live in a temporary table of the same shape, in this session only: the city's own
readings are neither touched nor needed.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from chengan.city.sense import api as sense

ROWS = 85_000
FILL = """
insert into sense_latest (datastream_id, time, value, arrival, severity, faults)
select n, 1700000000000000 + n, n / 7.0, 1700000000000000 + n, n %% 6, 0
from generate_series(1, %s) as n
"""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Read all newest readings `times` times; seconds, median and worst."""
    rows, times = int(options.get("rows", ROWS)), int(options.get("times", 20))
    with connection.cursor() as cursor:
        cursor.execute("create temporary table sense_latest (like public.sense_latest)")
        try:
            cursor.execute(FILL, [rows])
            took = [_once(rows, turn, times, progress) for turn in range(times)]
        finally:
            cursor.execute("drop table pg_temp.sense_latest")
    return {"rows": rows, "median_s": statistics.median(took), "worst_s": max(took)}


def _once(rows: int, turn: int, times: int, progress: Callable[..., None]) -> float:
    begin = time.perf_counter()
    found = len(sense.latest_all())
    took = time.perf_counter() - begin
    if found != rows:
        raise AssertionError(f"{found} of {rows} newest readings came back")
    progress((turn + 1) / times, f"{took:.3f} s")
    return took
