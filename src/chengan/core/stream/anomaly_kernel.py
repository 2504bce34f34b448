"""What is unusual in one series, compiled: one record a stream, one reading at a time.

Five questions are asked of a reading, each answered by a figure that is about ±1 on an ordinary
day: how far it lies from the level, from the last reading, from its hour (of working days and
weekends), how far the last sixty readings as a whole lie from the level, and the last twelve from
the last sixty. Each figure is looked up in the stream's own history of that figure, a histogram of
41 bins: the share of the past that was at least as rare is its surprise, in decades, and more if
it lies beyond all that was ever seen. Two more questions are asked of the surprise itself: how it
was of late, over some ten and some forty readings, against the stream's own history of that.
`anomaly` is the door; nothing here checks its input.
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

QUESTIONS: Final[int] = 7
OF_READING: Final[int] = 5
"""So many questions are of the reading; the others of how surprising the last ones were."""
BINS: Final[int] = 41
HOURS: Final[int] = 48
BURN_IN: Final[int] = 150
"""Readings before the first judgement."""
LIMIT: Final[float] = 3.1
"""Surprise, in decades over all questions, below which no alarm begins."""

BUMP: Final[float] = 0.35
"""By how much an alarm raises the limit of a stream that has an allowance of alarms."""
MOST_LIMIT: Final[float] = 6.5

_FALSE: Final[float] = 6.0
"""Without an allowance the limit is the surprise that white noise passes once in so many times the
readings so far."""
_MEMORY: Final[float] = 6000.0
_SLOW: Final[float] = 60.0
_QUICK: Final[float] = 12.0
_LATELY: Final[tuple[float, float]] = (10.0, 40.0)
_UNREST_FLOOR: Final[float] = 0.05
_UNREST_SCALE: Final[float] = 3.0
_GAP: Final[float] = 0.5
"""Decades for each empty bin on the way to the nearest that was ever seen: half a decade is about
half as far again."""
_MOST_GAP: Final[float] = 2.0
_FINENESS: Final[float] = 2.5
_MOST: Final[int] = 20_000
_ORDINARY: Final[float] = 0.75
_NORM: Final[float] = 3.0
_FADE: Final[float] = 1 - 1 / 240
_MARGIN: Final[float] = 1.2
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
def _smoothed(counts: IntArray, place: int) -> int:
    """Four times the density: half of the bin, a quarter of each neighbour."""
    below = counts[place - 1] if place > 0 else 0
    above = counts[place + 1] if place < BINS - 1 else 0
    return int(2 * counts[place] + below + above)


@_rule
def _beyond(counts: IntArray, place: int) -> float:
    """Decades for each empty bin between this one and the nearest that was ever seen."""
    if counts[place] > 0:
        return 0.0
    for gap in range(1, BINS):
        is_seen = (place >= gap and counts[place - gap] > 0) or (
            place + gap < BINS and counts[place + gap] > 0
        )
        if is_seen:
            return min(_GAP * (gap - 1), _MOST_GAP)
    return 0.0


@_rule
def _surprise(counts: IntArray, total: float, place: int) -> float:
    """Decades of the share of the past that was at least as rare as this bin."""
    own, rarer = _smoothed(counts, place), 0.0
    for other in range(BINS):
        if counts[other] == 0:
            continue
        density = _smoothed(counts, other)
        if density < own:
            rarer += counts[other]
        elif density == own:
            rarer += 0.5 * counts[other]
    return -math.log10((rarer + 0.5) / (total + 1.0)) + _beyond(counts, place)


@_rule
def _count(counts: IntArray, place: int, is_full: bool) -> None:
    """Count; a full history is halved, but what was once seen stays seen."""
    if is_full:
        for other in range(BINS):
            counts[other] = (counts[other] + 1) // 2
    counts[place] += 1


@_rule
def _ask(profile: Record, figure: float, question: int, total: int, is_ready: bool) -> float:
    """Surprise of a figure; its history then knows it."""
    counts = profile.counts[question]
    place = _bin(figure)
    surprise = _surprise(counts, total, place) if is_ready else 0.0
    _count(counts, place, total >= _MOST)
    return surprise


@_rule
def _more(total: int) -> int:
    return int(total // 2 if total >= _MOST else total) + 1


@_rule
def _of_reading(
    profile: Record, figures: tuple[float, float, float, float, float]
) -> tuple[float, float, int]:
    """Surprises of the reading's figures: sum of cubes, the greatest, its question."""
    together, most, reason = 0.0, -1.0, 0
    is_ready = profile.readings >= BURN_IN
    for question in range(OF_READING):
        surprise = _ask(profile, figures[question], question, profile.total, is_ready)
        together += max(surprise - _ORDINARY, 0.0) ** _NORM
        if surprise > most:
            most, reason = surprise, question
    profile.total = _more(profile.total)
    return together, most, reason


@_rule
def _of_late(profile: Record, surprise: float, most: float, reason: int) -> tuple[float, int]:
    """The same of how surprising the last readings were, this one with them."""
    together = 0.0
    if profile.readings < BURN_IN:
        return together, reason
    is_ready = profile.readings >= 2 * BURN_IN
    for k in range(QUESTIONS - OF_READING):
        profile.unrest[k] += (surprise - profile.unrest[k]) / _LATELY[k]
        figure = _UNREST_SCALE * math.log(profile.unrest[k] + _UNREST_FLOOR)
        found = _ask(profile, figure, OF_READING + k, profile.unrest_total, is_ready)
        together += max(found - _ORDINARY, 0.0) ** _NORM
        if found > most:
            most, reason = found, OF_READING + k
    profile.unrest_total = _more(profile.unrest_total)
    return together, reason


@_rule
def _fused(
    profile: Record, figures: tuple[float, float, float, float, float]
) -> tuple[float, float, int]:
    """Surprise of all questions, of the reading's alone, and the question that says most."""
    cubes, most, reason = _of_reading(profile, figures)
    own = cubes ** (1 / _NORM)
    of_late, reason = _of_late(profile, own, most, reason)
    return (cubes + of_late) ** (1 / _NORM), own, reason


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
    profile.quick = value
    profile.last = value


@_rule
def _look(profile: Record, time: int, value: float) -> tuple[float, float, float, int]:
    """Surprise, that of the reading alone, expected value, question; then knows the reading."""
    if profile.readings == 0:
        _begin(profile, value)
    seen = profile.readings + 1
    is_young = profile.readings <= 50
    gain = max(1.0 / seen, 1.0 / _MEMORY)
    floor = 0.02 * profile.spread + 1e-9
    hour = _hour(time)
    knows_hour = profile.hour_count[hour] >= _SEASON_READY
    expected = profile.hour_mean[hour] if knows_hour else profile.level
    hour_spread = profile.hour_spread[hour] if knows_hour else profile.spread
    away, jump, off = value - profile.level, value - profile.last, value - expected
    profile.slow += (value - profile.slow) * max(1.0 / seen, 1.0 / _SLOW)
    profile.quick += (value - profile.quick) * max(1.0 / seen, 1.0 / _QUICK)
    shift, turn = profile.slow - profile.level, profile.quick - profile.slow
    figures = (
        _share(away, profile.spread, 1e-9),
        _share(jump, profile.jump, floor),
        _share(off, hour_spread + 0.3 * profile.off, floor),
        _share(shift, profile.slow_spread, floor),
        _share(turn, profile.turn, floor),
    )
    surprise, own, reason = _fused(profile, figures)
    away = _clipped(away, profile.spread, is_young)
    profile.level += gain * away
    profile.spread += gain * (abs(away) - profile.spread)
    profile.jump += gain * (abs(_clipped(jump, profile.jump, is_young)) - profile.jump)
    profile.slow_spread += gain * (abs(shift) - profile.slow_spread)
    profile.off += gain * (abs(_clipped(off, profile.off, is_young)) - profile.off)
    profile.turn += gain * (abs(turn) - profile.turn)
    _learn_hour(profile, hour, value)
    profile.last = value
    profile.readings = seen
    return surprise, own, expected, reason


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
    return max(LIMIT, 3.5 + (share - 3.85) / 2.0)


@_rule
def _limit(profile: Record, since: int, grown: float) -> float:
    """The surprise at which this stream alarms: what its allowance leaves.

    Without one it grows with the readings, so that white noise begins about a quarter of
    ln(n / 150) alarms in n.
    """
    if profile.allowance <= 0:
        return grown
    profile.limit = max(profile.limit - BUMP * since / profile.allowance, profile.least)
    return float(profile.limit)


@_rule
def _score(surprise: float, grown: float) -> float:
    return 1.0 - float(2.0 ** (-surprise / grown))


@_rule
def _follow(
    profile: Record, time: int, news: float, own: float, limit: float, grown: float
) -> bool:
    """Begin, keep or end the alarm: it ends when it was calm for a while, or became the norm."""
    if news >= limit:
        if profile.alarm_run == 0:
            profile.onset = time
            profile.alarm_run = 1
            profile.asked = _score(limit, grown)
            if profile.allowance > 0:
                profile.limit = min(profile.limit + BUMP, MOST_LIMIT)
        profile.calm_run = 0
    elif own >= _CALM:
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
        grown = grown_limit(profile.readings)
        limit = _limit(profile, since, grown)
        surprise, own, expected[k], why = _look(profile, time[k], value[k])
        news = _announced(profile, surprise)
        alarm[k] = _follow(profile, time[k], news, own, limit, grown)
        score[k] = _score(news, grown)
        if news > 0.0:
            reason[k] = why
