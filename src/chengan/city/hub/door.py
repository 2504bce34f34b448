"""A way into the log for code that is not asynchronous: the web's views, commands, the replay."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from django.conf import settings
from nats.aio.client import Client
from nats.errors import Error as NatsError

from chengan.city.hub import log
from chengan.city.hub.errors import LogUnreachable

Result = TypeVar("Result")
PATIENCE_S = 15.0


class Door:
    """One connection to the log on a thread of its own; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.loop = asyncio.new_event_loop()
        self.client: Client | None = None
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.loop.run_forever, name="log", daemon=True)
        self.thread.start()

    def send(self, message: log.Message) -> int:
        """Put a message into the log; give its sequence number once it is durable.

        Raises
        ------
        LogUnreachable
            If the log does not acknowledge in time: the message may be sent again.
        """
        with self.lock:
            return self._wait(self._send(message))

    def close(self) -> None:
        """Leave the log."""
        if self.client:
            self._wait(self.client.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)
        if not self.thread.is_alive():
            self.loop.close()

    async def _send(self, message: log.Message) -> int:
        if self.client is None:
            client = await log.connect(self.url, connect_timeout=3)
            await log.ensure_stream(client.jetstream())
            self.client = client
        return await log.publish(self.client.jetstream(), message)

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(PATIENCE_S)
        except (NatsError, TimeoutError, OSError) as error:
            future.cancel()
            raise LogUnreachable(f"the log does not answer ({error!r}): try again") from error


_doors: dict[str, Door] = {}


def shared() -> Door:
    """The process's own door."""
    if settings.NATS_URL not in _doors:
        _doors[settings.NATS_URL] = Door(settings.NATS_URL)
    return _doors[settings.NATS_URL]
