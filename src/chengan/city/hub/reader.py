"""Reads a partition of the log in order, once it is this reader's turn, leaving nothing out.

What the worker before was given and did not commit is read again straight from the log, from the
cursor on; behind it goes what the partition's consumer brings. A gap in what it brings ends the
reading before anything behind the gap is given out: the next reader begins again from the cursor.
Gaps do come: JetStream counts a message that nobody acknowledges as given out before it sends it,
so one is passed over when the server that leads the consumer dies in between.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chengan.city.hub import log, turns
from chengan.city.hub.errors import LogUnreachable
from chengan.city.hub.thread import LoopThread

said = logging.getLogger(__name__)
PATIENCE_S = 15.0
ASK_AGAIN_S = turns.TURN_S / 3
LOOK_S, LOOKS = 0.5, 4
LATE_S = 0.3
"""An answer may come so long after its time; then the question is asked again."""
YIELD_S = 0.7
"""Who reads other partitions already waits so long for each before it takes one more."""
TROUBLE = {"423": "another worker has the turn", "503": "the log has no leader"}
GAP = "a message is missing: begin again from the cursor"
MOST_CAUGHT_UP = 256


@dataclass(frozen=True)
class Taken:
    """A message with its place in the log, and how many stand behind it."""

    seq: int
    behind: int
    message: log.Message


class Reader:
    """One partition's messages behind a cursor that the reader's owner keeps."""

    def __init__(self, url: str, *, partition: int = 0) -> None:
        self.url, self.partition = url, partition
        self.seq = 0
        self.thread = LoopThread("reader")
        self.client: Client | None = None
        self.keeper: asyncio.Task[None] | None = None
        self.found: asyncio.Queue[Msg] = asyncio.Queue()
        self.inbox, self.pin, self.trouble = "", "", ""
        self.expected, self.left, self.asked_until = 0, 0, 0.0
        self.asked_at = 0.0
        self.earlier: JetStreamContext.PullSubscription | None = None
        self.earlier_until, self.earlier_place, self.came_at = 0, 0, 0.0
        self.first: list[Msg] = []

    def open(self, *, after: int = 0) -> None:
        """Connect; the partition's consumer is made if there is none, to begin behind `after`.

        Raises
        ------
        LogUnreachable
        """
        self.thread.wait(self._open(after), PATIENCE_S)

    def wait_turn(self, is_over: Callable[[], bool], load: Callable[[], int] = lambda: 0) -> bool:
        """Wait until it is this reader's turn (True), or `is_over` (False).

        `load` says how many partitions are read by this process already.

        Raises
        ------
        LogUnreachable
        """
        while not is_over():
            if self.thread.wait(self._try_turn(load), PATIENCE_S):
                return True
            time.sleep(LOOK_S)
        return False

    def begin(self, seq: int) -> None:
        """Begin behind the cursor `seq`; errors as `open`."""
        self.thread.wait(self._begin(seq), PATIENCE_S)

    def fetch(self, most: int, wait_s: float) -> list[Taken]:
        """Give up to `most` next messages, waiting at most `wait_s` for the first.

        Raises
        ------
        LogUnreachable
            If the log went away, a message between two is missing, or the turn is another's: open
            a new reader.
        """
        found = self.thread.wait(self._fetch(most, wait_s), wait_s + PATIENCE_S)
        taken = [_taken(one) for one in found if one.metadata.sequence.stream > self.seq]
        if taken:
            self.seq = taken[-1].seq
        return [one for one in taken if one.message.road != turns.BEAT]

    def close(self) -> None:
        """Leave the log, and the turn to others; twice is as good as once."""
        if self.thread.is_closed:
            return
        with contextlib.suppress(LogUnreachable):
            self.thread.wait(self._close(), PATIENCE_S)
        self.thread.close()

    async def _close(self) -> None:
        if self.keeper:
            self.keeper.cancel()
        is_mine = self.pin and self.trouble in {"", GAP}
        if self.client and is_mine and self.client.is_connected:
            with contextlib.suppress(NatsError, TimeoutError, OSError):
                await turns.give_up(self.client, self.partition)
        if self.client:
            await self.client.close()

    async def _open(self, after: int) -> None:
        self.client = await log.connect(self.url, connect_timeout=3)
        await log.ensure_stream(self.client.jetstream(timeout=turns.ASK_S))
        await turns.ensure(self.client, self.partition, after)
        self.inbox = self.client.new_inbox()
        await self.client.subscribe(
            self.inbox, cb=self._came, pending_msgs_limit=-1, pending_bytes_limit=-1
        )

    async def _came(self, message: Msg) -> None:
        headers = message.headers or {}
        status = headers.get("Status", "")
        if status:
            self.left = 0
            self.trouble = TROUBLE.get(status, self.trouble)
            return
        self.left -= 1
        self.pin = headers.get(turns.PIN, self.pin)
        place = message.metadata.sequence.consumer
        if self.expected and place != self.expected:
            self.trouble = GAP
            return
        self.expected = place + 1
        self.found.put_nowait(message)

    async def _pull(self, most: int, wait_s: float) -> None:
        """Ask for more unless the last question still stands."""
        now = time.monotonic()
        if self.left > 0 and now < self.asked_until:
            return
        self.left, self.asked_at, self.asked_until = most, now, now + wait_s + LATE_S
        await turns.pull(
            self._connected(), self.partition, self.inbox, most=most, wait_s=wait_s, pin=self.pin
        )

    async def _try_turn(self, load: Callable[[], int]) -> bool:
        client = self._connected()
        if self.trouble == GAP:
            raise LogUnreachable(GAP)
        self.trouble = ""
        found = await turns.info(client, self.partition)
        if found is None:
            raise LogUnreachable("the partition's consumer is gone")
        if self.found.empty() and turns.is_taken(found):
            return False
        if load():
            await asyncio.sleep(YIELD_S * load())
            found = await turns.info(client, self.partition)
            if found is None or turns.is_taken(found):
                return False
        await self._pull(1, ASK_AGAIN_S)
        if not found.get("num_pending"):
            await turns.beat(client, self.partition)
        with contextlib.suppress(TimeoutError):
            first = await asyncio.wait_for(self.found.get(), ASK_AGAIN_S)
            self.earlier_until, self.first = first.metadata.sequence.stream, [first]
            self.keeper = asyncio.create_task(self._keep())
            return True
        return False

    async def _keep(self) -> None:
        """Keep the turn while nobody fetches, by asking for one message."""
        while True:
            await asyncio.sleep(ASK_AGAIN_S / 2)
            if time.monotonic() - self.asked_at > ASK_AGAIN_S:
                with contextlib.suppress(NatsError, OSError):
                    await self._pull(1, ASK_AGAIN_S / 2)

    async def _begin(self, seq: int) -> None:
        js = self._connected().jetstream(timeout=turns.ASK_S)
        self.seq = 0 if await self._is_new(js, seq) else seq
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.seq + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30,
        )
        mine = turns.subject(self.partition)
        self.earlier = await js.pull_subscribe(mine, stream=log.STREAM, config=config)
        self.came_at = time.monotonic()

    async def _is_new(self, js: JetStreamContext, seq: int) -> bool:
        """Say whether the log ends before the cursor, and not only because its leader is new."""
        for _look in range(LOOKS):
            last = (await js.stream_info(log.STREAM)).state.last_seq
            if last >= seq:
                return False
            await asyncio.sleep(LOOK_S)
        said.warning("the log ends at %s, before the cursor %s: it is new", last, seq)
        return True

    async def _fetch(self, most: int, wait_s: float) -> list[Msg]:
        if self.trouble:
            raise LogUnreachable(self.trouble)
        if self.earlier:
            return await self._catch_up(self.earlier)
        await self._pull(most, ASK_AGAIN_S)
        with contextlib.suppress(TimeoutError):
            found = [await asyncio.wait_for(self.found.get(), wait_s)]
            while len(found) < most and not self.found.empty():
                found.append(self.found.get_nowait())
            return found
        return []

    async def _catch_up(self, earlier: JetStreamContext.PullSubscription) -> list[Msg]:
        """Give what lies between the cursor and the first message of this turn, that included.

        That is all once the first message itself has come this way too. What the server says is
        left is no measure: it leaves out what was sent here and did not arrive in time.
        """
        found: list[Msg] = []
        if is_behind := self.seq < self.earlier_until - 1:
            found = await self._fetch_earlier(earlier)
        for one in found:
            self.earlier_place += 1
            if one.metadata.sequence.consumer != self.earlier_place:
                raise LogUnreachable(GAP)
        before = [one for one in found if one.metadata.sequence.stream < self.earlier_until]
        if len(before) < len(found) or not is_behind:
            await earlier.unsubscribe()
            self.earlier = None
            before += self.first
        return before

    async def _fetch_earlier(self, earlier: JetStreamContext.PullSubscription) -> list[Msg]:
        with contextlib.suppress(TimeoutError):
            found: list[Msg] = await earlier.fetch(MOST_CAUGHT_UP, timeout=1.0)
            self.came_at = time.monotonic()
            return found
        await earlier.consumer_info()  # told at once when it went with its node
        if time.monotonic() > self.came_at + PATIENCE_S:
            raise LogUnreachable("what came before does not come: begin again from the cursor")
        return []

    def _connected(self) -> Client:
        if self.client is None:
            raise LogUnreachable("the reader is not open")
        return self.client


def _taken(one: Msg) -> Taken:
    at = round(one.metadata.timestamp.timestamp() * 1e6)
    message = log.opened(one.subject, one.headers, one.data, at)
    return Taken(one.metadata.sequence.stream, one.metadata.num_pending or 0, message)
