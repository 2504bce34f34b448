"""Kills runner, database, NATS and web with SIGKILL while devices send; counts what is lost.

Two devices send all the while, by HTTP and by MQTT with QoS 1. `acknowledged` are the readings
they got a receipt for. Lost: acknowledged and not in the history, or a danger without its alarm.
Doubled: counted as stored more often than it is in the history, or an alarm too many.
"""

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from chengan.city.site.measuring import city, devices

TARGETS = ("runner", "postgres", "nats", "web")
HTTP_STREAMS, MQTT_STREAMS = 100, 100
EVERY_S = 0.2
RECOVERY_S, PATIENCE_S = 120.0, 45.0
DANGER_EVERY = 5
"""Every fifth round of readings holds the next well's one danger."""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Kill `kills` (100) times, `pause` (3) seconds apart; `seed` fixes the moments."""
    kills, pause = int(options.get("kills", 100)), float(options.get("pause", 3))
    chance = random.Random(int(options.get("seed", 1)))  # noqa: S311 - moments, not secrets
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import ground

        ground.lay(HTTP_STREAMS + MQTT_STREAMS, datetime.now(UTC))
        ground.wait_in_force()
        senders = Senders(place)
        senders.start()
        try:
            done = _kill(place, kills, pause, chance, progress)
            place.wait_whole(RECOVERY_S)
        finally:
            senders.stop()
        progress(1.0, "counting")
        return {"kills": done, **_account(senders)}


def _kill(
    place: city.City, kills: int, pause: float, chance: random.Random, progress: Callable[..., None]
) -> int:
    done = 0
    for target in itertools.islice(itertools.cycle(TARGETS), kills):
        time.sleep(pause * chance.uniform(0.5, 1.5))
        line = _running(place, target)
        os.kill(int(str(line["pid"])), signal.SIGKILL)
        done += 1
        progress(done / kills, target)
    return done


def _running(place: city.City, target: str) -> dict[str, object]:
    """Wait until `target` runs again after its last kill; give its line of the status."""
    end = time.monotonic() + RECOVERY_S
    while time.monotonic() < end:
        line = place.status().get(target, {})
        if line.get("alive") and line.get("state") == "running":
            return line
        time.sleep(0.05)
    raise TimeoutError(f"{target} did not come back within {RECOVERY_S:.0f} s")


class Senders:
    """Both devices, each in a thread; a round is one reading of each of its wells."""

    def __init__(self, place: city.City) -> None:
        """Get their credentials from the city."""
        from chengan.city.site.measuring import ground

        now = datetime.now(UTC)
        environment = os.environ
        self.http = devices.HttpDevice(place.url, ".".join(ground.credential("http", now)))
        self.mqtt = devices.MqttDevice(
            environment["CHENGAN_MQTT_HOST"],
            int(environment["CHENGAN_MQTT_PORT"]),
            *ground.credential("mqtt", now),
        )
        self.over = threading.Event()
        self.by_http: list[devices.Reading] = []
        self.dangers: set[str] = set()
        self.pool = ThreadPoolExecutor(2)
        self.work: list[Future[None]] = []

    def start(self) -> None:
        """Begin to send."""
        self.work = [self.pool.submit(self._http), self.pool.submit(self._mqtt)]

    def stop(self) -> None:
        """Finish the round each is in, and wait for the last acknowledgements.

        Raises whatever stopped a device before its time.
        """
        self.over.set()
        self.pool.shutdown()
        for device in self.work:
            device.result()
        self.unacknowledged = self.mqtt.finish(PATIENCE_S)

    def acknowledged(self) -> set[tuple[str, int]]:
        """Return key and time of every reading that somebody got a receipt for."""
        return {(key, at) for key, at, _value in [*self.by_http, *self.mqtt.acknowledged]}

    def _round(self, number: int, first: int, count: int) -> list[devices.Reading]:
        from chengan.city.site.measuring.ground import CALM, DANGER

        at = time.time_ns() // 1_000_000 * 1000
        turn, is_turn = divmod(number, DANGER_EVERY)
        danger = first + turn if not is_turn and turn < count else -1
        return [
            (f"w{well}", at, DANGER if well == danger else CALM)
            for well in range(first, first + count)
        ]

    def _http(self) -> None:
        for number in itertools.count():
            readings = self._round(number, 0, HTTP_STREAMS)
            while not self.http.post(devices.as_csv(readings), "text/csv"):
                pass
            self.by_http += readings
            self._note(readings)
            if self.over.wait(EVERY_S):
                return

    def _mqtt(self) -> None:
        for number in itertools.count():
            readings = self._round(number, HTTP_STREAMS, MQTT_STREAMS)
            for reading in readings:
                self.mqtt.publish(reading)
            self._note(readings)
            if self.over.wait(EVERY_S * 5):
                return

    def _note(self, readings: list[devices.Reading]) -> None:
        from chengan.city.site.measuring.ground import DANGER

        self.dangers |= {key for key, _at, value in readings if value == DANGER}


def _account(senders: Senders) -> dict[str, Any]:
    """Hold what was acknowledged against the history, the counters and the alarms."""
    from chengan.city.site.measuring import caught_up, ledger

    acknowledged = senders.acknowledged()
    counters = caught_up.wait_stored(len(acknowledged), PATIENCE_S)
    stored = ledger.stored()
    alarms = ledger.alarms(len(senders.dangers), PATIENCE_S)
    lost = len(acknowledged - stored) + len(senders.dangers - set(alarms))
    doubled = max(0, caught_up.counted()["stored"] - len(stored))
    doubled += sum(count - 1 for count in alarms.values()) + len(set(alarms) - senders.dangers)
    return {
        "acknowledged": len(acknowledged),
        "lost": lost,
        "doubled": doubled,
        "alarms": len(alarms),
        "sent_again": counters["duplicate"],
        "never_acknowledged": senders.unacknowledged,
        "chain_faults": ledger.chain_faults(),
    }
