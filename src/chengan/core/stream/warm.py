"""Lets the compiler work before the first reading comes."""

import numpy as np

from chengan.core.stream import dedupe
from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.limits import Limits
from chengan.core.stream.newest import note
from chengan.core.stream.order import by_stream
from chengan.core.stream.state import StreamState


def warm_up() -> None:
    """Compile, or load from the cache, all that a step needs; takes seconds the first time."""
    state, limits = StreamState.empty(1), Limits.none(1)
    one, now = np.zeros(1, np.int32), np.ones(1, np.int64)
    dedupe.first_occurrence(one, now)
    dedupe.late(one, now, now)
    by_stream(one, now)
    note(
        one,
        now,
        np.zeros(1),
        now,
        newest=now.copy(),
        newest_value=np.zeros(1),
        newest_arrival=now.copy(),
        changed=np.zeros(1, np.bool_),
    )
    step(state, limits, stream=one, time=now, value=np.zeros(1), arrival=now)
    advance(state, limits, 2)
