"""Short ways to write streams in tests: seconds instead of microseconds, one row a reading."""

import numpy as np

from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState

SECOND = 1_000_000


def watched(**columns):
    """State and limits of one stream; durations in `columns` are in µs."""
    limits = Limits.none(1)
    limits.put(0, **columns)
    return StreamState.empty(1), limits


def feed(state, limits, *readings, arrival=None, stream=0):
    """Step through (second, value) readings of one stream; returns (events as rows, quality)."""
    times = np.array([second * SECOND for second, _ in readings], dtype=np.int64)
    values = [value for _, value in readings]
    arrivals = times if arrival is None else np.asarray(arrival, dtype=np.int64) * SECOND
    streams = np.full(len(times), stream)
    result = step(state, limits, stream=streams, time=times, value=values, arrival=arrivals)
    assert result.state is state
    return result.events.rows(), result.quality.tolist()


def tick(state, limits, second, active=None):
    """Advance to a second; returns events as rows."""
    return advance(state, limits, second * SECOND, active).events.rows()


def brief(events):
    """What happened, for comparison by hand: (kind, cause, severity, second, onset second)."""
    return [
        (e.kind.name, e.cause.name, e.severity, e.time // SECOND, e.onset // SECOND) for e in events
    ]
