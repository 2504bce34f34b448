"""Tries limits out before they are in force: do they mean something, what would they raise?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chengan.city.sense.lake import history
from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.runner.columns import columns_of
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits

if TYPE_CHECKING:
    from chengan.city.sense.runner.stepping import Stepping
    from chengan.city.sense.runner.watching import Watching

MOST_READINGS = 2_000_000
BREACHES = ("high", "low", "rate", "anomaly", "step")
DAY_US = 86_400_000_000
LEAST_INTERVAL_S = 0.01


@dataclass(frozen=True)
class Breach:
    """A breach that limits would have raised: cause, from and to (µs; None: it lasts), its worst.

    `value` and `limit` (SI; a rate per second) are those at its worst; of causes "anomaly" and
    "step" the latter is what was expected.
    """

    cause: str
    onset: int
    end: int | None
    severity: int
    value: float
    limit: float


def check_limits(datastream: Datastream, fields: Mapping[str, Any]) -> str:
    """Say what is wrong with limits (fields of `StreamLimit`, SI) here, or nothing."""
    try:
        _limits(datastream, fields)
    except CoreError as error:
        return str(error).removeprefix("stream 0: ")
    return ""


def rehearse(
    datastream: Datastream, fields: Mapping[str, Any], start_us: int, end_us: int
) -> dict[int, int]:
    """How many breaches the limits would have begun in [start, end], by their worst severity.

    The same core as the live one runs over the stored readings; it is loaded only here. Of more
    than MOST_READINGS the newest are taken.

    Raises
    ------
    CoreError
        If the limits contradict themselves.
    """
    from chengan.core.stream.evaluate import step
    from chengan.core.stream.events import Kind
    from chengan.core.stream.state import StreamState

    limits = _limits(datastream, fields)
    found = history.readings(datastream.pk, start_us, end_us)
    time, value = found.time[-MOST_READINGS:], found.value[-MOST_READINGS:]
    stream = np.zeros(len(time), dtype=np.int32)
    events = step(
        StreamState.empty(1), limits, stream=stream, time=time, value=value, arrival=time
    ).events
    worst: dict[tuple[int, int], int] = {}
    for event in events.rows():
        if event.kind in {Kind.BREACH_BEGAN, Kind.BREACH_CHANGED}:
            key = (int(event.cause), event.onset)
            worst[key] = max(worst.get(key, 0), event.severity)
    levels = list(worst.values())
    return {level: levels.count(level) for level in sorted(set(levels))}


def would_raise(
    datastream: Datastream, tried: Sequence[Mapping[str, Any]], start_us: int, end_us: int
) -> tuple[int, list[list[Breach]]]:
    """Readings in [start, end], and for each of the limits `tried` the breaches, oldest first.

    The same core as the live one, over the history in stretches that fit into memory.

    Raises
    ------
    CoreError
        If limits contradict themselves.
    """
    from chengan.core.stream.evaluate import step
    from chengan.core.stream.events import Events
    from chengan.core.stream.state import StreamState

    limits = [_limits(datastream, fields) for fields in tried]
    states = [StreamState.empty(1) for _each in tried]
    watchers = [(_watching(datastream, fields), _stepping(datastream, fields)) for fields in tried]
    events = [Events.none() for _each in tried]
    readings = 0
    for begin, end in _stretches(datastream, start_us, end_us):
        found = history.readings(datastream.pk, begin, end)
        stream = np.zeros(len(found.time), dtype=np.int32)
        readings += len(found.time)
        for k, state in enumerate(states):
            _state, seen, quality = step(
                state, limits[k],
                stream=stream, time=found.time, value=found.value, arrival=found.time,
            )  # fmt: skip
            for each in watchers[k]:
                seen = seen.joined(each.take(stream, found.time, found.value, quality))
            events[k] = events[k].joined(seen) if len(seen) else events[k]
    return readings, [_breaches(each) for each in events]


def _watching(datastream: Datastream, fields: Mapping[str, Any]) -> "Watching":
    from chengan.city.sense.runner.watching import Asked, Watching

    if not fields.get("anomaly_severity"):
        return Watching.none()
    asked = Asked(
        fields["anomaly_severity"], fields["anomaly_a_year"], datastream.expected_interval_s
    )
    return Watching.none().under({0: asked})


def _stepping(datastream: Datastream, fields: Mapping[str, Any]) -> "Stepping":
    from chengan.city.sense.runner.registry import step_asked
    from chengan.city.sense.runner.stepping import Stepping

    if not fields.get("step_severity"):
        return Stepping()
    row = StreamLimit(datastream=datastream, version=0, **fields)
    return Stepping().under({0: step_asked(row, datastream.expected_interval_s)})


def _stretches(datastream: Datastream, start_us: int, end_us: int) -> Iterator[tuple[int, int]]:
    """Cut [start, end] so that no part holds more than about MOST_READINGS."""
    interval = max(datastream.expected_interval_s, LEAST_INTERVAL_S)
    length = max(min(round(MOST_READINGS * interval * 1e6), 30 * DAY_US), 1)
    for begin in range(start_us, end_us + 1, length):
        yield begin, min(begin + length - 1, end_us)


def _breaches(events: Any) -> list[Breach]:
    from chengan.core.stream.events import Cause, Kind

    found: dict[tuple[str, int], Breach] = {}
    for event in events.rows():
        key = (event.cause.name.lower(), event.onset)
        if key[0] not in BREACHES:
            continue
        known = found.get(key)
        if event.kind == Kind.BREACH_ENDED and known:
            found[key] = replace(known, end=event.time)
        elif known is None or event.severity > known.severity:
            is_unusual = event.cause in {Cause.ANOMALY, Cause.STEP}
            seen = event.value if is_unusual else event.measure
            asked = event.expected if is_unusual else event.limit
            found[key] = Breach(*key, None, event.severity, seen, asked)
    return sorted(found.values(), key=lambda each: each.onset)


def _limits(datastream: Datastream, fields: Mapping[str, Any]) -> Limits:
    row = StreamLimit(datastream=datastream, version=0, **fields)
    limits = Limits.none(1)
    limits.put(0, **columns_of(row))
    return limits
