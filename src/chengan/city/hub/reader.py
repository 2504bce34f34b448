"""Reads the log in order from a sequence number, without leaving a message out."""

import logging
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chengan.city.hub import log
from chengan.city.hub.errors import LogUnreachable
from chengan.city.hub.thread import LoopThread

said = logging.getLogger(__name__)
PATIENCE_S = 15.0


@dataclass(frozen=True)
class Taken:
    """A message with its place in the log, and how many stand behind it."""

    seq: int
    behind: int
    message: log.Message


class Reader:
    """Pulls one partition's messages after `seq`; the reader's owner keeps the cursor."""

    def __init__(self, url: str, *, seq: int, partition: int = 0) -> None:
        self.url, self.seq, self.partition = url, seq, partition
        self.thread = LoopThread("reader")
        self.client: Client | None = None
        self.road: JetStreamContext.PullSubscription | None = None
        self.expected = 1

    def open(self) -> None:
        """Connect and begin behind `seq`.

        Raises
        ------
        LogUnreachable
        """
        self.thread.wait(self._open(), PATIENCE_S)

    def fetch(self, most: int, wait_s: float) -> list[Taken]:
        """Give up to `most` next messages, waiting at most `wait_s` for the first.

        Raises
        ------
        LogUnreachable
            If the log went away, or a message between two is missing: open a new reader.
        """
        found = self.thread.wait(self._fetch(most, wait_s), wait_s + PATIENCE_S)
        for one in found:
            if one.metadata.sequence.consumer != self.expected:
                raise LogUnreachable("a message is missing: begin again from the cursor")
            self.expected += 1
        return [_taken(one) for one in found]

    def close(self) -> None:
        """Leave the log."""
        if self.client:
            try:
                self.thread.wait(self.client.close(), PATIENCE_S)
            except LogUnreachable:
                self.client = None
        self.thread.close()

    async def _open(self) -> None:
        self.client = await log.connect(self.url, connect_timeout=3)
        js = self.client.jetstream()
        await log.ensure_stream(js)
        last = (await js.stream_info(log.STREAM)).state.last_seq
        if last < self.seq:
            said.warning("the log ends at %s, before the cursor %s: it is new", last, self.seq)
            self.seq = 0
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.seq + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30,
            description=log.reader_mark(self.partition),
        )
        subject = f"readings.{self.partition}.>"
        self.road = await js.pull_subscribe(subject, stream=log.STREAM, config=config)

    async def _fetch(self, most: int, wait_s: float) -> list[Msg]:
        if self.road is None:
            raise LogUnreachable("the reader is not open")
        try:
            return await self.road.fetch(most, timeout=wait_s)
        except TimeoutError:
            await self.road.consumer_info()
            return []


def _taken(one: Msg) -> Taken:
    at = round(one.metadata.timestamp.timestamp() * 1e6)
    message = log.opened(one.subject, one.headers, one.data, at)
    return Taken(one.metadata.sequence.stream, one.metadata.num_pending or 0, message)
