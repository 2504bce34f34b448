"""MQTT messages that the bridge packed together: MessagePack [[topic, payload, received µs], …]."""

import dataclasses
from collections.abc import Iterable

import msgspec
import numpy as np

from chengan.city.hub.decoding.senml import senml
from chengan.city.hub.decoding.shapes import Bad, Decoded, Kind, columns, torn
from chengan.city.hub.decoding.single import single

Packed = list[tuple[str, bytes, int]]
PACK_TOPIC = "senml"


def packed(messages: Iterable[tuple[str, bytes, int]]) -> bytes:
    """Pack messages for the log."""
    return msgspec.msgpack.encode(list(messages))


def unpacked(payload: bytes) -> Decoded:
    """Read every message of a pack by its topic `chengan/<source>/<datastream key>`."""
    try:
        messages = msgspec.msgpack.decode(payload, type=Packed)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return torn(f"no pack of messages: {error}")
    return joined([_kept(_message(*message), message) for message in messages])


def _message(topic: str, payload: bytes, received_us: int) -> Decoded:
    parts = topic.split("/", 2)
    key = parts[2] if len(parts) == 3 else ""
    if key == PACK_TOPIC:
        return senml(payload, received_us=received_us)
    if not key:
        return columns([], [Bad("unknown_datastream", "datastream", f"topic {topic}: no key")])
    return single(payload, key=key, received_us=received_us)


def _kept(read: Decoded, message: tuple[str, bytes, int]) -> Decoded:
    """Leave what was sent with each bad row, so that a person sees it and not the whole pack."""
    topic, payload, _received = message
    form = "senml" if topic.endswith(f"/{PACK_TOPIC}") else "single"
    bad = [dataclasses.replace(each, payload=payload, format=form) for each in read.bad]
    return dataclasses.replace(read, bad=bad)


def joined(parts: list[Decoded]) -> Decoded:
    """Put the readings of several messages together."""
    place: dict[Kind, int] = {}
    kinds = [np.zeros(0, np.int32)]
    for part in parts:
        codes = [place.setdefault(kind, len(place)) for kind in part.kinds]
        kinds.append(np.array(codes, dtype=np.int32)[part.kind])
    return Decoded(
        kinds=list(place),
        kind=np.concatenate(kinds),
        time=np.concatenate([np.zeros(0, np.int64), *[part.time for part in parts]]),
        value=np.concatenate([np.zeros(0, np.float64), *[part.value for part in parts]]),
        bad=[bad for part in parts for bad in part.bad],
    )
