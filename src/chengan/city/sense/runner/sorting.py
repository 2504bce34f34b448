"""Sorts a batch of messages: what can be stored, what came twice, what a person must see."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chengan.city.hub import api as hub
from chengan.city.sense.lake.tail import ROW
from chengan.city.sense.runner.registry import Registry
from chengan.core.errors import CoreError
from chengan.core.stream import dedupe
from chengan.core.tables import units

FUTURE_US = 300 * 1_000_000
SHOWN_LIMIT = 1000


@dataclass
class Rejected:
    """Readings of one message with one fault."""

    message: hub.Message
    reason: str
    field: str
    detail: str
    count: int
    readings: list[dict[str, Any]]


@dataclass
class Sorted:
    """A batch's readings as `ROW`, where each came from, and what was rejected."""

    rows: np.ndarray
    origin: np.ndarray
    rejected: list[Rejected] = field(default_factory=list)
    received: Counter[int] = field(default_factory=Counter)
    messages: list[hub.Message] = field(default_factory=list)


def sort_out(messages: list[hub.Message], registry: Registry) -> Sorted:
    """Decode `messages` and bring their readings into SI; `origin` is each one's message."""
    parts, origins = [np.zeros(0, dtype=ROW)], [np.zeros(0, dtype=np.int64)]
    made = Sorted(parts[0], origins[0], messages=messages)
    for place, message in enumerate(messages):
        decoded = hub.decode(
            message.payload, format=message.format, received_us=message.received_us
        )
        made.received[place] = decoded.received
        made.rejected += _unreadable(decoded.bad, message)
        rows = _resolved(decoded, message, registry, made.rejected)
        parts.append(rows)
        origins.append(np.full(len(rows), place))
    made.rows, made.origin = np.concatenate(parts), np.concatenate(origins)
    return made


def _unreadable(found: list[hub.Bad], message: hub.Message) -> list[Rejected]:
    """Rows that are no readings, one piece a fault; what lacks a reading keeps its own bytes."""
    pieces: dict[tuple[str, str], list[Rejected]] = {}
    for bad in found:
        own = message
        if bad.payload is not None:
            own = replace(message, payload=bad.payload, format=bad.format)
        mine = pieces.setdefault((bad.reason, bad.field), [])
        if not mine or not _fits(mine[-1], bad, own):
            mine.append(Rejected(own, bad.reason, bad.field, bad.detail, 0, []))
        mine[-1].count += 1
        mine[-1].readings.append(bad.reading)
    return [piece for mine in pieces.values() for piece in mine]


def _fits(piece: Rejected, bad: hub.Bad, message: hub.Message) -> bool:
    """Say whether a bad row may join a piece: same bytes, both with a reading, and room."""
    both = bool(bad.reading) and bool(piece.readings[0])
    return both and piece.count < SHOWN_LIMIT and piece.message.payload is message.payload


def _resolved(
    decoded: hub.Decoded, message: hub.Message, registry: Registry, rejected: list[Rejected]
) -> np.ndarray:
    """Readings of one message in SI; those that can't be resolved go to `rejected`."""
    count = len(decoded.key)
    rows = np.zeros(count, dtype=ROW)
    good = decoded.time <= message.received_us + FUTURE_US
    _reject(decoded, np.flatnonzero(~good), message, rejected, "far_future", "time",
            "more than 5 minutes ahead of its receipt")  # fmt: skip
    pairs = list(zip(decoded.key.tolist(), decoded.unit.tolist(), strict=True))
    kinds = {pair: n for n, pair in enumerate(dict.fromkeys(pairs))}
    which = np.fromiter((kinds[pair] for pair in pairs), dtype=np.int64, count=count)
    for (key, unit), number in kinds.items():
        mine = np.flatnonzero((which == number) & good)
        known = registry.known.get((message.source, key))
        if known is None:
            good[mine] = False
            _reject(decoded, mine, message, rejected, "unknown_datastream", "datastream",
                    f"{key!r} is no datastream of source {message.source!r}")  # fmt: skip
            continue
        try:
            value = units.to_si(decoded.value[mine], unit or known.unit, dimension=known.dimension)
        except CoreError as error:
            good[mine] = False
            _reject(decoded, mine, message, rejected, "wrong_unit", "unit", str(error))
            continue
        rows["stream"][mine], rows["value"][mine] = known.slot, value
        rows["unit"][mine] = (unit or known.unit).encode()
    rows["time"], rows["arrival"] = decoded.time, message.received_us
    rows["given"] = decoded.value
    rows["evaluate"] = message.evaluate
    return rows[good]


def _reject(
    decoded: hub.Decoded,
    places: np.ndarray,
    message: hub.Message,
    rejected: list[Rejected],
    reason: str,
    where: str,
    detail: str,
) -> None:
    """Note the readings at `places`, in pieces a person can handle."""
    for start in range(0, len(places), SHOWN_LIMIT):
        piece = places[start : start + SHOWN_LIMIT]
        readings = [
            {
                "datastream": decoded.key[at],
                "time": decoded.time[at] / 1e6,
                "value": float(decoded.value[at]),
                "unit": decoded.unit[at],
            }
            for at in piece
        ]
        rejected.append(Rejected(message, reason, where, detail, len(piece), readings))


def doubles(
    rows: np.ndarray, newest: np.ndarray, stored: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Say which rows came before (in this batch or stored), and which of these contradict.

    Parameters
    ----------
    rows : array of ROW
    newest : int64, shape (streams,): time of the newest stored reading of each stream, µs
    stored : gives the stored values of (streams, times), NaN where there is none
    """
    double = ~dedupe.first_occurrence(rows["stream"], rows["time"])
    conflict = dedupe.conflicts(rows["stream"], rows["time"], rows["value"])
    old = np.flatnonzero(~double & (rows["time"] <= newest[rows["stream"]]))
    if len(old):
        known = stored(rows["stream"][old], rows["time"][old])
        double[old] |= ~np.isnan(known)
        conflict[old] |= ~np.isnan(known) & (known != rows["value"][old])
    return double, conflict
