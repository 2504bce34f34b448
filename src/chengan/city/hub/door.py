"""A way into the log for code that is not asynchronous: the web's views, commands, the replay."""

import threading

from django.conf import settings
from nats.aio.client import Client

from chengan.city.hub import log
from chengan.city.hub.errors import LogUnreachable
from chengan.city.hub.thread import LoopThread

PATIENCE_S = 15.0


class Door:
    """One connection to the log; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.thread = LoopThread("door")
        self.client: Client | None = None
        self.lock = threading.Lock()

    def send(self, message: log.Message) -> int:
        """Put a message into the log; give its sequence number once it is durable.

        Raises
        ------
        LogUnreachable
            If the log does not acknowledge in time: the message may be sent again.
        """
        with self.lock:
            return self.thread.wait(self._send(message), PATIENCE_S)

    def close(self) -> None:
        """Leave the log."""
        if self.client:
            try:
                self.thread.wait(self.client.close(), PATIENCE_S)
            except LogUnreachable:
                self.client = None
        self.thread.close()

    async def _send(self, message: log.Message) -> int:
        if self.client is None:
            client = await log.connect(self.url, connect_timeout=3)
            await log.ensure_stream(client.jetstream())
            self.client = client
        return await log.publish(self.client.jetstream(), message)


_doors: dict[str, Door] = {}


def shared() -> Door:
    """The process's own door."""
    if settings.NATS_URL not in _doors:
        _doors[settings.NATS_URL] = Door(settings.NATS_URL)
    return _doors[settings.NATS_URL]
