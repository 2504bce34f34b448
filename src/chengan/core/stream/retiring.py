"""Streams out of service: what went on in them is over, for no reading will ever end it."""

from typing import Final

import numpy as np

from chengan.core.arrays import NEVER, IntArray
from chengan.core.stream.events import EVENT, Cause, Events, Kind
from chengan.core.stream.state import StreamState

_ENDS: Final = {
    Cause.HIGH: Kind.BREACH_ENDED,
    Cause.LOW: Kind.BREACH_ENDED,
    Cause.RATE: Kind.BREACH_ENDED,
    Cause.STUCK: Kind.FAULT_ENDED,
    Cause.IMPLAUSIBLE: Kind.FAULT_ENDED,
}


def retire(state: StreamState, streams: IntArray, now_us: int) -> Events:
    """End every breach and fault of `streams` (indices) at `now_us`; changes `state` in place.

    Their silence is `evaluate.advance`'s to end. No reading decided: of the figures only the newest
    value is given.
    """
    rows: list[tuple[object, ...]] = []
    there = streams[(state.onset[streams][:, list(_ENDS)] != NEVER).any(axis=1)]
    for stream in there.tolist():
        for cause, kind in _ENDS.items():
            onset = int(state.onset[stream, cause])
            if onset != NEVER:
                value = float(state.last_value[stream])
                figures = (value, np.nan, np.nan, np.nan)
                rows.append((stream, kind, cause, 0, max(now_us, onset), onset, *figures))
                state.onset[stream, cause] = NEVER
        state.severity[stream] = 0
        state.run[stream] = NEVER
        state.rate_run[stream] = NEVER
    return Events.from_table(np.array(rows, dtype=EVENT)) if rows else Events.none()
