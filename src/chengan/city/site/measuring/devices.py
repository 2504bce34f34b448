"""Devices that send to the bench's city and remember what was acknowledged to them."""

import http.client
import json
import queue
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

SOURCE = "bench"
AWAY = (urllib.error.URLError, OSError, http.client.HTTPException)
AGAIN_S = 0.2
WAIT_S = 10.0

Reading = tuple[str, int, float]
"""Key of the datastream, µs since 1970, value in ppm."""


@dataclass
class HttpDevice:
    """Posts bodies one after the other; each is sent again until it is acknowledged."""

    url: str
    token: str
    tries: int = field(default=0, init=False)

    def post(self, body: bytes, kind: str, *, give_up: Callable[[], bool] = lambda: False) -> bool:
        """Send `body` until it is acknowledged (True) or `give_up()` says so (False)."""
        request = urllib.request.Request(  # noqa: S310 - the bench's own city
            f"{self.url}/api/v1/sources/{SOURCE}/readings",
            data=body,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": kind},
        )
        while True:
            self.tries += 1
            try:
                with urllib.request.urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310
                    return bool(answer.status == 202)
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise
            except AWAY:
                pass
            if give_up():
                return False
            time.sleep(AGAIN_S)


def as_csv(readings: Iterable[Reading]) -> bytes:
    """Write readings as the body of text/csv; times to the microsecond."""
    lines = [f"{key},{at // 1_000_000}.{at % 1_000_000:06d},{v},ppm" for key, at, v in readings]
    return "\n".join(["datastream,time,value,unit", *lines]).encode()


class MqttDevice:
    """Publishes single readings with QoS 1; `acknowledged` holds those that got their PUBACK.

    The client's thread only queues receipts: it calls back with its own locks held.
    """

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        """Connect, and again after each break in the background; what waits is sent again."""
        self.acknowledged: list[Reading] = []
        self.waiting: dict[int, Reading] = {}
        self.receipts: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id="bench-device",
            protocol=mqtt.MQTTv311,
            clean_session=False,
        )
        self.client.username_pw_set(username, secret)
        self.client.reconnect_delay_set(1, 2)
        self.client.on_publish = self._published
        self.client.connect_async(host, port, keepalive=10)
        self.client.loop_start()
        end = time.monotonic() + WAIT_S
        while not self.client.is_connected() and time.monotonic() < end:
            time.sleep(0.05)

    def publish(self, reading: Reading) -> None:
        """Send one reading; it waits while the road is closed."""
        self.settle()
        key, at, value = reading
        body = json.dumps({"t": at / 1e6, "v": value, "u": "ppm"})
        sent = self.client.publish(f"chengan/{SOURCE}/{key}", body, qos=1)
        self.waiting[sent.mid] = reading

    def finish(self, patience_s: float) -> int:
        """Wait for the outstanding acknowledgements; return how many never came."""
        end = time.monotonic() + patience_s
        while self.settle() and time.monotonic() < end:
            time.sleep(0.1)
        self.client.disconnect()
        self.client.loop_stop()
        return len(self.waiting)

    def settle(self) -> int:
        """Note what was acknowledged since the last call; give how many still wait."""
        while not self.receipts.empty():
            self.acknowledged.append(self.waiting.pop(self.receipts.get()))
        return len(self.waiting)

    def _published(self, _client: object, _user: object, mid: int, *_rest: object) -> None:
        self.receipts.put(mid)
