"""What is unusual in one series, compiled: one record a stream, one reading at a time.

Five questions are asked of a reading, each answered by a figure that is about ±1 on an ordinary
day: how far it lies from the level, from the last reading, from its hour (of working days and
weekends), and how far the last hour or so as a whole lies from the level and from its hours. Each
figure is looked up in the stream's own history of that figure, a histogram of 41 bins: the share
of the past that was at least as rare is its surprise, in decades. `anomaly` is the door; nothing
here checks its input.
"""

import math
from typing import Final

from numba import njit

from chengan.core.arrays import (
    BoolArray,
    CodeArray,
    FloatArray,
    IndexArray,
    IntArray,
    Record,
    RecordArray,
)

QUESTIONS: Final[int] = 5
BINS: Final[int] = 41
HOURS: Final[int] = 48
BURN_IN: Final[int] = 150
"""Readings before the first judgement."""
LIMIT: Final[float] = 3.1
"""Surprise, in decades over all questions, below which no alarm begins: score 0.5."""

BUMP: Final[float] = 0.35
"""By how much an alarm raises the limit of a stream that has an allowance of alarms."""
MOST_LIMIT: Final[float] = 6.5

_FALSE: Final[float] = 2.0
"""Without an allowance: one over this many times the readings so far may be called unusual."""
_MEMORY: Final[float] = 6000.0
_SLOW: Final[float] = 60.0
_FINENESS: Final[float] = 2.5
_MOST: Final[int] = 20_000
_ORDINARY: Final[float] = 0.75
_NORM: Final[float] = 3.0
_FADE: Final[float] = 1 - 1 / 300
_MARGIN: Final[float] = 1.3
_CLIP: Final[float] = 5.0
_SEASON_READY: Final[int] = 6
_CALM: Final[float] = 1.2
_CALM_READINGS: Final[int] = 12
_LONGEST: Final[int] = 400

_rule = njit(cache=True, _nrt=False)  # type: ignore[call-overload]


@_rule
def _share(distance: float, spread: float, floor: float) -> float:
    scale = spread + floor
    return distance / scale if scale > 0.0 else 0.0


@_rule
def _clipped(distance: float, spread: float, is_young: bool) -> float:
    """The distance, kept within five spreads so that one spike teaches little."""
    if is_young or spread <= 0.0:
        return distance
    return min(max(distance, -_CLIP * spread), _CLIP * spread)


@_rule
def _hour(time: int) -> int:
    """Bin 0..23 on Monday to Friday, 24..47 on Saturday and Sunday (UTC)."""
    seconds = time // 1_000_000
    hour = (seconds // 3600) % 24
    is_weekend = (seconds // 86400 + 3) % 7 >= 5
    return int(hour + (24 if is_weekend else 0))


@_rule
def _bin(figure: float) -> int:
    place = math.floor(math.asinh(figure) * _FINENESS + BINS // 2 + 0.5)
    return min(max(place, 0), BINS - 1)


@_rule
def _smoothed(counts: IntArray, place: int) -> float:
    below = counts[place - 1] if place > 0 else 0
    above = counts[place + 1] if place < BINS - 1 else 0
    return 0.5 * counts[place] + 0.25 * below + 0.25 * above


@_rule
def _surprise(counts: IntArray, total: float, place: int) -> float:
    """Decades of the share of the past that was at least as rare as this bin."""
    own, rarer = _smoothed(counts, place), 0.0
    for other in range(BINS):
        density = _smoothed(counts, other)
        if density < own:
            rarer += counts[other]
        elif density == own:
            rarer += 0.5 * counts[other]
    return -math.log10((rarer + 0.5) / (total + 1.0))


@_rule
def _count(counts: IntArray, place: int, is_full: bool) -> None:
    if is_full:
        for other in range(BINS):
            counts[other] //= 2
    counts[place] += 1


@_rule
def _ask(profile: Record, figure: float, question: int) -> float:
    counts = profile.counts[question]
    place = _bin(figure)
    surprise = 0.0
    if profile.readings >= BURN_IN:
        surprise = _surprise(counts, profile.total, place)
    _count(counts, place, profile.total >= _MOST)
    return surprise


@_rule
def _fused(profile: Record, figures: tuple[float, float, float, float, float]) -> tuple[float, int]:
    """Surprise of all questions together, and the question that says most."""
    together, most, reason = 0.0, -1.0, 0
    for question in range(QUESTIONS):
        surprise = _ask(profile, figures[question], question)
        together += max(surprise - _ORDINARY, 0.0) ** _NORM
        if surprise > most:
            most, reason = surprise, question
    profile.total = (profile.total // 2 if profile.total >= _MOST else profile.total) + 1
    return together ** (1 / _NORM), reason


@_rule
def _learn_hour(profile: Record, hour: int, value: float) -> None:
    seen = min(profile.hour_count[hour] + 1, 50)
    profile.hour_count[hour] = seen
    if seen == 1:
        profile.hour_mean[hour] = value
        profile.hour_spread[hour] = profile.spread
        return
    away = value - profile.hour_mean[hour]
    away = _clipped(away, profile.hour_spread[hour], seen <= _SEASON_READY)
    profile.hour_mean[hour] += away / seen
    profile.hour_spread[hour] += (abs(away) - profile.hour_spread[hour]) / seen


@_rule
def _begin(profile: Record, value: float) -> None:
    profile.level = value
    profile.slow = value
    profile.last = value


@_rule
def _look(profile: Record, time: int, value: float) -> tuple[float, float, int]:
    """Surprise, expected value, question; the profile then knows the reading."""
    if profile.readings == 0:
        _begin(profile, value)
    seen = profile.readings + 1
    is_young = profile.readings <= 50
    gain = max(1.0 / seen, 1.0 / _MEMORY)
    fast_gain = max(1.0 / seen, 1.0 / _SLOW)
    floor = 0.02 * profile.spread + 1e-9
    hour = _hour(time)
    knows_hour = profile.hour_count[hour] >= _SEASON_READY
    expected = profile.hour_mean[hour] if knows_hour else profile.level
    hour_spread = profile.hour_spread[hour] if knows_hour else profile.spread
    away, jump, off = value - profile.level, value - profile.last, value - expected
    profile.slow += (value - profile.slow) * fast_gain
    profile.off_slow += (off - profile.off_slow) * fast_gain
    shift = profile.slow - profile.level
    figures = (
        _share(away, profile.spread, 1e-9),
        _share(jump, profile.jump, floor),
        _share(off, hour_spread + 0.3 * profile.off, floor),
        _share(shift, profile.slow_spread, floor),
        _share(profile.off_slow, profile.off_slow_spread, floor),
    )
    surprise, reason = _fused(profile, figures)
    away = _clipped(away, profile.spread, is_young)
    profile.level += gain * away
    profile.spread += gain * (abs(away) - profile.spread)
    profile.jump += gain * (abs(_clipped(jump, profile.jump, is_young)) - profile.jump)
    profile.slow_spread += gain * (abs(shift) - profile.slow_spread)
    profile.off += gain * (abs(_clipped(off, profile.off, is_young)) - profile.off)
    profile.off_slow_spread += gain * (abs(profile.off_slow) - profile.off_slow_spread)
    _learn_hour(profile, hour, value)
    profile.last = value
    profile.readings = seen
    return surprise, expected, reason


@_rule
def _announced(profile: Record, surprise: float) -> float:
    """The surprise if it is news: clearly above what was announced lately, which fades."""
    profile.announced *= _FADE
    if surprise <= profile.announced * _MARGIN + 0.02:
        return 0.0
    profile.announced = max(profile.announced, surprise)
    return surprise


@_rule
def grown_limit(readings: int) -> float:
    """The limit of a stream without an allowance, after so many readings."""
    share = math.log10(_FALSE * max(readings, 1))
    return max(LIMIT, 3.5 + (share - 3.58) / 1.54)


@_rule
def _limit(profile: Record, since: int) -> float:
    """The surprise at which this stream alarms: what its allowance leaves.

    Without one it grows with the readings, so that of n some half of ln(n / 150) are false.
    """
    if profile.allowance <= 0:
        return grown_limit(profile.readings)
    profile.limit = max(profile.limit - BUMP * since / profile.allowance, profile.least)
    return float(profile.limit)


@_rule
def _follow(profile: Record, time: int, news: float, surprise: float, limit: float) -> bool:
    """Begin, keep or end the alarm: it ends when it was calm for a while, or became the norm."""
    if news >= limit:
        if profile.alarm_run == 0:
            profile.onset = time
            profile.alarm_run = 1
            profile.asked = limit
            if profile.allowance > 0:
                profile.limit = min(profile.limit + BUMP, MOST_LIMIT)
        profile.calm_run = 0
    elif surprise >= _CALM:
        profile.calm_run = 0
    else:
        profile.calm_run += 1
    if profile.alarm_run > 0:
        profile.alarm_run += 1
        if profile.calm_run >= _CALM_READINGS or profile.alarm_run > _LONGEST:
            profile.alarm_run = 0
    return bool(profile.alarm_run > 0)


@_rule
def read(
    profiles: RecordArray,
    stream: IndexArray,
    time: IntArray,
    value: FloatArray,
    score: FloatArray,
    alarm: BoolArray,
    expected: FloatArray,
    reason: CodeArray,
) -> None:
    """Judge readings in the order given; what is late or no number is passed over."""
    for k in range(stream.shape[0]):
        profile = profiles[stream[k]]
        expected[k] = math.nan
        reason[k] = -1
        if time[k] <= profile.last_time or not math.isfinite(value[k]):
            alarm[k] = profile.alarm_run > 0
            continue
        since = time[k] - profile.last_time if profile.readings > 0 else 0
        profile.last_time = time[k]
        limit = _limit(profile, since)
        surprise, expected[k], why = _look(profile, time[k], value[k])
        news = _announced(profile, surprise)
        alarm[k] = _follow(profile, time[k], news, surprise, limit)
        score[k] = 1.0 - 2.0 ** (-news / LIMIT)
        if news > 0.0:
            reason[k] = why
