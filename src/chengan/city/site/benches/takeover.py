"""Kills a node of a NATS cluster, or a worker, under load, again and again; counts what is lost.

Three NATS servers keep the log three times, three workers share its three partitions. A sender for
each partition publishes `wells` (50) readings ten times a second; `acknowledged` are those that the
log said are kept. After each of `kills` (50) a partition has been taken over once a reading sent
after the kill is committed; `worst_s` is the slowest of all. Lost and doubled as in `kill`.
"""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from chengan.city.site.measuring import city, cluster, devices
from chengan.city.site.measuring.machine import busy_s

PARTITIONS, WORKERS = 3, 3
SENDERS, SOURCES = (0, 1, 3), 4
"""Sources of these numbers lie in the partitions 0, 1 and 2; wells go round all four."""
EVERY_S, ACK_S = 0.1, 1.0
PATIENCE_S, RECOVERY_S = 60.0, 60.0
DANGER_EVERY = 20
"""Every so many rounds a sender's next well has its one danger."""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Kill `kills` (50) times, `pause` (2) seconds after each recovery; `seed` fixes the choice."""
    kills, pause = int(options.get("kills", 50)), float(options.get("pause", 2))
    wells = int(options.get("wells", 50))
    chance = random.Random(int(options.get("seed", 1)))  # noqa: S311 - choices, not secrets
    progress(0.0, "starting a cluster and a city")
    with cluster.Cluster() as nodes:
        wanted = nodes.environment | {"CHENGAN_PARTITIONS": str(PARTITIONS)}
        with city.throwaway(wanted) as place:
            from chengan.city.site.measuring import ground

            ground.lay(wells * SOURCES, datetime.now(UTC), sources=SOURCES)
            ground.wait_in_force()
            workers = Workers(place)
            senders = Senders(nodes.url, wells)
            try:
                senders.start()
                begun, busy = time.monotonic(), busy_s()
                took = _kill(place, nodes, workers, senders, kills, pause, chance, progress)
                cores = (busy_s() - busy) / (time.monotonic() - begun)
            finally:
                senders.stop()
            progress(1.0, "counting")
            try:
                figures = _account(senders)
            finally:
                workers.close()
    return {
        "kills": len(took),
        **figures,
        "worst_s": round(max(took), 1),
        "median_s": round(sorted(took)[len(took) // 2], 1),
        "busy_cores": round(cores, 2),
    }


class Workers:
    """One runner is the city's own; the others are started here, and again after each kill."""

    def __init__(self, place: city.City) -> None:
        self.place = place
        self.extra = [self._start() for _ in range(WORKERS - 1)]

    def _start(self) -> "subprocess.Popen[bytes]":
        words = ["-m", "chengan", "worker", "runner", "--data", str(self.place.data)]
        with (self.place.data / "log" / "extra.log").open("ab") as out:
            return subprocess.Popen([sys.executable, *words], stdout=out, stderr=out)

    def kill(self, number: int) -> None:
        """Kill a worker; whoever looks after it starts it again."""
        if number < len(self.extra):
            self.extra[number].kill()
            self.extra[number].wait()
            self.extra[number] = self._start()
            return
        line = self.place.status().get("runner", {})
        if line.get("alive"):
            os.kill(int(str(line["pid"])), signal.SIGKILL)

    def close(self) -> None:
        """End those that were started here."""
        for each in self.extra:
            cluster.end(each)


class Senders:
    """A sender for each partition; each sends a round again until the log has it."""

    def __init__(self, url: str, wells: int) -> None:
        self.url, self.wells = url, wells
        self.over = threading.Event()
        self.pool = ThreadPoolExecutor(PARTITIONS)
        self.kept: list[tuple[str, int]] = []
        self.dangers: set[str] = set()
        self.newest: dict[int, tuple[float, int]] = {}
        self.marks: dict[int, int] = {}
        self.since = 0.0

    def start(self) -> None:
        """Begin to send."""
        self.work = [self.pool.submit(self._send, number) for number in SENDERS]

    def stop(self) -> None:
        """Finish the rounds under way; raises whatever stopped a sender before its time."""
        self.over.set()
        self.pool.shutdown()
        for each in self.work:
            each.result()

    def mark(self, moment: float) -> None:
        """From now on remember, for each partition, the first message sent after `moment`."""
        self.marks.clear()
        self.since = moment

    def _send(self, number: int) -> None:
        from chengan.city.hub import api as hub
        from chengan.city.site.measuring import ground

        door = hub.Door(self.url, patience_s=ACK_S)
        source = ground.source_key(number)
        partition = hub.partition_of(source, PARTITIONS)
        for turn in itertools.count():
            begun = time.monotonic()
            readings = self._round(number, turn)
            message = hub.Message(
                source, "http", "csv", devices.as_csv(readings), readings[0][1],
                name=f"takeover-{number}-{turn}",
            )  # fmt: skip
            while True:
                try:
                    seq = door.send(message)
                    break
                except hub.LogUnreachable:
                    time.sleep(EVERY_S)
            self.kept += [(key, at) for key, at, _value in readings]
            if begun > self.since:
                self.marks.setdefault(partition, seq)
            if self.over.wait(EVERY_S):
                break
        door.close()

    def _round(self, number: int, turn: int) -> list[devices.Reading]:
        from chengan.city.site.measuring.ground import CALM, DANGER

        at = time.time_ns() // 1_000_000 * 1000
        names = [f"w{well}" for well in range(number, self.wells * SOURCES, SOURCES)]
        danger, is_due = divmod(turn, DANGER_EVERY)
        chosen = names[danger] if not is_due and danger < len(names) else ""
        self.dangers |= {chosen} - {""}
        return [(name, at, DANGER if name == chosen else CALM) for name in names]


def _kill(
    place: city.City,
    nodes: cluster.Cluster,
    workers: Workers,
    senders: Senders,
    kills: int,
    pause: float,
    chance: random.Random,
    progress: Callable[..., None],
) -> list[float]:
    took = []
    for number in range(kills):
        time.sleep(pause * chance.uniform(0.5, 1.5))
        nodes.wait_healthy(RECOVERY_S)
        place.wait_whole(RECOVERY_S)
        victim = chance.randrange(cluster.NODES + WORKERS)
        moment = time.monotonic()
        senders.mark(moment)
        if victim < cluster.NODES:
            nodes.nodes[victim].kill()
        else:
            workers.kill(victim - cluster.NODES)
        took.append(_taken_over(senders, moment))
        if victim < cluster.NODES:
            nodes.nodes[victim].start()
        what = f"node {victim}" if victim < cluster.NODES else f"worker {victim - cluster.NODES}"
        progress((number + 1) / kills, f"{what}: {took[-1]:.1f} s")
    return took


def _taken_over(senders: Senders, moment: float) -> float:
    """Seconds until each partition has committed a message that was sent after `moment`."""
    from chengan.city.sense import api as sense

    while time.monotonic() < moment + PATIENCE_S:
        come = sense.committed()
        marks = dict(senders.marks)
        if len(marks) == PARTITIONS and all(come.get(p, 0) >= seq for p, seq in marks.items()):
            return time.monotonic() - moment
        time.sleep(0.05)
    return PATIENCE_S


def _account(senders: Senders) -> dict[str, Any]:
    """Hold what was acknowledged against the history, the counters and the alarms."""
    from chengan.city.site.measuring import caught_up, ledger

    acknowledged = set(senders.kept)
    caught_up.wait_stored(len(acknowledged), PATIENCE_S)
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
        "chain_faults": ledger.chain_faults(),
    }
