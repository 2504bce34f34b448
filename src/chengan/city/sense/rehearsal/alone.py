"""Limits tried on one datastream: thresholds, rate, its own past, steps, stuck, silent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from chengan.city.sense.lake import history
from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.rehearsal.breaches import Breach, Breaches
from chengan.city.sense.runner.columns import columns_of
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits

if TYPE_CHECKING:
    from chengan.city.sense.runner.stepping import Stepping
    from chengan.city.sense.runner.watching import Watching

MOST_READINGS = 2_000_000
DAY_US = 86_400_000_000
LEAST_INTERVAL_S = 0.01


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
    from chengan.city.sense.rehearsal.hearing import Hearing

    hearings = [Hearing(_limits(datastream, fields)) for fields in tried]
    watchers = [(_watching(datastream, fields), _stepping(datastream, fields)) for fields in tried]
    found_by = [Breaches() for _each in tried]
    readings, names = 0, {0: datastream.pk}
    for begin, end in stretches([datastream.expected_interval_s], start_us, end_us):
        found = history.readings(datastream.pk, begin, end)
        stream = np.zeros(len(found.time), dtype=np.int32)
        readings += len(found.time)
        for k, hearing in enumerate(hearings):
            events, quality = hearing.take(found.time, found.value)
            found_by[k].take(events, {}, names)
            for each in watchers[k]:
                told = each.take(stream, found.time, found.value, quality)
                found_by[k].take(told.rows(), each.said, names)
    for hearing, breaches in zip(hearings, found_by, strict=True):
        breaches.take(hearing.over(end_us), {}, names)
    return readings, [each.all for each in found_by]


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


def stretches(
    intervals_s: Sequence[float], start_us: int, end_us: int
) -> Iterator[tuple[int, int]]:
    """Cut [start, end] so that no part holds more than about MOST_READINGS of all these paces."""
    a_second = sum(1.0 / max(each, LEAST_INTERVAL_S) for each in intervals_s)
    length = max(min(round(MOST_READINGS / a_second * 1e6), 30 * DAY_US), 1)
    for begin in range(start_us, end_us + 1, length):
        yield begin, min(begin + length - 1, end_us)


def _limits(datastream: Datastream, fields: Mapping[str, Any]) -> Limits:
    row = StreamLimit(datastream=datastream, version=0, **fields)
    limits = Limits.none(1)
    limits.put(0, **columns_of(row))
    return limits
