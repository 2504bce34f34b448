"""How long an alarm takes from the runner's fact to the queue, at 1,000 alarms a minute.

Each well begins its one danger in its turn; a second thread looks at the alarms fifty times a
second and notes when each first stands there.
"""

import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chengan.city.site.measuring import city

LOOK_S = 0.02
PATIENCE_S = 60.0


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """State `alarms` (1000) facts within `seconds` (60); 95th percentile to the queue."""
    count, seconds = int(options.get("alarms", 1000)), float(options.get("seconds", 60))
    progress(0.0, "starting a city")
    with city.throwaway():
        from chengan.city.journal import api as journal
        from chengan.city.site.measuring import bursts, ground

        ground.lay(count, datetime.now(UTC))
        looking = Looking()
        looking.start()
        stated: dict[int, float] = {}
        begin = time.perf_counter()
        for turn, stream in enumerate(bursts.streams()):
            time.sleep(max(0.0, begin + turn * seconds / count - time.perf_counter()))
            journal.append([bursts.began(stream)])
            stated[stream] = time.perf_counter()
            progress(turn / count, f"{turn}")
        took_s = time.perf_counter() - begin
        looking.finish(count)
    times = [looking.seen[each] - at for each, at in stated.items() if each in looking.seen]
    return {
        "alarms_per_min": round(60 * count / took_s),
        "alarms": len(times),
        "missing": count - len(times),
        "p95_s": round(statistics.quantiles(times, n=20, method="inclusive")[-1], 3),
        "median_s": round(statistics.median(times), 3),
        "worst_s": round(max(times), 3),
    }


class Looking:
    """Notes when the alarm of each datastream first stands in the queue."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self.seen: dict[int, float] = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self.thread.start()

    def finish(self, count: int) -> None:
        """Look until `count` are seen, or patience ends."""
        end = time.monotonic() + PATIENCE_S
        while len(self.seen) < count and time.monotonic() < end:
            time.sleep(LOOK_S)
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        from django.db import connection

        from chengan.city.site.measuring import bursts

        last = 0
        while not self.over.wait(LOOK_S):
            for number, stream in bursts.newer(last):
                self.seen.setdefault(stream, time.perf_counter())
                last = number
        connection.close()
