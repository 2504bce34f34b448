"""Ten thousand alarms of one cause within ten seconds: one event, and a page that answers?

The wells hang on one network; the runner's facts are stated at an even pace. Meanwhile the queue's
page is asked for again and again by HTTP, signed in, until the last alarm is there.
"""

import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chengan.city.site.measuring import city

PIECE = 100
PATIENCE_S = 600.0


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """State `alarms` (10000) facts within `seconds` (10); 95th percentile of the page."""
    count, seconds = int(options.get("alarms", 10_000)), float(options.get("seconds", 10))
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import bursts, ground, screen
        from chengan.city.warn import api as warn

        ground.lay(count, datetime.now(UTC))
        bursts.one_network()
        window = screen.Screen(place.url, ground.OFFICER, ground.PASSWORD)
        calm = [_ask(window) for _turn in range(10)]
        facts = threading.Thread(target=_state, args=(bursts.streams(), seconds), daemon=True)
        begin = time.perf_counter()
        facts.start()
        took = []
        while (have := bursts.alarmed()) < count and time.perf_counter() - begin < PATIENCE_S:
            took.append(_ask(window))
            progress(have / count, f"{have}")
            time.sleep(0.05)
        raised_s = time.perf_counter() - begin
        facts.join()
        took += [_ask(window) for _turn in range(20)]
        groups = warn.AlarmGroup.objects.filter(status="open")
        found = {"alarms": bursts.alarmed(), "events": groups.count(),
                 "in_event": sum(groups.values_list("count", flat=True))}  # fmt: skip
    return found | {
        "page_p95_ms": round(1000 * statistics.quantiles(took, n=20, method="inclusive")[-1], 1),
        "page_median_ms": round(1000 * statistics.median(took), 1),
        "calm_ms": round(1000 * statistics.median(calm), 1),
        "raised_s": round(raised_s, 1),
    }


def _state(streams: list[int], seconds: float) -> None:
    from django.db import connection

    from chengan.city.journal import api as journal
    from chengan.city.site.measuring import bursts

    begin = time.perf_counter()
    for first in range(0, len(streams), PIECE):
        due = begin + seconds * first / len(streams)
        time.sleep(max(0.0, due - time.perf_counter()))
        journal.append([bursts.began(each) for each in streams[first : first + PIECE]])
    connection.close()


def _ask(window: Any) -> float:
    begin = time.perf_counter()
    window.page("/warn/?status=open")
    return time.perf_counter() - begin
