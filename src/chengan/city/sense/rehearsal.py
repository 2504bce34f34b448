"""Tries limits out before they are in force: do they mean something, what would they raise?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from chengan.city.sense.lake import history
from chengan.city.sense.models import Datastream, StreamLimit
from chengan.city.sense.runner.columns import columns_of
from chengan.core.errors import CoreError
from chengan.core.stream.limits import Limits

MOST_READINGS = 2_000_000


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


def _limits(datastream: Datastream, fields: Mapping[str, Any]) -> Limits:
    row = StreamLimit(datastream=datastream, version=0, **fields)
    limits = Limits.none(1)
    limits.put(0, **columns_of(row))
    return limits
