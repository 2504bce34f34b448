"""The stream's rules once more, in plain Python: what the core is measured against.

One object a stream, one call a reading, as one would write it without arrays. The events are those
of `core.stream`, which a test holds; silence, which only the clock can tell, is left out.
"""

import math
from dataclasses import dataclass, field

from chengan.core.arrays import NEVER
from chengan.core.stream.events import Cause, Kind

Event = tuple[int, int, int, int, int, int]
"""Stream, kind, cause, severity, time, onset."""


@dataclass
class Asked:
    """The limits of all streams; NaN where nothing is asked, times in µs."""

    plausible_low: float
    plausible_high: float
    high: tuple[float, ...]
    low: tuple[float, ...]
    hysteresis: float
    hold: int
    clear_hold: int
    rate: float
    rate_severity: int
    stuck: int
    epsilon: float


@dataclass
class Stream:
    """What is remembered of one stream."""

    number: int
    last: int = NEVER
    good_time: int = NEVER
    good_value: float = math.nan
    changed_time: int = NEVER
    changed_value: float = math.nan
    severity: list[int] = field(default_factory=lambda: [0, 0, 0])
    onset: list[int] = field(default_factory=lambda: [NEVER] * 6)
    run: list[list[int]] = field(default_factory=lambda: [[NEVER] * 5, [NEVER] * 5])
    rate_run: int = NEVER

    def take(self, asked: Asked, time: int, value: float) -> list[Event]:
        """Judge one reading."""
        found: list[Event] = []
        if time <= self.last:
            return found
        self.last = time
        is_bad = not (math.isfinite(value)) or (
            value < asked.plausible_low or value > asked.plausible_high
        )
        self._plausible(is_bad, time, found)
        if is_bad:
            return found
        self._level(asked, 0, asked.high, 1.0, time, value, found)
        self._level(asked, 1, asked.low, -1.0, time, value, found)
        self._rate(asked, time, value, found)
        self._stuck(asked, time, value, found)
        self.good_time, self.good_value = time, value
        return found

    def _plausible(self, is_bad: bool, time: int, found: list[Event]) -> None:
        cause = int(Cause.IMPLAUSIBLE)
        onset = self.onset[cause]
        if is_bad == (onset != NEVER):
            return
        self.onset[cause] = time if is_bad else NEVER
        kind = Kind.FAULT_BEGAN if is_bad else Kind.FAULT_ENDED
        found.append((self.number, int(kind), cause, 0, time, time if is_bad else onset))

    def _follow(self, cause: int, new: int, first: int, time: int, found: list[Event]) -> None:
        old, self.severity[cause] = self.severity[cause], new
        if new == old:
            return
        kind = Kind.BREACH_CHANGED
        if old == 0:
            kind, self.onset[cause] = Kind.BREACH_BEGAN, first
        onset = self.onset[cause]
        if new == 0:
            kind, self.onset[cause] = Kind.BREACH_ENDED, NEVER
        found.append((self.number, int(kind), cause, new, time, onset))

    def _level(
        self,
        asked: Asked,
        side: int,
        limits: tuple[float, ...],
        sign: float,
        time: int,
        value: float,
        found: list[Event],
    ) -> None:
        run, old, new, first = self.run[side], self.severity[side], 0, time
        for level, limit in enumerate(limits):
            past = sign * (value - limit)
            if math.isnan(past):
                run[level] = NEVER
            elif level < old:
                if past >= -asked.hysteresis:
                    run[level], new = NEVER, level + 1
                    continue
                if run[level] == NEVER:
                    run[level] = time
                if time - run[level] < asked.clear_hold:
                    new = level + 1
                else:
                    run[level] = NEVER
            elif past < 0.0:
                run[level] = NEVER
            else:
                if run[level] == NEVER:
                    run[level] = time
                if time - run[level] >= asked.hold:
                    new, first = level + 1, min(first, run[level])
        for level in range(old, new):
            run[level] = NEVER
        self._follow(side, new, first, time, found)

    def _rate(self, asked: Asked, time: int, value: float, found: list[Event]) -> None:
        if self.good_time == NEVER or time <= self.good_time:
            return
        rate = (value - self.good_value) / ((time - self.good_time) * 1e-6)
        cause = int(Cause.RATE)
        new = old = self.severity[cause]
        if math.isnan(asked.rate):
            new = 0
        elif abs(rate) >= asked.rate:
            self.rate_run, new = NEVER, asked.rate_severity
        elif old:
            if self.rate_run == NEVER:
                self.rate_run = time
            new = old if time - self.rate_run < asked.clear_hold else 0
        if new == 0 and old:
            self.rate_run = NEVER
        self._follow(cause, new, time, time, found)

    def _stuck(self, asked: Asked, time: int, value: float, found: list[Event]) -> None:
        cause = int(Cause.STUCK)
        since, onset = self.changed_time, self.onset[cause]
        moved = since == NEVER or abs(value - self.changed_value) > asked.epsilon
        if onset != NEVER and (moved or asked.stuck == 0):
            self.onset[cause], moved = NEVER, True
            found.append((self.number, int(Kind.FAULT_ENDED), cause, 0, time, onset))
        elif onset == NEVER and not moved and asked.stuck > 0 and time - since >= asked.stuck:
            self.onset[cause] = since
            found.append((self.number, int(Kind.FAULT_BEGAN), cause, 0, time, since))
        if moved:
            self.changed_time, self.changed_value = time, value
