"""A way into the log for code that is not asynchronous: the web's views, commands, the replay."""

import threading
import time

from django.conf import settings
from nats.aio.client import Client
from nats.js import JetStreamContext

from chengan.city.hub import log
from chengan.city.hub.errors import LogUnreachable, TooFarBehind
from chengan.city.hub.thread import LoopThread

PATIENCE_S = 15.0
ASK_S = 1.0
MOST_BEHIND = 1000  # messages: at 6 MB each, a third of what the log keeps


class Door:
    """One connection to the log; safe to use from several threads."""

    def __init__(self, url: str, *, patience_s: float = PATIENCE_S) -> None:
        """`patience_s`: how long to wait for each acknowledgement."""
        self.url, self.patience_s = url, patience_s
        self.thread = LoopThread("door")
        self.client: Client | None = None
        self.lock = threading.Lock()
        self.behind, self.asked = 0, -ASK_S

    def send(self, message: log.Message) -> int:
        """Put a message into the log; give its sequence number once it is durable.

        Raises
        ------
        LogUnreachable
            If the log does not acknowledge in time: the message may be sent again.
        """
        with self.lock:
            return self.thread.wait(self._send(message), self.patience_s)

    def check_room(self) -> None:
        """Refuse when too many messages wait to be read; asks the log at most once in ASK_S.

        Raises
        ------
        TooFarBehind, LogUnreachable
        """
        with self.lock:
            if time.monotonic() - self.asked >= ASK_S:
                self.behind = self.thread.wait(self._behind(), PATIENCE_S)
                self.asked = time.monotonic()
        if self.behind > MOST_BEHIND:
            raise TooFarBehind(f"{self.behind} messages wait; at most {MOST_BEHIND}: try later")

    def close(self) -> None:
        """Leave the log."""
        if self.client:
            try:
                self.thread.wait(self.client.close(), PATIENCE_S)
            except LogUnreachable:
                self.client = None
        self.thread.close()

    async def _send(self, message: log.Message) -> int:
        return await log.publish(await self._log(), message)

    async def _behind(self) -> int:
        return await log.behind(await self._log())

    async def _log(self) -> JetStreamContext:
        if self.client is None:
            client = await log.connect(self.url, connect_timeout=3)
            await log.ensure_stream(client.jetstream())
            self.client = client
        return self.client.jetstream()


_doors: dict[str, Door] = {}


def shared() -> Door:
    """The process's own door."""
    if settings.NATS_URL not in _doors:
        _doors[settings.NATS_URL] = Door(settings.NATS_URL)
    return _doors[settings.NATS_URL]
