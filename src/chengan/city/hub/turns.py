"""Whose turn it is to read a partition: said by JetStream's pinned consumers, nobody else.

One durable consumer a partition, in the priority group GROUP: the server gives messages to one
client only, for as long as it asks at least every TURN_S, and then to another. It acknowledges
nothing, as how far a partition has come is said by PostgreSQL (decision 0001).

Where no message comes nobody gets the turn, so whoever waits for it while nobody has it sends a
beat, which is no reading, to the partition's subject.
"""

import json
from typing import Any

from nats.aio.client import Client

from chengan.city.hub.errors import LogUnreachable
from chengan.city.hub.log import STREAM, reader_mark

GROUP = "runner"
TURN_S = 3.0
ASK_S, INFO_S = 2.0, 1.0
"""A question that reaches no leader is asked again after so long: elections end in between."""
MOST_BYTES = 12 * 1024 * 1024
"""So much one question may bring: one message of the largest size, or many small ones."""
BEAT = "beat"
PIN = "Nats-Pin-Id"
GONE_CODES = {10014, 10059}
"""The server's words for: no such consumer, no such stream."""
Answer = dict[str, Any]


def consumer_name(partition: int) -> str:
    """The durable consumer of a partition."""
    return f"chengan-runner-{partition}"


def subject(partition: int) -> str:
    """Where the readings of a partition lie."""
    return f"readings.{partition}.>"


async def ensure(client: Client, partition: int, after: int) -> None:
    """Make the partition's consumer if there is none; it begins behind `after`."""
    if await info(client, partition) is not None:
        return
    start = {"deliver_policy": "all"}
    if after:
        start = {"deliver_policy": "by_start_sequence", "opt_start_seq": after + 1}  # type: ignore[dict-item]
    config = {
        "durable_name": consumer_name(partition),
        "description": reader_mark(partition),
        "filter_subject": subject(partition),
        "ack_policy": "none",
        "priority_groups": [GROUP],
        "priority_policy": "pinned_client",
        "priority_timeout": round(TURN_S * 1e9),
        **start,
    }
    made = await ask(
        client,
        f"CONSUMER.DURABLE.CREATE.{STREAM}.{consumer_name(partition)}",
        {"stream_name": STREAM, "config": config},
    )
    if "error" in made:
        raise LogUnreachable(f"no consumer for partition {partition}: {made['error']}")


async def info(client: Client, partition: int) -> Answer | None:
    """What the log says of the partition's consumer, or None if there is none.

    Raises
    ------
    LogUnreachable
    """
    what = f"CONSUMER.INFO.{STREAM}.{consumer_name(partition)}"
    found = await ask(client, what, None, wait_s=INFO_S)
    error = found.get("error")
    if error and error.get("err_code") in GONE_CODES:
        return None
    if error:
        raise LogUnreachable(f"partition {partition}: {error.get('description')}")
    return found


def is_taken(found: Answer) -> bool:
    """Say whether somebody has the turn."""
    groups = found.get("priority_groups") or [{}]
    return bool(groups[0].get("pinned_client_id"))


async def ask(client: Client, what: str, body: Answer | None, *, wait_s: float = ASK_S) -> Answer:
    """Ask JetStream's own interface; give its answer, errors and all."""
    payload = json.dumps(body).encode() if body is not None else b""
    answer = await client.request(f"$JS.API.{what}", payload, timeout=wait_s)
    found: Answer = json.loads(answer.data)
    return found


async def pull(
    client: Client, partition: int, inbox: str, *, most: int, wait_s: float, pin: str
) -> None:
    """Ask for up to `most` messages into `inbox`, for `wait_s`; it also keeps the turn of `pin`."""
    body: Answer = {
        "batch": most,
        "max_bytes": MOST_BYTES,
        "expires": round(wait_s * 1e9),
        "group": GROUP,
    }
    if pin:
        body["id"] = pin
    target = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer_name(partition)}"
    await client.publish(target, json.dumps(body).encode(), reply=inbox)


async def beat(client: Client, partition: int) -> None:
    """Put a message that is no reading into the partition."""
    await client.publish(f"readings.{partition}.{BEAT}.-", b"")


async def give_up(client: Client, partition: int) -> None:
    """Let another have the turn at once."""
    await ask(client, f"CONSUMER.UNPIN.{STREAM}.{consumer_name(partition)}", {"group": GROUP})
