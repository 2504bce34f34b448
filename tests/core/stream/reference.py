"""The rules of the stream again, slowly and in plain Python, to hold the compiled ones against.

Written from the words of the docstrings, one object a stream, one latch object a severity; nothing
is shared with the kernel but the codes.
"""

import math
from dataclasses import dataclass, field

from chengan.core.arrays import NEVER
from chengan.core.stream.events import Cause, Event, Kind, Quality


@dataclass
class Ask:
    """The limits of one stream, as plain figures."""

    plausible_low: float = math.nan
    plausible_high: float = math.nan
    high: list = field(default_factory=lambda: [math.nan] * 5)
    low: list = field(default_factory=lambda: [math.nan] * 5)
    hysteresis: float = 0.0
    hold_us: int = 0
    clear_hold_us: int = 0
    rate_limit: float = math.nan
    rate_severity: int = 0
    stuck_us: int = 0
    stuck_epsilon: float = 0.0
    expected_interval_us: int = 0
    silent_after_us: int = 0


@dataclass
class Latch:
    """On after `hold` beyond, off after `clear` inside."""

    on: bool = False
    beyond_since: int | None = None
    inside_since: int | None = None

    def see(self, time, beyond, inside, hold, clear):
        if self.on:
            self.inside_since = (self.inside_since or time) if inside else None
            if self.inside_since is not None and time - self.inside_since >= clear:
                self.on = False
                self.inside_since = None
            self.beyond_since = None
        else:
            self.beyond_since = (self.beyond_since or time) if beyond else None
            if self.beyond_since is not None and time - self.beyond_since >= hold:
                self.on = True


class Stream:
    """One stream: feed it readings and times, it answers with events."""

    def __init__(self, index, ask, enrolled=NEVER):
        self.index, self.ask, self.enrolled = index, ask, enrolled
        self.last = None  # (time, value)
        self.arrived = NEVER
        self.good = None  # (time, value)
        self.still = None  # (time, value)
        self.latches = {Cause.HIGH: [Latch() for _ in range(5)]}
        self.latches[Cause.LOW] = [Latch() for _ in range(5)]
        self.rate_inside_since = None
        self.severity = {Cause.HIGH: 0, Cause.LOW: 0, Cause.RATE: 0}
        self.onset = {}
        self.count = 0
        self.events = []

    def read(self, time, value, arrival):
        if self.last is not None and time <= self.last[0]:
            return Quality.LATE
        if Cause.SILENT in self.onset:
            self._fault(Cause.SILENT, False, arrival, None, value, self._silence(arrival))
        self.last, self.arrived, self.count = (
            (time, value),
            max(self.arrived, arrival),
            self.count + 1,
        )
        ask = self.ask
        bound = math.nan
        bad = not math.isfinite(value)
        if not bad and value < ask.plausible_low:
            bad, bound = True, ask.plausible_low
        if not bad and value > ask.plausible_high:
            bad, bound = True, ask.plausible_high
        if bad != (Cause.IMPLAUSIBLE in self.onset):
            self._fault(Cause.IMPLAUSIBLE, bad, time, time, value, (value, bound, math.nan))
        if bad:
            return Quality.IMPLAUSIBLE
        self._levels(Cause.HIGH, ask.high, 1.0, time, value)
        self._levels(Cause.LOW, ask.low, -1.0, time, value)
        self._rate(time, value)
        self._stuck(time, value)
        self.good = (time, value)
        return Quality.GOOD

    def advance(self, now, active=True):
        asked = active and self.ask.silent_after_us > 0
        since = max(self.arrived, self.enrolled)
        value = math.nan if self.last is None else self.last[1]
        if Cause.SILENT in self.onset:
            if not asked:
                self._fault(Cause.SILENT, False, now, None, value, self._silence(now))
        elif asked and since != NEVER and now - since > self.ask.silent_after_us:
            self.onset[Cause.SILENT] = since
            self._emit(Kind.FAULT_BEGAN, Cause.SILENT, 0, now, since, value, self._silence(now))

    def _silence(self, now):
        interval = self.ask.expected_interval_us
        since = self.onset[Cause.SILENT]
        return (
            (now - since) * 1e-6,
            self.ask.silent_after_us * 1e-6,
            interval * 1e-6 if interval else math.nan,
        )

    def _levels(self, cause, thresholds, sign, time, value):
        old = self.severity[cause]
        began = [latch.beyond_since for latch in self.latches[cause]]
        for latch, threshold in zip(self.latches[cause], thresholds, strict=True):
            if math.isnan(threshold):
                latch.on, latch.beyond_since, latch.inside_since = False, None, None
                continue
            past = sign * (value - threshold)
            latch.see(
                time, past >= 0, past < -self.ask.hysteresis,
                self.ask.hold_us, self.ask.clear_hold_us,
            )  # fmt: skip
        new = max(
            [level + 1 for level, latch in enumerate(self.latches[cause]) if latch.on], default=0
        )
        first = min([since for since in began if since is not None], default=time)
        limit = thresholds[(new or old) - 1]
        self._breach(cause, old, new, time, first, value, (value, limit, math.nan))

    def _rate(self, time, value):
        if self.good is None:
            return
        rate = (value - self.good[1]) / ((time - self.good[0]) * 1e-6)
        old = new = self.severity[Cause.RATE]
        if math.isnan(self.ask.rate_limit):
            new = 0
        elif abs(rate) >= self.ask.rate_limit:
            new, self.rate_inside_since = self.ask.rate_severity, None
        elif old:
            if self.rate_inside_since is None:
                self.rate_inside_since = time
            if time - self.rate_inside_since >= self.ask.clear_hold_us:
                new = 0
        if new == 0:
            self.rate_inside_since = None
        figures = (rate, self.ask.rate_limit, self.good[1])
        self._breach(Cause.RATE, old, new, time, time, value, figures)

    def _stuck(self, time, value):
        ask = self.ask
        is_on = Cause.STUCK in self.onset
        moved = self.still is None or abs(value - self.still[1]) > ask.stuck_epsilon
        if is_on and (moved or not ask.stuck_us):
            figures = ((time - self.onset[Cause.STUCK]) * 1e-6, ask.stuck_us * 1e-6, math.nan)
            self._fault(Cause.STUCK, False, time, None, value, figures)
            moved = True
        elif not is_on and ask.silent_after_us and self.good:
            moved = moved or time - self.good[0] > ask.silent_after_us
        if moved:
            self.still = (time, value)
        elif not is_on and ask.stuck_us and time - self.still[0] >= ask.stuck_us:
            figures = ((time - self.still[0]) * 1e-6, ask.stuck_us * 1e-6, math.nan)
            self._fault(Cause.STUCK, True, time, self.still[0], value, figures)

    def _breach(self, cause, old, new, time, first, value, figures):
        if old == new:
            return
        self.severity[cause] = new
        kind = Kind.BREACH_CHANGED
        if not old:
            kind, self.onset[cause] = Kind.BREACH_BEGAN, first
        onset = self.onset[cause]
        if not new:
            kind = Kind.BREACH_ENDED
            del self.onset[cause]
        self._emit(kind, cause, new, time, onset, value, figures)

    def _fault(self, cause, begins, time, onset, value, figures):
        if begins:
            self.onset[cause] = onset
            self._emit(Kind.FAULT_BEGAN, cause, 0, time, onset, value, figures)
        else:
            self._emit(Kind.FAULT_ENDED, cause, 0, time, self.onset.pop(cause), value, figures)

    def _emit(self, kind, cause, severity, time, onset, value, figures):
        self.events.append(Event(self.index, kind, cause, severity, time, onset, value, *figures))
