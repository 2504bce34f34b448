"""How long it takes to read the newest reading of `streams` datastreams (85,000 unless told).

The rows live in a temporary table of the same shape, in this session only: the city's own
readings are neither touched nor needed.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from chengan.city.sense import api as sense

STREAMS = 85_000
FILL = """
insert into sense_latest (datastream_id, time, value, arrival, severity, faults)
select n, 1700000000000000 + n, n / 7.0, 1700000000000000 + n, n %% 6, 0
from generate_series(1, %s) as n
"""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Read all newest readings `times` (20) times; `ms` is the median, beside it the worst."""
    streams, times = int(options.get("streams", STREAMS)), int(options.get("times", 20))
    with connection.cursor() as cursor:
        cursor.execute("create temporary table sense_latest (like public.sense_latest)")
        try:
            cursor.execute(FILL, [streams])
            took = [_once(streams, turn, times, progress) for turn in range(times)]
        finally:
            cursor.execute("drop table pg_temp.sense_latest")
    return {
        "streams": streams,
        "ms": round(1000 * statistics.median(took), 1),
        "worst_ms": round(1000 * max(took), 1),
    }


def _once(streams: int, turn: int, times: int, progress: Callable[..., None]) -> float:
    begin = time.perf_counter()
    found = len(sense.latest_all())
    took = time.perf_counter() - begin
    if found != streams:
        raise AssertionError(f"{found} of {streams} newest readings came back")
    progress((turn + 1) / times, f"{took:.3f} s")
    return took
