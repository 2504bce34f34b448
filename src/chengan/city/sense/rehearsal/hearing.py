"""One datastream's stored readings given to the core, with the silences between them."""

from dataclasses import dataclass, field

import numpy as np

from chengan.core.stream.evaluate import advance, step
from chengan.core.stream.events import Event
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState

MOST_SILENCES: int = 2_000
"""So many are looked for in one stretch of history: more are no alarm but a habit."""


@dataclass
class Hearing:
    """Judges one stream under `limits`; a reading is taken to have come when it was measured."""

    limits: Limits
    state: StreamState = field(default_factory=lambda: StreamState.empty(1))
    last: int | None = None

    def take(self, time: np.ndarray, value: np.ndarray) -> tuple[list[Event], np.ndarray]:
        """Events of readings in order of time, (readings,) each, and the quality of each."""
        events: list[Event] = []
        quality = np.zeros(len(time), dtype=np.int8)
        stream = np.zeros(len(time), dtype=np.int32)
        first = 0
        for end in [*self._after_silence(time), len(time)]:
            part = slice(first, end)
            if first < end:
                events += self._silence(int(time[first]) - 1)
                _state, seen, quality[part] = step(
                    self.state, self.limits,
                    stream=stream[part], time=time[part], value=value[part], arrival=time[part],
                )  # fmt: skip
                events += seen.rows()
                self.last = int(time[end - 1])
            first = end
        return events, quality

    def over(self, end_us: int) -> list[Event]:
        """Events of a silence that lasts at the end, `end_us`."""
        return self._silence(end_us)

    def _after_silence(self, time: np.ndarray) -> list[int]:
        """Places of the readings before which it was silent for too long."""
        allowed = int(self.limits.silent_after_us[0])
        if not allowed:
            return []
        found: list[int] = (np.flatnonzero(np.diff(time) > allowed)[:MOST_SILENCES] + 1).tolist()
        return found

    def _silence(self, now_us: int) -> list[Event]:
        """What the clock tells at `now_us`; nothing before anything was heard."""
        allowed = int(self.limits.silent_after_us[0])
        if self.last is None or not allowed or now_us - self.last <= allowed:
            return []
        return advance(self.state, self.limits, now_us).events.rows()
