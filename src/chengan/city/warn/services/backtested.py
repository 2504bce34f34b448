"""What a trial counts: breaches held against the alarms that people judged, by cause and step.

A breach is real if it overlaps an alarm that was confirmed, false if only such as were dismissed,
and unjudged if nobody said.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm, Backtest, Episode

NEAR_US: Final = 60_000_000
"""A breach and an episode this near each other are the same."""
KEPT: Final = 300
"""Breaches of each cause that are kept to be listed."""
DEVICE: Final = ("stuck", "silent")
"""Faults of a device: counted by themselves, and no part of the sums."""
CAUSES: Final = ("high", "low", "rate", "anomaly", "step", "joint", "release", *DEVICE)
COUNTS: Final = ("raised", "a_day", "real", "false", "unjudged", "missed", "precision", "recall")


@dataclass(frozen=True)
class Known:
    """A stretch of an alarm that people saw: from, to (µs), the alarm, its number and status.

    fault : its cause where it is a device's, else empty.
    """

    onset: int
    end: int
    alarm: str
    number: int
    status: str
    fault: str = ""


def nothing_counted() -> dict[str, Any]:
    """Counts of one step, of all causes or of one."""
    return {"raised": 0, "unjudged": 0, "real": [], "false": []}


def known(datastreams: Sequence[int], start: datetime, end: datetime) -> list[Known]:
    """What was alarmed on these datastreams in the span, and what people made of it."""
    of = ("onset", "ended_at", "alarm_id", "alarm__number", "alarm__status")
    rows = Episode.objects.filter(
        datastream__in=datastreams, onset__lte=end, last_at__gte=start
    ).values_list(*of, "alarm__category", "cause")
    return [
        Known(
            _us(onset), _us(ended or end), str(alarm), count, status,
            cause if category == Alarm.Category.DEVICE else "",
        )
        for onset, ended, alarm, count, status, category, cause in rows
    ]  # fmt: skip


def _us(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def overlapping(breach: sense.Breach, seen: Iterable[Known]) -> list[Known]:
    """The stretches that are the same as a breach: they overlap, or lie within a minute.

    A danger is any danger, whatever told it; a device's fault is one of the same cause.
    """
    end = math.inf if breach.end is None else breach.end
    fault = breach.cause if breach.cause in DEVICE else ""
    alike = [each for each in seen if each.fault == fault]
    return [k for k in alike if k.onset <= end + NEAR_US and k.end >= breach.onset - NEAR_US]


def count(point: dict[str, Any], raised: Iterable[sense.Breach], seen: list[Known]) -> None:
    """Add what one step raised to its counts, those of all causes and those of its own."""
    for breach in raised:
        met = overlapping(breach, seen)
        real = {each.alarm for each in met if each.status == Alarm.Status.CONFIRMED}
        false = {each.alarm for each in met if each.status == Alarm.Status.DISMISSED}
        own = point.setdefault("causes", {}).setdefault(breach.cause, nothing_counted())
        for counts in (own,) if breach.cause in DEVICE else (own, point):
            counts["raised"] += 1
            counts["unjudged"] += not real and not false
            join(counts["real"], real)
            join(counts["false"], false)


def join(into: list[str], more: set[str]) -> None:
    """Add `more` to a sorted list without doubles."""
    into[:] = sorted(set(into) | more)


def keep(result: dict[str, Any], raised: Sequence[sense.Breach], seen: list[Known]) -> None:
    """Keep what the figures as they are raised, to be listed; of more than `KEPT` only count."""
    result["found"] = result.get("found", 0) + len(raised)
    have = Counter(each["cause"] for each in result["breaches"])
    for each in raised:
        have[each.cause] += 1
        if have[each.cause] <= KEPT:
            result["breaches"].append(_told(each, seen))
    for met in seen:
        if met.status == Alarm.Status.CONFIRMED:
            join(result.setdefault(f"confirmed{met.fault}", []), {met.alarm})


def _told(breach: sense.Breach, seen: list[Known]) -> dict[str, Any]:
    met = sorted(overlapping(breach, seen), key=lambda each: each.status != "confirmed")
    first = met[0] if met else None
    told: dict[str, Any] = _finite(asdict(breach)) | {
        "alarm": first.alarm if first else "",
        "number": first.number if first else None,
        "status": first.status if first else "",
    }
    return told


def _finite(figure: Any) -> Any:
    """The same with None for what is no number, as JSON has none."""
    if isinstance(figure, Mapping):
        return {name: _finite(each) for name, each in figure.items()}
    if isinstance(figure, list | tuple):
        return [_finite(each) for each in figure]
    return None if isinstance(figure, float) and not math.isfinite(figure) else figure


def causes(found: Backtest) -> list[str]:
    """The causes of which the figures or a step raised anything, in a fixed order."""
    points = found.result.get("points", [])
    there = {cause for point in points for cause in point.get("causes", {})}
    return [cause for cause in CAUSES if cause in there]


def curve(found: Backtest, cause: str = "") -> list[dict[str, Any]]:
    """The points as figures: raised and a day, real, false, unjudged, missed, precision, recall.

    Of one cause, where one is named. `wrong` says why a step means nothing on a datastream tried;
    its counts are None then.
    """
    days = max((found.end - found.start).total_seconds() / 86_400, 1e-9)
    fault = cause if cause in DEVICE else ""
    confirmed = len(found.result.get(f"confirmed{fault}", []))
    return [_point(each, confirmed, days, cause) for each in found.result.get("points", [])]


def _point(each: Mapping[str, Any], confirmed: int, days: float, cause: str) -> dict[str, Any]:
    about = {
        "factor": each["factor"], "high": each["high"], "low": each["low"], "rate": each["rate"],
        "a_year": each.get("a_year"), "usual": each.get("usual"), "score": each.get("score"),
        "excess": each.get("excess"), "stuck_s": each.get("stuck_s"),
        "silent": each.get("silent"), "is_asked": each["factor"] == 1.0,
        "wrong": each.get("wrong", ""),
    }  # fmt: skip
    if about["wrong"]:
        return about | dict.fromkeys(COUNTS)
    counts = each.get("causes", {}).get(cause, nothing_counted()) if cause else each
    real, false = len(counts["real"]), len(counts["false"])
    return about | {
        "raised": counts["raised"], "a_day": counts["raised"] / days,
        "real": real, "false": false, "unjudged": counts["unjudged"], "missed": confirmed - real,
        "precision": real / (real + false) if real + false else None,
        "recall": real / confirmed if confirmed else None,
    }  # fmt: skip
