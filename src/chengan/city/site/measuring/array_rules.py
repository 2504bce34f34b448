"""The same rules in numpy: all streams at once, one reading of each a step."""

from dataclasses import dataclass, field

import numpy as np

from chengan.city.site.measuring.plain_rules import Asked, Event
from chengan.core.arrays import NEVER
from chengan.core.stream.events import Cause, Kind


@dataclass
class Streams:
    """What is remembered of n streams, an array a figure."""

    count: int
    found: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = self.count
        self.last = np.full(n, NEVER)
        self.good_time, self.good_value = np.full(n, NEVER), np.full(n, np.nan)
        self.changed_time, self.changed_value = np.full(n, NEVER), np.full(n, np.nan)
        self.severity = np.zeros((3, n), np.int64)
        self.onset = np.full((6, n), NEVER)
        self.run = np.full((2, 5, n), NEVER)
        self.rate_run = np.full(n, NEVER)

    def take(self, asked: Asked, time: int, value: np.ndarray) -> None:
        """Judge one reading of every stream, all of one time, which is later than all before."""
        bad = ~np.isfinite(value) | (value < asked.plausible_low) | (value > asked.plausible_high)
        self._plausible(bad, time)
        good = ~bad
        self._level(asked, 0, asked.high, 1.0, time, value, good)
        self._level(asked, 1, asked.low, -1.0, time, value, good)
        self._rate(asked, time, value, good)
        self._stuck(asked, time, value, good)
        self.good_time[good], self.good_value[good] = time, value[good]

    def _tell(self, where: np.ndarray, kind: Kind, cause: int, time: int) -> None:
        for n in np.flatnonzero(where).tolist():
            severity = int(self.severity[cause, n]) if cause < 3 else 0
            self.found.append((n, int(kind), cause, severity, time, int(self.onset[cause, n])))

    def _plausible(self, bad: np.ndarray, time: int) -> None:
        cause = int(Cause.IMPLAUSIBLE)
        active = self.onset[cause] != NEVER
        began, ended = bad & ~active, ~bad & active
        self.onset[cause][began] = time
        self._tell(began, Kind.FAULT_BEGAN, cause, time)
        self._tell(ended, Kind.FAULT_ENDED, cause, time)
        self.onset[cause][ended] = NEVER

    def _follow(
        self, cause: int, new: np.ndarray, first: np.ndarray, time: int, good: np.ndarray
    ) -> None:
        old = self.severity[cause].copy()
        changed = good & (new != old)
        if not changed.any():
            return
        self.severity[cause][changed] = new[changed]
        began, ended = changed & (old == 0), changed & (new == 0)
        self.onset[cause][began] = first[began]
        self._tell(began, Kind.BREACH_BEGAN, cause, time)
        self._tell(ended, Kind.BREACH_ENDED, cause, time)
        self._tell(changed & ~began & ~ended, Kind.BREACH_CHANGED, cause, time)
        self.onset[cause][ended] = NEVER

    def _level(
        self,
        asked: Asked,
        side: int,
        limits: tuple[float, ...],
        sign: float,
        time: int,
        value: np.ndarray,
        good: np.ndarray,
    ) -> None:
        old, new = self.severity[side], np.zeros(self.count, np.int64)
        first = np.full(self.count, time)
        for level, limit in enumerate(limits):
            if np.isnan(limit):
                continue
            run, past = self.run[side, level], sign * (value - limit)
            in_force = level < old
            counts = good & np.where(in_force, past < -asked.hysteresis, past >= 0.0)
            run[good & ~counts] = NEVER
            run[counts & (run == NEVER)] = time
            lasted = np.where(counts, time - run, 0)
            stays = good & in_force & (~counts | (lasted < asked.clear_hold))
            comes = counts & ~in_force & (lasted >= asked.hold)
            first[comes] = np.minimum(first[comes], run[comes])
            new[stays | comes] = level + 1
            run[counts & in_force & ~stays] = NEVER
        for level in range(5):
            self.run[side, level][good & (old <= level) & (level < new)] = NEVER
        self._follow(side, new, first, time, good)

    def _rate(self, asked: Asked, time: int, value: np.ndarray, good: np.ndarray) -> None:
        known = good & (self.good_time != NEVER)
        if np.isnan(asked.rate) or not known.any():
            return
        cause = int(Cause.RATE)
        span = np.where(known, time - self.good_time, 1) * 1e-6
        over = known & (np.abs((value - self.good_value) / span) >= asked.rate)
        old = self.severity[cause]
        waits = known & ~over & (old > 0)
        self.rate_run[over] = NEVER
        self.rate_run[waits & (self.rate_run == NEVER)] = time
        stays = waits & (time - np.where(waits, self.rate_run, time) < asked.clear_hold)
        new = np.where(over, asked.rate_severity, np.where(stays, old, 0))
        self.rate_run[waits & ~stays] = NEVER
        self._follow(cause, new, np.full(self.count, time), time, known)

    def _stuck(self, asked: Asked, time: int, value: np.ndarray, good: np.ndarray) -> None:
        cause = int(Cause.STUCK)
        onset, since = self.onset[cause], self.changed_time
        moved = good & ((since == NEVER) | (np.abs(value - self.changed_value) > asked.epsilon))
        ended = good & (onset != NEVER) & (moved | (asked.stuck == 0))
        began = good & (onset == NEVER) & ~moved & (asked.stuck > 0)
        began &= time - np.where(began, since, time) >= asked.stuck
        self._tell(ended, Kind.FAULT_ENDED, cause, time)
        onset[ended] = NEVER
        onset[began] = since[began]
        self._tell(began, Kind.FAULT_BEGAN, cause, time)
        moved |= ended
        self.changed_time[moved], self.changed_value[moved] = time, value[moved]
