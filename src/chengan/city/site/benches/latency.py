"""How long from publishing a danger by MQTT until it stands in an open duty room's queue.

A city of its own is started. While bridges' gateways send `rate` readings a second by HTTP, half a
whole city's, one well after the other breaches its limit by a single MQTT reading with QoS 1. The
first alarm is sent as soon as the city is up.
"""

import os
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from chengan.city.site.benches.ingest import BRIDGES, HERTZ, HOUR_US, SENSORS, parts
from chengan.city.site.measuring import city, devices, screen
from chengan.city.site.measuring.gateways import Plan
from chengan.city.site.measuring.machine import Meter
from chengan.city.site.measuring.publisher import Publisher

NAME = re.compile(r"well-\d+")
PATIENCE_S = 30.0
RATE = 325_000
ENDLESS = 1 << 40


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Breach `alarms` (100) limits, `pause` (0.5) s apart, beside `rate` (325,000) readings/s."""
    alarms, rate = int(options.get("alarms", 100)), int(options.get("rate", RATE))
    pause, bridges = float(options.get("pause", 0.5)), int(options.get("bridges", BRIDGES))
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import caught_up, ground

        now = datetime.now(UTC)
        first = bridges * SENSORS
        ground.lay(first + alarms, now)
        ground.wait_in_force()
        token = ".".join(ground.credential("http", now))
        plan = Plan(place.url, token, bridges, SENSORS, HERTZ, _hour_ago(), rate or 1)
        device = _mqtt(*ground.credential("mqtt", now))
        page = screen.Screen(place.url, ground.OFFICER, ground.PASSWORD)
        page.watch(NAME)
        with Publisher(plan) as publisher:
            meter = Meter(parts(place) | {"publisher": publisher.pid})
            begin = time.perf_counter()
            publisher.allow(ENDLESS)
            try:
                sent = _breach(device, first, alarms, pause, ground.DANGER, progress)
                loaded, stored = publisher.allow(0), caught_up.counted()["stored"]
                took_s, taken = time.perf_counter() - begin, meter.taken()
                _wait(page, len(sent))
            finally:
                device.finish(1.0)
                page.close()
    took = np.array([page.seen[name] - at for name, at in sent.items() if name in page.seen])
    return {
        "p50_ms": _ms(took, 50),
        "p99_ms": _ms(took, 99),
        "at_readings_per_s": round(loaded / took_s),
        "stored_per_s": round(stored / took_s),
        "first_ms": _ms(took[:1], 50),
        "alarms": len(sent),
        "never_seen": len(sent) - len(took),
        "cores": taken.parts,
        "others": taken.others,
    }


def _hour_ago() -> int:
    return time.time_ns() // 1000 - HOUR_US


def _ms(took: "np.ndarray", percent: int) -> int | None:
    return round(1000 * float(np.percentile(took, percent))) if len(took) else None


def _mqtt(username: str, secret: str) -> devices.MqttDevice:
    host, port = os.environ["CHENGAN_MQTT_HOST"], int(os.environ["CHENGAN_MQTT_PORT"])
    device = devices.MqttDevice(host, port, username, secret)
    return device


def _breach(
    device: devices.MqttDevice,
    first: int,
    alarms: int,
    pause: float,
    danger: float,
    progress: Callable[..., None],
) -> dict[str, float]:
    """Publish one danger a well; when each was published."""
    chance, sent = random.Random(1), {}  # noqa: S311 - moments, not secrets
    for number in range(first, first + alarms):
        time.sleep(pause * chance.uniform(0.5, 1.5))
        sent[f"well-{number}"] = time.perf_counter()
        device.publish((f"w{number}", time.time_ns() // 1000, danger))
        progress((number - first + 1) / alarms, f"{number - first + 1} alarms")
    return sent


def _wait(page: screen.Screen, count: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while len(page.seen) < count and time.monotonic() < end:
        time.sleep(0.1)
