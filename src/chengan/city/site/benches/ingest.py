"""How many readings a second a whole city takes: published, logged, stored, judged, counted.

A city of its own is started, with `bridges` (137) of 46 sensors at 100 Hz whose gateways send a
body a second each by HTTP, as fast as the city takes them, for `minutes` (1); beside them `devices`
(0) more datastreams. The clock runs until the last reading is counted as stored. In the same run
the roads for single readings by MQTT and for SenML are measured for `seconds` (10) each.
`cores` says what each part took of the machine, the publisher too; `others` is what everybody
else took meanwhile: with a machine of its own the city would have had that as well.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chengan.city.site.measuring import city, roads
from chengan.city.site.measuring.gateways import Plan
from chengan.city.site.measuring.machine import Meter
from chengan.city.site.measuring.publisher import Publisher

BRIDGES, SENSORS, HERTZ = 137, 46, 100
PATIENCE_S = 60.0
AHEAD_S = 2.0
"""So many seconds' readings may wait in the log: what is measured is storing, not piling up."""
LEAST_AHEAD = 500_000
HOUR_US = 3_600_000_000
LOOK_S = 0.1
SETTLED = 0.1
"""Memory counts from this share of the run on: caches and pools have filled by then."""
PARTS = ("runner", "web", "nats", "postgres", "warn", "bridge")


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Measure the batched road, then the two others."""
    bridges, devices = int(options.get("bridges", BRIDGES)), int(options.get("devices", 0))
    minutes, seconds = float(options.get("minutes", 1)), float(options.get("seconds", 10))
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import ground

        ground.lay(bridges * SENSORS + max(devices, roads.STREAMS), datetime.now(UTC))
        ground.wait_in_force()
        token = ".".join(ground.credential("http", datetime.now(UTC)))
        plan = Plan(place.url, token, bridges, SENSORS, HERTZ, time.time_ns() // 1000 - HOUR_US)
        figures = batched(place, plan, minutes, progress)
        first = bridges * SENSORS
        progress(0.9, "mqtt")
        figures["mqtt_single_per_s"] = roads.mqtt(first, seconds)
        progress(0.95, "senml")
        figures["senml_per_s"] = roads.senml(place.url, token, first, seconds)
    return figures


def batched(
    place: city.City, plan: Plan, minutes: float, progress: Callable[..., None]
) -> dict[str, Any]:
    """Send for `minutes` as fast as it is stored; figures of throughput, memory and cores."""
    from chengan.city.site.measuring import caught_up

    with Publisher(plan) as publisher:
        meter = Meter(parts(place) | {"publisher": publisher.pid})
        begin, stored = time.perf_counter(), 0
        memory_start: dict[str, float] = {}
        load = os.getloadavg()[0]
        while (passed := time.perf_counter() - begin) < minutes * 60:
            ahead = max(LEAST_AHEAD, int(AHEAD_S * stored / max(passed, 1.0)))
            sent = publisher.allow(stored + ahead)
            stored = caught_up.counted()["stored"]
            if not memory_start and passed > SETTLED * minutes * 60:
                memory_start = meter.memory_mib()
            progress(0.9 * passed / minutes / 60, f"{stored:,}")
            time.sleep(LOOK_S)
        memory = meter.memory_mib()
        sent = publisher.allow(0)
        counters = caught_up.wait_stored(sent, PATIENCE_S)
        took, taken = time.perf_counter() - begin, meter.taken()
    per_s = counters["stored"] / took
    return {
        "readings_per_s": round(per_s),
        "minutes": round(took / 60, 2),
        "rss_mib_start": round(sum(memory_start.values())),
        "rss_mib_end": round(sum(memory.values())),
        "sent": sent,
        "streams": plan.gateways * plan.sensors,
        **counters,
        "cores": taken.parts,
        "others": taken.others,
        "per_core": round(per_s / taken.ours) if taken.ours else None,
        "memory_start": memory_start,
        "memory_end": memory,
        "load": round(load, 1),
    }


def parts(place: city.City) -> dict[str, int]:
    """The city's processes by name."""
    lines = place.status()
    return {name: int(str(lines[name]["pid"])) for name in PARTS if name in lines}
