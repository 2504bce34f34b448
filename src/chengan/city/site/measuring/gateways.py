"""Gateways that send at a city's full rate, in a process of their own.

Each bridge's gateway sends one Arrow body a second of its time: 46 sensors at 100 Hz. The values
wander like the strains of the sample recordings do, in steps of 0.01; no two bodies are alike.
`python -m chengan.city.site.measuring.gateways` reads how many bodies it may send in all from its
input, a number a line, and answers how many are acknowledged; to 0 once none is under way.
"""

import http.client
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa

from chengan.city.site.readings.files import as_arrow

KIND: Final = "application/vnd.apache.arrow.stream"
SECOND: Final = 1_000_000
STAMP: Final = pa.timestamp("us", "UTC")
CONNECTIONS: Final = 4
AGAIN_S: Final = 0.2
KINDS: Final = 32
"""So many different seconds of values there are; they are shifted from one body to the next."""


@dataclass(frozen=True)
class Plan:
    """What is sent where: `gateways` of `sensors` at `hertz`, from `begin_us` on, `rate` a second.

    Sensor n of gateway g is datastream w(first + g · sensors + n). A rate of 0 is as fast as the
    city takes it.
    """

    url: str
    token: str
    gateways: int
    sensors: int
    hertz: int
    begin_us: int
    rate: int = 0
    first: int = 0
    source: str = "bench"

    @property
    def body_rows(self) -> int:
        """Readings of one body."""
        return self.sensors * self.hertz


class Bodies:
    """Makes the bodies, in order of time: number n is second n // gateways of one gateway."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        chance = np.random.default_rng(1)
        shape = (KINDS, plan.sensors, plan.hertz)
        slow = np.cumsum(chance.normal(0.0, 0.05, shape), axis=2)
        level = chance.uniform(5.0, 15.0, (1, plan.sensors, 1))
        self.values = np.round(level + slow + chance.normal(0.0, 0.08, shape), 2)
        self.sensor = pa.array(np.repeat(np.arange(plan.sensors, dtype=np.int16), plan.hertz))
        self.offset = np.tile(np.arange(plan.hertz) * (SECOND // plan.hertz), plan.sensors)
        self.unit = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(plan.body_rows, np.int8)), pa.array(["ppm"])
        )
        self.names = [self._names(gateway) for gateway in range(plan.gateways)]

    def _names(self, gateway: int) -> pa.Array:
        first = self.plan.first + gateway * self.plan.sensors
        names = pa.array([f"w{first + n}" for n in range(self.plan.sensors)])
        return pa.DictionaryArray.from_arrays(self.sensor, names)

    def body(self, number: int) -> bytes:
        """The body of this number."""
        second, gateway = divmod(number, self.plan.gateways)
        value = np.roll(self.values[number % KINDS], number // KINDS % 97, axis=1)
        table = pa.table(
            {
                "datastream": self.names[gateway],
                "time": pa.array(self.plan.begin_us + second * SECOND + self.offset, STAMP),
                "value": value.ravel(),
                "unit": self.unit,
            }
        )
        return as_arrow(table)


class Senders:
    """Sends bodies over a few connections, each until it is acknowledged."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.bodies = plan, Bodies(plan)
        self.lock, self.next, self.sent, self.allowed = threading.Lock(), 0, 0, 0
        self.begun = time.perf_counter()
        self.over = threading.Event()

    def run(self) -> None:
        """Send until told that it is over; what it has said is sent is acknowledged."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            work = [pool.submit(self._send) for _ in range(CONNECTIONS)]
            for each in work:
                each.result()

    def _take(self) -> int | None:
        with self.lock:
            due = (time.perf_counter() - self.begun) * self.plan.rate / self.plan.body_rows
            if self.next >= self.allowed or (self.plan.rate and self.next > due):
                return None
            self.next += 1
            return self.next - 1

    def _send(self) -> None:
        where = urlsplit(self.plan.url)
        link = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        while not self.over.is_set():
            number = self._take()
            if number is None:
                self.over.wait(0.005)
                continue
            body = self.bodies.body(number)
            while not self._post(link, body):
                link.close()
                if self.over.wait(AGAIN_S):
                    return
            with self.lock:
                self.sent += 1

    def _post(self, link: http.client.HTTPConnection, body: bytes) -> bool:
        head = {"Authorization": f"Bearer {self.plan.token}", "Content-Type": KIND}
        try:
            link.request("POST", f"/api/v1/sources/{self.plan.source}/readings", body, head)
            answer = link.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        return answer.status == 202


def main() -> None:
    """Read the plan, then how many bodies may be sent; write how many are."""
    senders = Senders(Plan(**json.loads(sys.stdin.readline())))
    sys.stdout.write("0\n")
    sys.stdout.flush()
    thread = threading.Thread(target=senders.run)
    thread.start()
    for line in sys.stdin:
        senders.allowed = int(line)
        while not senders.allowed and senders.next > senders.sent:
            time.sleep(0.005)
        sys.stdout.write(f"{senders.sent}\n")
        sys.stdout.flush()
    senders.over.set()
    thread.join()


def spoken(plan: Plan) -> str:
    """The plan as the first line that `main` reads."""
    return json.dumps(asdict(plan))


if __name__ == "__main__":
    main()
