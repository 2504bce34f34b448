"""The durable log: JetStream's stream READINGS, and how messages get into it.

Subjects are `readings.<partition>.<road>.<source key>`; a message is in the log once its
publication is acknowledged.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import nats
from django.conf import settings
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

STREAM = "READINGS"
LARGEST = 8 * 1024 * 1024
KEPT_SECONDS = 3 * 86400
KEPT_BYTES = 20 * 1024**3
FULL_SHARE = 0.9
ACK_SECONDS = 10.0


def partition_of(source: str, partitions: int) -> int:
    """Give the partition of all datastreams of a source; the same for ever, on every machine."""
    digest = hashlib.blake2b(source.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % partitions


@dataclass(frozen=True)
class Message:
    """What is put into the log.

    `road` and `source` name its subject; `evaluate` False stores history without judging it;
    `name` (any text) lets the log drop a second copy sent within two minutes. `partition` is that
    of the source, unless it is said.
    """

    source: str
    road: str
    format: str
    payload: bytes
    received_us: int
    evaluate: bool = True
    replay_of: int | None = None
    name: str = ""
    partition: int | None = None

    @property
    def subject(self) -> str:
        """Subject in the log."""
        partition = self.partition
        if partition is None:
            partition = partition_of(self.source, settings.PARTITIONS)
        return f"readings.{partition}.{self.road}.{self.source}"

    def headers(self) -> dict[str, str]:
        """Headers in the log."""
        made = {
            "Chengan-Format": self.format,
            "Chengan-Received": str(self.received_us),
            "Chengan-Evaluate": "1" if self.evaluate else "0",
        }
        if self.replay_of is not None:
            made["Chengan-Replay-Of"] = str(self.replay_of)
        if self.name:
            made["Nats-Msg-Id"] = self.name
        return made


def opened(subject: str, headers: dict[str, str] | None, payload: bytes, at_us: int) -> Message:
    """Read a message of the log back; `at_us` (µs) stands in where it has no time of receipt."""
    parts = subject.split(".", 3)
    said = headers or {}
    received, replay_of = said.get("Chengan-Received", ""), said.get("Chengan-Replay-Of", "")
    return Message(
        source=parts[3],
        road=parts[2],
        format=said.get("Chengan-Format", ""),
        payload=payload,
        received_us=int(received) if received.isdigit() else at_us,
        evaluate=said.get("Chengan-Evaluate", "1") != "0",
        replay_of=int(replay_of) if replay_of.isdigit() else None,
        partition=int(parts[1]),
    )


async def connect(url: str, **options: Any) -> Client:
    """Connect to NATS (one URL, or several with commas), again for as long as it takes."""
    servers = url.split(",")
    first = urlsplit(servers[0])
    if first.username:  # servers of a cluster that are only heard of later have no account in a URL
        options |= {"user": unquote(first.username), "password": unquote(first.password or "")}
    options |= {"max_reconnect_attempts": -1, "reconnect_time_wait": 0.5}
    return await nats.connect(servers, **options)


async def ensure_stream(js: JetStreamContext) -> None:
    """Make the log if there is none."""
    try:
        await js.stream_info(STREAM)
    except NotFoundError:
        await js.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=["readings.>"],
                retention=RetentionPolicy.LIMITS,
                discard=DiscardPolicy.OLD,
                storage=StorageType.FILE,
                num_replicas=settings.LOG_COPIES,
                max_age=KEPT_SECONDS,
                max_bytes=KEPT_BYTES,
                max_msg_size=LARGEST,
                duplicate_window=120,
            )
        )


async def publish(js: JetStreamContext, message: Message) -> int:
    """Put a message into the log and wait until it is durable; give its sequence number."""
    ack = await js.publish(
        message.subject, message.payload, headers=message.headers(), timeout=ACK_SECONDS
    )
    return int(ack.seq)


def reader_mark(partition: int) -> str:
    """Give how the runner's reader of a partition is described in the log."""
    return f"chengan-reader-{partition}"


async def behind(js: JetStreamContext) -> int:
    """Say how many messages the slowest partition's reader has not taken; 0 where nobody ever read.

    Where nobody ever read and the log is nearly full, all it holds is behind.
    """
    waiting: dict[str, int] = {}
    for each in await js.consumers_info(STREAM):
        mark = each.config.description or ""
        if mark.startswith(reader_mark(0)[:-1]):
            pending = each.num_pending or 0
            waiting[mark] = min(pending, waiting.get(mark, pending))
    if waiting:
        return max(waiting.values())
    state = (await js.stream_info(STREAM)).state
    return state.messages if state.bytes > FULL_SHARE * KEPT_BYTES else 0
