"""How long from publishing a danger by MQTT until it stands in an open duty room's queue.

A city of its own is started. While another source sends `rate` readings a second by HTTP, one well
after the other breaches its limit by a single MQTT reading with QoS 1.
"""

import os
import random
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from chengan.city.site.benches.ingest import KIND, body_of
from chengan.city.site.measuring import city, devices, screen

NAME = re.compile(r"well-\d+")
STREAMS = 1000
PATIENCE_S = 30.0
BODY_S = 0.5


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Breach `alarms` (100) limits, `pause` (0.5) s apart, beside `rate` (50,000) readings/s."""
    alarms, rate = int(options.get("alarms", 100)), int(options.get("rate", 50_000))
    pause = float(options.get("pause", 0.5))
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import ground

        now = datetime.now(UTC)
        ground.lay(STREAMS + alarms, now)
        ground.wait_in_force()
        load = Load(place.url, ".".join(ground.credential("http", now)), rate)
        device = _mqtt(*ground.credential("mqtt", now))
        page = screen.Screen(place.url, ground.OFFICER, ground.PASSWORD)
        page.watch(NAME)
        load.start()
        try:
            sent = _breach(device, alarms, pause, ground.DANGER, progress)
            _wait(page, len(sent))
        finally:
            load.stop()
            device.finish(1.0)
            page.close()
    took = np.array([page.seen[name] - at for name, at in sent.items() if name in page.seen])
    return {
        "p50_ms": _ms(took, 50),
        "p99_ms": _ms(took, 99),
        "at_readings_per_s": round(load.sent / load.took),
        "alarms": len(sent),
        "never_seen": len(sent) - len(took),
    }


def _ms(took: "np.ndarray", percent: int) -> int | None:
    return round(1000 * float(np.percentile(took, percent))) if len(took) else None


def _mqtt(username: str, secret: str) -> devices.MqttDevice:
    host, port = os.environ["CHENGAN_MQTT_HOST"], int(os.environ["CHENGAN_MQTT_PORT"])
    device = devices.MqttDevice(host, port, username, secret)
    return device


def _breach(
    device: devices.MqttDevice,
    alarms: int,
    pause: float,
    danger: float,
    progress: Callable[..., None],
) -> dict[str, float]:
    """Publish one danger a well; when each was published."""
    chance, sent = random.Random(1), {}  # noqa: S311 - moments, not secrets
    for number in range(STREAMS, STREAMS + alarms):
        time.sleep(pause * chance.uniform(0.5, 1.5))
        sent[f"well-{number}"] = time.perf_counter()
        device.publish((f"w{number}", time.time_ns() // 1000, danger))
        progress((number - STREAMS + 1) / alarms, f"{number - STREAMS + 1} alarms")
    return sent


def _wait(page: screen.Screen, count: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while len(page.seen) < count and time.monotonic() < end:
        time.sleep(0.1)


class Load:
    """Readings of calm wells at a steady rate, by HTTP."""

    def __init__(self, url: str, token: str, rate: int) -> None:
        """`rate` is in readings a second."""
        self.device, self.rate = devices.HttpDevice(url, token), rate
        self.sent, self.took = 0, 1e-9
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._send)

    def start(self) -> None:
        """Begin to send."""
        self.thread.start()

    def stop(self) -> None:
        """Finish the body under way."""
        self.over.set()
        self.thread.join()

    def _send(self) -> None:
        count = int(self.rate * BODY_S)
        if not count:
            return
        begin, at = time.perf_counter(), time.time_ns() // 1000 - 3_600_000_000
        while not self.over.is_set():
            self.device.post(body_of(STREAMS, count, at), KIND)
            self.sent += count
            at += (count // STREAMS + 1) * 1000
            self.over.wait(max(0.0, begin + self.sent / self.rate - time.perf_counter()))
            self.took = time.perf_counter() - begin
