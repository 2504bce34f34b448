"""Sorts a batch of messages: what can be stored, what came twice, what a person must see."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chengan.city.hub import api as hub
from chengan.city.sense.lake.rows import Rows, joined
from chengan.city.sense.runner.registry import Meaningless, Registry
from chengan.core.stream import dedupe

FUTURE_US = 300 * 1_000_000
SHOWN_LIMIT = 1000
MEANING = np.dtype([("slot", "i4"), ("unit", "u2"), ("factor", "f8"), ("offset", "f8")])
"""A `Meaning` of each kind of reading in a message."""


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
    """A batch's readings, `starts[n]:starts[n + 1]` of message n, and what was rejected."""

    rows: Rows
    starts: np.ndarray
    rejected: list[Rejected] = field(default_factory=list)
    received: Counter[int] = field(default_factory=Counter)
    messages: list[hub.Message] = field(default_factory=list)

    @property
    def origin(self) -> np.ndarray:
        """Number of each reading's message, int64, shape (readings,)."""
        return np.repeat(np.arange(len(self.messages)), np.diff(self.starts))


def sort_out(messages: list[hub.Message], registry: Registry) -> Sorted:
    """Decode `messages` and bring their readings into SI."""
    made = Sorted(Rows.empty(), np.zeros(1, np.int64), messages=messages)
    parts, units = [made.rows], {"": 0}
    for place, message in enumerate(messages):
        decoded = hub.decode(
            message.payload, format=message.format, received_us=message.received_us
        )
        made.received[place] = decoded.received
        made.rejected += _unreadable(decoded.bad, message)
        parts.append(_resolved(decoded, message, registry, units, made.rejected))
    names = tuple(units)
    made.rows = joined([replace(part, units=names) for part in parts])
    made.starts = np.cumsum([len(part) for part in parts])
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
    decoded: hub.Decoded,
    message: hub.Message,
    registry: Registry,
    units: dict[str, int],
    rejected: list[Rejected],
) -> Rows:
    """Readings of one message in SI; those that can't be resolved go to `rejected`."""
    good = decoded.time <= message.received_us + FUTURE_US
    _reject(decoded, np.flatnonzero(~good), message, rejected, "far_future", "time",
            "more than 5 minutes ahead of its receipt")  # fmt: skip
    table = np.zeros(len(decoded.kinds), MEANING)
    for number in np.flatnonzero(np.bincount(decoded.kind, minlength=len(table))).tolist():
        key, unit = decoded.kinds[number]
        try:
            found = registry.meaning(message.source, key, unit)
        except Meaningless as why:
            mine = (decoded.kind == number) & good
            good &= ~mine
            _reject(decoded, np.flatnonzero(mine), message, rejected, why.reason, why.field,
                    why.detail)  # fmt: skip
            continue
        code = units.setdefault(found.unit, len(units))
        table[number] = (found.slot, code, found.factor, found.offset)
    return _rows(decoded, message, table, good)


def _rows(decoded: hub.Decoded, message: hub.Message, table: np.ndarray, good: np.ndarray) -> Rows:
    kind, time, given = decoded.kind, decoded.time, decoded.value
    if not good.all():
        kind, time, given = kind[good], time[good], given[good]
    count = len(kind)
    value = given * table["factor"].take(kind)
    value += table["offset"].take(kind)
    return Rows(
        stream=table["slot"].take(kind),
        time=time,
        value=value,
        given=given,
        unit=table["unit"].take(kind),
        arrival=np.full(count, message.received_us, np.int64),
        evaluate=np.full(count, message.evaluate, np.bool_),
        late=np.zeros(count, np.bool_),
    )


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
    if not len(places):
        return
    keys, named = decoded.key, decoded.unit
    for start in range(0, len(places), SHOWN_LIMIT):
        piece = places[start : start + SHOWN_LIMIT]
        readings = [
            {
                "datastream": keys[at],
                "time": decoded.time[at] / 1e6,
                "value": float(decoded.value[at]),
                "unit": named[at],
            }
            for at in piece
        ]
        rejected.append(Rejected(message, reason, where, detail, len(piece), readings))


def doubles(
    rows: Rows, newest: np.ndarray, stored: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Say which rows came before (in this batch or stored), and which of these contradict.

    Parameters
    ----------
    newest : int64, shape (streams,): time of the newest stored reading of each stream, µs
    stored : gives the stored values of (streams, times), NaN where there is none
    """
    double = ~dedupe.first_occurrence(rows.stream, rows.time)
    conflict = dedupe.conflicts(rows.stream, rows.time, rows.value)
    old = np.flatnonzero(~double & (rows.time <= newest[rows.stream]))
    if len(old):
        known = stored(rows.stream[old], rows.time[old])
        double[old] |= ~np.isnan(known)
        conflict[old] |= ~np.isnan(known) & (known != rows.value[old])
    return double, conflict
