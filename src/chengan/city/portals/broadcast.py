"""One listener of the database for all open pages of a web process.

What is passed on says only that something changed; each page then asks for what its user may see.
A page that is slow misses nothing: news it has not taken yet is one piece of news. A page that was
away names the point it had reached, and hears at once when the city has gone on since.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from chengan.city.journal import api as journal

log = logging.getLogger(__name__)
AGAIN_S = 1.0


class Broadcast:
    """Passes the notifications of one channel on to every subscriber of this event loop."""

    def __init__(self, channel: str) -> None:
        """Nothing is connected before the first subscriber comes."""
        self.channel = channel
        self.subscribers: set[asyncio.Event] = set()
        self.task: asyncio.Task[None] | None = None
        self.point = ""
        """Where the city stood at the last news; empty before the first."""

    @contextlib.asynccontextmanager
    async def subscribed(self) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set at each piece of news; who takes it clears it."""
        mine = asyncio.Event()
        self.subscribers.add(mine)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._listen())
        try:
            yield mine
        finally:
            self.subscribers.discard(mine)
            if not self.subscribers and self.task is not None:
                self.task.cancel()
                self.task = None

    def tell(self) -> None:
        """Tell every subscriber."""
        for each in self.subscribers:
            each.set()

    def audience(self, _topic: str = "") -> int:
        """How many hear the same news: pages take turns to fetch what changed."""
        return len(self.subscribers)

    def hear(self, _payload: str) -> None:
        """Take one piece of news."""
        self.tell()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    place(), autocommit=True, application_name=f"chengan {self.channel}"
                ) as listening:
                    await listening.execute(f"listen {self.channel}")
                    await self._read_point(listening)
                    self.tell()  # news may have come while nobody listened
                    while True:
                        news = [each async for each in listening.notifies(stop_after=1)]
                        await self._read_point(listening)
                        for each in news:
                            self.hear(each.payload)
            except psycopg.OperationalError as error:
                log.warning("listening again: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def _read_point(self, listening: psycopg.AsyncConnection) -> None:
        answer = await listening.execute(journal.POINT)
        row = await answer.fetchone()
        self.point = str(row[0]) if row else ""


class Topics(Broadcast):
    """As `Broadcast`; a subscriber hears only of its topic, which the news names."""

    def __init__(self, channel: str) -> None:
        """Nothing is connected before the first subscriber comes."""
        super().__init__(channel)
        self.of_topic: dict[str, set[asyncio.Event]] = {}

    @contextlib.asynccontextmanager
    async def subscribed_to(self, topic: str) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set at each piece of news of `topic`."""
        async with self.subscribed() as mine:
            self.of_topic.setdefault(topic, set()).add(mine)
            try:
                yield mine
            finally:
                self.of_topic[topic].discard(mine)
                if not self.of_topic[topic]:
                    del self.of_topic[topic]

    def audience(self, topic: str = "") -> int:
        """How many hear the news of `topic`."""
        return len(self.of_topic.get(topic, ()))

    def hear(self, payload: str) -> None:
        """Tell those who subscribed to the topic."""
        for each in self.of_topic.get(payload, ()):
            each.set()


def place() -> str:
    """Where the database is, as a connection string."""
    found = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    given = {ours: found[theirs] for ours, theirs in names.items() if found[theirs]}
    return make_conninfo(**given, port=found["PORT"] or 5432)


ALARMS = Broadcast("alarms")
INCIDENTS = Topics("incidents")
