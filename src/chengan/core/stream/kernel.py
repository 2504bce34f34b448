"""The rules of one reading, compiled: each function is one rule for one stream.

A rule takes the records of one stream (`state` from `StreamState.table`, `limits` from
`Limits.table`), changes `state` in place, writes what happened into `out` from row `at` on, and
returns the next free row. `evaluate` is the door; nothing here checks its input.

Compiled because each rule branches on what the readings before have left in the state, which
array operations cannot say without sorting the readings by stream first.
"""

import math
from typing import Final

from numba import njit

from chengan.core.arrays import (
    NEVER,
    BoolArray,
    CodeArray,
    FloatArray,
    IndexArray,
    IntArray,
    Record,
    RecordArray,
)
from chengan.core.stream.events import Cause, Kind, Quality

EVENTS_PER_READING: Final[int] = 6
"""No reading yields more: one for each cause."""

# Without numba's runtime (`_nrt`), as nothing here allocates: counting the references of every
# array at every call made the whole kernel ten times as slow.
_rule = njit(cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]

# Plain integers: the compiler folds them into the code.
_HIGH: Final[int] = int(Cause.HIGH)
_LOW: Final[int] = int(Cause.LOW)
_RATE: Final[int] = int(Cause.RATE)
_STUCK: Final[int] = int(Cause.STUCK)
_SILENT: Final[int] = int(Cause.SILENT)
_IMPLAUSIBLE: Final[int] = int(Cause.IMPLAUSIBLE)
_BREACH_BEGAN: Final[int] = int(Kind.BREACH_BEGAN)
_BREACH_CHANGED: Final[int] = int(Kind.BREACH_CHANGED)
_BREACH_ENDED: Final[int] = int(Kind.BREACH_ENDED)
_FAULT_BEGAN: Final[int] = int(Kind.FAULT_BEGAN)
_FAULT_ENDED: Final[int] = int(Kind.FAULT_ENDED)
_GOOD: Final[int] = int(Quality.GOOD)
_LATE: Final[int] = int(Quality.LATE)
_BAD: Final[int] = int(Quality.IMPLAUSIBLE)


@_rule
def _report(
    out: RecordArray,
    at: int,
    kind: int,
    cause: int,
    severity: int,
    time: int,
    onset: int,
    value: float,
    measure: float,
    limit: float,
    expected: float,
) -> int:
    out[at].kind = kind
    out[at].cause = cause
    out[at].severity = severity
    out[at].time = time
    out[at].onset = onset
    out[at].value = value
    out[at].measure = measure
    out[at].limit = limit
    out[at].expected = expected
    return at + 1


@_rule
def _stays(run: IntArray, level: int, is_inside: bool, time: int, clear_hold: int) -> bool:
    """Say whether a severity in force stays so; its run counts the time back inside."""
    if not is_inside:
        run[level] = NEVER
        return True
    if run[level] == NEVER:
        run[level] = time
    if time - run[level] < clear_hold:
        return True
    run[level] = NEVER
    return False


@_rule
def _comes(run: IntArray, level: int, is_beyond: bool, time: int, hold: int) -> bool:
    """Say whether a severity not in force comes so; its run counts the time beyond."""
    if not is_beyond:
        run[level] = NEVER
        return False
    if run[level] == NEVER:
        run[level] = time
    return time - run[level] >= hold


@_rule
def _severity(
    state: Record, limits: Record, side: int, thresholds: FloatArray, time: int, value: float
) -> tuple[int, int]:
    """Severity of one side after this reading, and when the value first went beyond.

    Each severity is a latch of its own, on after `hold_us` beyond its threshold, off after
    `clear_hold_us` back inside its band. As thresholds are ordered the latches are nested, and
    the highest one that is on says all.
    """
    run = state.run[side]
    sign = 1.0 if side == _HIGH else -1.0
    old = state.severity[side]
    new = 0
    first = time
    for level in range(5):
        past = sign * (value - thresholds[level])
        if math.isnan(past):
            run[level] = NEVER
        elif level < old:
            if _stays(run, level, past < -limits.hysteresis, time, limits.clear_hold_us):
                new = level + 1
        elif _comes(run, level, past >= 0.0, time, limits.hold_us):
            new = level + 1
            first = min(first, run[level])
    for level in range(old, new):
        run[level] = NEVER
    return new, first


@_rule
def _follow(state: Record, cause: int, new: int, first: int) -> tuple[int, int]:
    """Put a breach's new severity in force; returns the kind of event and the episode's onset."""
    old = state.severity[cause]
    state.severity[cause] = new
    if old == 0:
        state.onset[cause] = first
        return _BREACH_BEGAN, first
    onset = state.onset[cause]
    if new == 0:
        state.onset[cause] = NEVER
        return _BREACH_ENDED, onset
    return _BREACH_CHANGED, onset


@_rule
def _level(
    state: Record, limits: Record, side: int, time: int, value: float, out: RecordArray, at: int
) -> int:
    """Thresholds of one side, HIGH or LOW."""
    thresholds = limits.high if side == _HIGH else limits.low
    old = int(state.severity[side])
    new, first = _severity(state, limits, side, thresholds, time, value)
    if new == old:
        return at
    kind, onset = _follow(state, side, new, first)
    limit = thresholds[(new if new > 0 else old) - 1]
    return _report(out, at, kind, side, new, time, onset, value, value, limit, math.nan)


@_rule
def _rate_severity(state: Record, limits: Record, time: int, rate: float) -> int:
    """Severity of the rate of change after this reading."""
    old = int(state.severity[_RATE])
    if math.isnan(limits.rate_limit):
        return 0
    if abs(rate) >= limits.rate_limit:
        state.rate_run = NEVER
        return int(limits.rate_severity)
    if old == 0:
        return 0
    if state.rate_run == NEVER:
        state.rate_run = time
    return old if time - state.rate_run < limits.clear_hold_us else 0


@_rule
def _rate(state: Record, limits: Record, time: int, value: float, out: RecordArray, at: int) -> int:
    """Rate of change since the previous plausible reading; it has no hold, a jump is a jump."""
    before, earlier = state.good_time, state.good_value
    if before == NEVER or time <= before:
        return at
    rate = (value - earlier) / ((time - before) * 1e-6)
    new = _rate_severity(state, limits, time, rate)
    if new == state.severity[_RATE]:
        return at
    kind, onset = _follow(state, _RATE, new, time)
    if new == 0:
        state.rate_run = NEVER
    return _report(out, at, kind, _RATE, new, time, onset, value, rate, limits.rate_limit, earlier)


@_rule
def _was_long_unheard(state: Record, limits: Record, time: int) -> bool:
    """Say whether the pause before this reading was longer than silence may last.

    Nothing is known of the value in such a pause, so it must not count as stuck: after an outage
    of a whole gateway all its calm sensors would be called broken.
    """
    after, before = limits.silent_after_us, state.good_time
    return after > 0 and before != NEVER and time - before > after


@_rule
def _stuck(
    state: Record, limits: Record, time: int, value: float, out: RecordArray, at: int
) -> int:
    """Whether the value has stood still for too long; compared with the first value of the run.

    Comparing with the previous value instead would call a slow drift stuck.
    """
    since, onset, may_last = state.changed_time, state.onset[_STUCK], limits.stuck_us
    has_moved = since == NEVER or abs(value - state.changed_value) > limits.stuck_epsilon
    kind = -1
    if onset != NEVER and (has_moved or may_last == 0):
        state.onset[_STUCK] = NEVER
        kind, has_moved = _FAULT_ENDED, True
    elif onset == NEVER and _was_long_unheard(state, limits, time):
        has_moved = True
    elif onset == NEVER and not has_moved and may_last > 0 and time - since >= may_last:
        state.onset[_STUCK] = onset = since
        kind = _FAULT_BEGAN
    if has_moved:
        state.changed_time = time
        state.changed_value = value
    if kind < 0:
        return at
    lasted, limit = (time - onset) * 1e-6, may_last * 1e-6
    return _report(out, at, kind, _STUCK, 0, time, onset, value, lasted, limit, math.nan)


@_rule
def _report_silence(
    limits: Record, kind: int, time: int, onset: int, value: float, out: RecordArray, at: int
) -> int:
    interval = limits.expected_interval_us
    expected = interval * 1e-6 if interval > 0 else math.nan
    lasted, limit = (time - onset) * 1e-6, limits.silent_after_us * 1e-6
    return _report(out, at, kind, _SILENT, 0, time, onset, value, lasted, limit, expected)


@_rule
def _heard(
    state: Record, limits: Record, arrival: int, value: float, out: RecordArray, at: int
) -> int:
    """End the silence, if there was one."""
    onset = state.onset[_SILENT]
    if onset == NEVER:
        return at
    state.onset[_SILENT] = NEVER
    return _report_silence(limits, _FAULT_ENDED, arrival, onset, value, out, at)


@_rule
def _crossed_bound(limits: Record, value: float) -> tuple[bool, float]:
    """Whether the value is implausible, and the bound it crossed (NaN if it is not finite)."""
    if not math.isfinite(value):
        return True, math.nan
    if value < limits.plausible_low:
        return True, limits.plausible_low
    if value > limits.plausible_high:
        return True, limits.plausible_high
    return False, math.nan


@_rule
def _implausible(
    state: Record, limits: Record, time: int, value: float, out: RecordArray, at: int
) -> tuple[bool, int]:
    """Whether the value is implausible; begins the fault at the first, ends it at the next good."""
    is_bad, bound = _crossed_bound(limits, value)
    onset = state.onset[_IMPLAUSIBLE]
    if is_bad == (onset != NEVER):
        return is_bad, at
    kind = _FAULT_BEGAN if is_bad else _FAULT_ENDED
    onset = time if is_bad else onset
    state.onset[_IMPLAUSIBLE] = time if is_bad else NEVER
    at = _report(out, at, kind, _IMPLAUSIBLE, 0, time, onset, value, value, bound, math.nan)
    return is_bad, at


@_rule
def _remember(state: Record, time: int, value: float, arrival: int) -> None:
    state.last_time = time
    state.last_value = value
    state.last_arrival = max(state.last_arrival, arrival)
    state.readings += 1


@_rule
def _one(
    state: Record,
    limits: Record,
    time: int,
    value: float,
    arrival: int,
    out: RecordArray,
    at: int,
) -> tuple[int, int]:
    """One reading through all rules; returns its quality and the next free row."""
    if time <= state.last_time:
        return _LATE, at
    at = _heard(state, limits, arrival, value, out, at)
    _remember(state, time, value, arrival)
    is_bad, at = _implausible(state, limits, time, value, out, at)
    if is_bad:
        return _BAD, at
    at = _level(state, limits, _HIGH, time, value, out, at)
    at = _level(state, limits, _LOW, time, value, out, at)
    at = _rate(state, limits, time, value, out, at)
    at = _stuck(state, limits, time, value, out, at)
    state.good_time = time
    state.good_value = value
    return _GOOD, at


@_rule
def read(
    state: RecordArray,
    limits: RecordArray,
    stream: IndexArray,
    time: IntArray,
    value: FloatArray,
    arrival: IntArray,
    quality: CodeArray,
    start: int,
    out: RecordArray,
) -> tuple[int, int]:
    """Evaluate readings from `start` on until all are done or `out` might not hold the next one's.

    Returns the next reading to evaluate and the number of rows filled.
    """
    at = 0
    last_row = out.shape[0] - EVENTS_PER_READING
    for k in range(start, stream.shape[0]):
        if at > last_row:
            return k, at
        i = stream[k]
        before = at
        quality[k], at = _one(state[i], limits[i], time[k], value[k], arrival[k], out, at)
        for row in range(before, at):
            out[row].stream = i
    return stream.shape[0], at


@_rule
def _listen(
    state: Record, limits: Record, now: int, is_active: bool, out: RecordArray, at: int
) -> int:
    """Begin or end the silence of one stream at `now`."""
    since = max(state.last_arrival, state.enrolled)
    onset = state.onset[_SILENT]
    after = limits.silent_after_us
    is_asked = is_active and after > 0
    if onset != NEVER and not is_asked:
        state.onset[_SILENT] = NEVER
        return _report_silence(limits, _FAULT_ENDED, now, onset, state.last_value, out, at)
    if onset == NEVER and is_asked and since != NEVER and now - since > after:
        state.onset[_SILENT] = since
        return _report_silence(limits, _FAULT_BEGAN, now, since, state.last_value, out, at)
    return at


@_rule
def listen(
    state: RecordArray, limits: RecordArray, now: int, active: BoolArray, out: RecordArray
) -> int:
    """Find the streams that have fallen silent at `now`; returns the number of rows filled."""
    at = 0
    for i in range(state.shape[0]):
        before = at
        at = _listen(state[i], limits[i], now, active[i], out, at)
        if at > before:
            out[before].stream = i
    return at
