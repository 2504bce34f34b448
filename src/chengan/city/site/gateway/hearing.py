"""The roads in: an MQTT broker at hand, lines by HTTP, lines of another program.

Nothing is acknowledged before the spool has it: a broker keeps what it was not told to forget, and
an HTTP client gets 202, or 507 when there is no room.
"""

import logging
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, TextIO

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from chengan.city.site.gateway.lines import of_line, of_message
from chengan.city.site.gateway.spool import Full, Spool

log = logging.getLogger(__name__)
GATHER_S: Final = 0.02
MOST_TOGETHER: Final = 5000
AGAIN_S: Final = 1.0
LARGEST_BODY: Final = 4 << 20


class Broker:
    """Listens to all topics below `prefix` of a broker; the rest of a topic is the key."""

    def __init__(
        self, spool: Spool, host: str, port: int, prefix: str, account: tuple[str, str] | None
    ) -> None:
        """Connect in the background, and again after each break; `account` is name and password."""
        self.spool, self.prefix = spool, prefix.strip("/")
        self.heard: queue.Queue[mqtt.MQTTMessage] = queue.Queue(4 * MOST_TOGETHER)
        self.over = threading.Event()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"chengan-gateway-{spool.name[:12]}",
            clean_session=False,
            manual_ack=True,
        )
        if account:
            self.client.username_pw_set(*account)
        self.client.reconnect_delay_set(1, 10)
        self.client.on_connect = self._connected
        self.client.on_message = self._came
        self.client.connect_async(host, port)
        self.client.loop_start()
        self.writer = threading.Thread(target=self._write, name="gateway-broker")
        self.writer.start()

    def _connected(self, client: mqtt.Client, *_rest: object) -> None:
        client.subscribe(f"{self.prefix}/#" if self.prefix else "#", qos=1)

    def _came(self, _client: object, _user: object, message: mqtt.MQTTMessage) -> None:
        self.heard.put(message)

    def _write(self) -> None:
        while not self.over.is_set():
            try:
                found = [self.heard.get(timeout=0.5)]
            except queue.Empty:
                continue
            self.over.wait(GATHER_S)
            while len(found) < MOST_TOGETHER and not self.heard.empty():
                found.append(self.heard.get_nowait())
            self._keep(found)

    def _keep(self, found: list[mqtt.MQTTMessage]) -> None:
        now = time.time()
        rows = [of_message(self._key(each.topic), bytes(each.payload), now) for each in found]
        while True:
            try:
                self.spool.put(rows)
                break
            except Full as error:
                log.warning("nothing more is taken from the broker: %s", error)
                if self.over.wait(AGAIN_S):
                    return
        for each in found:
            self.client.ack(each.mid, each.qos)

    def _key(self, topic: str) -> str:
        return topic.removeprefix(f"{self.prefix}/") if self.prefix else topic

    def close(self) -> None:
        """Leave the broker; what it was not told to forget it keeps."""
        self.over.set()
        self.writer.join()
        self.client.disconnect()
        self.client.loop_stop()


class Door:
    """Takes lines by HTTP: POST /readings answers 202 once they are on disk."""

    def __init__(self, spool: Spool, host: str, port: int) -> None:
        """Listen; `port` 0 takes any free one."""

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """Keep the body's lines."""
                size = int(self.headers.get("Content-Length") or 0)
                if self.path != "/readings" or not 0 < size <= LARGEST_BODY:
                    self._answer(404 if self.path != "/readings" else 413, "POST /readings")
                    return
                text = self.rfile.read(size).decode("utf-8", "replace")
                rows = [made for line in text.splitlines() if (made := of_line(line, time.time()))]
                try:
                    spool.put(rows)
                except Full as error:
                    self._answer(507, str(error))
                    return
                self._answer(202, str(len(rows)))

            def _answer(self, status: int, text: str) -> None:
                body = f"{text}\n".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing of each request."""

        self.server = ThreadingHTTPServer((host, port), Handler)
        self.port = int(self.server.server_address[1])
        self.thread = threading.Thread(target=self.server.serve_forever, name="gateway-door")
        self.thread.start()

    def close(self) -> None:
        """Listen no more."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def follow(spool: Spool, source: TextIO | None = None) -> None:
    """Keep the lines of `source` (what is piped in) to its end; waits while there is no room."""
    for line in source or sys.stdin:
        made = of_line(line, time.time())
        while made:
            try:
                spool.put([made])
                break
            except Full:
                time.sleep(AGAIN_S)
    spool.close_batch()
