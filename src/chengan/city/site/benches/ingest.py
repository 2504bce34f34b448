"""How many readings a second the HTTP road takes until they are stored (`streams`, `minutes`).

A city of its own is started; Arrow bodies are sent one after the other, and the clock runs until
the last reading is counted as stored.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from chengan.city.site.measuring import city, devices
from chengan.city.site.readings import files

KIND = "application/vnd.apache.arrow.stream"
PATIENCE_S = 60.0
AHEAD = 1_000_000
"""How many readings may wait in the log: what is measured is storing, not piling up."""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Send for `minutes` (1) over `streams` (1000) in bodies of `body` (50,000) readings."""
    streams, body = int(options.get("streams", 1000)), int(options.get("body", 50_000))
    minutes = float(options.get("minutes", 1))
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import caught_up, ground

        ground.lay(streams, datetime.now(UTC))
        ground.wait_in_force()
        device = devices.HttpDevice(
            place.url, ".".join(ground.credential("http", datetime.now(UTC)))
        )
        begin, sent = time.perf_counter(), 0
        at = time.time_ns() // 1000 - 3_600_000_000
        while (passed := time.perf_counter() - begin) < minutes * 60:
            device.post(body_of(streams, body, at), KIND)
            sent, at = sent + body, at + body // streams * 1000
            caught_up.wait_stored(sent - AHEAD, PATIENCE_S)
            progress(passed / minutes / 60, f"{sent:,}")
        counters = caught_up.wait_stored(sent, PATIENCE_S)
        took = time.perf_counter() - begin
    return {
        "readings_per_s": round(counters["stored"] / took),
        "minutes": round(took / 60, 2),
        "sent": sent,
        "streams": streams,
        **counters,
    }


def body_of(streams: int, count: int, at: int) -> bytes:
    """Give `count` readings, every stream in turn, a millisecond apart, calm values."""
    turn, stream = np.divmod(np.arange(count), streams)
    table = pa.table(
        {
            "datastream": pa.array([f"w{n}" for n in range(streams)]).take(pa.array(stream)),
            "time": pa.array(at + turn * 1000, pa.timestamp("us", "UTC")),
            "value": pa.array(10.0 + stream % 7),
            "unit": pa.repeat(pa.scalar("ppm"), count),
        }
    )
    return files.as_arrow(table)
