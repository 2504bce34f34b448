"""Limits tried on stored history before they are in force: what they raise, and what it was worth.

Each datastream is read once and judged by the core under the figures as they are and moved by
steps. A breach is held against the alarms that people judged: it is real if it overlaps one they
confirmed, false if only such as they dismissed, and unjudged if nobody said.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.errors import BadLimits, WrongState
from chengan.city.warn.models import Alarm, Backtest, Episode, LimitSet
from chengan.city.warn.services import overriding
from chengan.city.warn.services.limits import in_si
from chengan.city.warn.services.overriding import Figures

TASK: Final = "warn.backtest"
QUEUE: Final = "imports"
FACTORS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
AS_IT_IS: Final = FACTORS.index(1.0)
MOST_DAYS: Final = 400
FIRST_YEAR: Final = 1970
PART: Final = 3_000_000
"""Readings after which one turn of the worker ends, so that others have theirs."""
NEAR_US: Final = 60_000_000
"""A breach and an episode this near each other are the same."""
KEPT: Final = 500
Status = Backtest.Status
GOING: Final = (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True)
class Known:
    """A stretch of an alarm that people saw: from, to (µs), the alarm, its number and status."""

    onset: int
    end: int
    alarm: str
    number: int
    status: str


def moved(figures: Figures, factor: float) -> Figures:
    """The figures with every limit moved outwards by `factor` - 1 of the mildest one.

    An allowance of false alarms goes with the cube: half the limit, eight times as many.

    Levels keep their distance, so that a limit moved never crosses another of its side.
    """
    high, low = dict(figures.high), dict(figures.low)
    up, down = _reach(high.values()) * (factor - 1), _reach(low.values()) * (factor - 1)
    rate = None if figures.rate_per_s is None else figures.rate_per_s * factor
    return replace(
        figures,
        high={level: value + up for level, value in high.items()},
        low={level: value - down for level, value in low.items()},
        rate_per_s=rate,
        anomaly_a_year=figures.anomaly_a_year / factor**3,
    )


def _reach(values: Iterable[float]) -> float:
    """Size of the limit nearest to 0, or what lies between limits if that is 0."""
    sizes = sorted(abs(value) for value in values)
    return next((size for size in sizes if size > 0), 1.0) if sizes else 0.0


def ask(
    *, limit_set: LimitSet, figures: Figures | None, start: datetime, end: datetime,
    datastreams: Sequence[int], by: str, at: datetime, is_queued: bool = True,
) -> Backtest:  # fmt: skip
    """Queue a trial of `figures` (those of `limit_set` when None) on `datastreams`.

    Raises
    ------
    BadLimits
        If the span is empty, in the future or too long, nothing is there to try them on, the
        figures mean nothing, or another trial of whoever asks is still going.
    """
    _check_span(start, end, at)
    if not datastreams:
        raise BadLimits(_("No datastream that you may see measures this: nothing to try it on."))
    if Backtest.objects.filter(asked_by=by, status__in=GOING).exists():
        raise BadLimits(_("A trial of yours is still going: wait for it, or stop it."))
    chosen = figures or overriding.figures_of(limit_set)
    overriding.check(limit_set, chosen)
    bound = {each.pk for each in overriding.bound_streams(limit_set.code)}
    with transaction.atomic():
        made = Backtest.objects.create(
            code=limit_set.code, version=limit_set.version, is_draft=figures is not None,
            figures=asdict(chosen), start=start, end=end, datastreams=list(datastreams),
            is_bound=bool(bound & set(datastreams)), result=_nothing_yet(chosen),
            asked_by=by, asked_at=at, is_sample=limit_set.is_sample,
        )  # fmt: skip
        if is_queued:
            _defer(made.pk)
    return made


def _check_span(start: datetime, end: datetime, at: datetime) -> None:
    if start.year < FIRST_YEAR:
        raise BadLimits(_("Nothing was stored before %s.") % FIRST_YEAR)
    if start >= end:
        raise BadLimits(_("The end must come after the beginning."))
    if start >= at:
        raise BadLimits(_("The span lies in the future: nothing is stored of it."))
    if end - start > timedelta(days=MOST_DAYS):
        raise BadLimits(_("At most %s days at once.") % MOST_DAYS)


def _defer(number: int) -> None:
    app.configure_task(TASK, queue=QUEUE, lock=f"backtest-{number}").defer(backtest_id=number)


def candidates(limit_set: LimitSet, visible: Any) -> list[int]:
    """Datastreams to try a set on: of those `visible` where it is in force, else its property's."""
    seen = set(visible.values_list("pk", flat=True))
    bound = [each.pk for each in overriding.bound_streams(limit_set.code) if each.pk in seen]
    if bound:
        return sorted(bound)
    of_kind = visible.filter(observed_property=limit_set.observed_property)
    return sorted(of_kind.values_list("pk", flat=True))


def run_part(*, backtest_id: int, at: datetime, is_queued: bool = True) -> Backtest | None:
    """Try the next datastreams; gives None when it was stopped or is done.

    The rest waits for its next turn; a worker that dies begins again at the same datastream.
    """
    begun = Backtest.objects.filter(pk=backtest_id, status__in=GOING)
    if not begun.update(status=Status.RUNNING):
        return None
    found = Backtest.objects.get(pk=backtest_id)
    done, read = found.done, 0
    try:
        limit_set = LimitSet.objects.get(code=found.code, version=found.version)
        while done < len(found.datastreams) and read < PART:
            read += _try_one(found, limit_set, found.datastreams[done]) + 1
            done += 1
    except Exception as error:
        begun.update(status=Status.FAILED, failure=str(error), finished_at=at)
        raise
    is_done = done >= len(found.datastreams)
    fields: dict[str, Any] = {"done": done, "result": found.result}
    if is_done:
        fields |= {"status": Status.DONE, "finished_at": at}
    if not begun.filter(done=found.done).update(**fields):
        return None
    if not is_done and is_queued:
        _defer(found.pk)
    found.refresh_from_db()
    return found


def stop(*, backtest: Backtest, by: str, at: datetime) -> None:
    """Stop a trial; what was found so far stays.

    Raises
    ------
    WrongState
        If it is over already.
    """
    going = Backtest.objects.filter(pk=backtest.pk, status__in=GOING)
    with transaction.atomic():
        if not going.update(status=Status.STOPPED, finished_at=at):
            raise WrongState(_("This trial is over already."))
        about = f"limits:{backtest.code}"
        data = {"backtest": backtest.pk, "done": backtest.done}
        fact = journal.Fact(kind="backtest.stopped", subject=about, at=at, actor=by, data=data)
        journal.append([fact])


def _nothing_yet(figures: Figures) -> dict[str, Any]:
    return {
        "readings": 0,
        "confirmed": [],
        "breaches": [],
        "points": [
            {"factor": factor, "high": dict(each.high), "low": dict(each.low),
             "rate": each.rate_per_s,
             "a_year": each.anomaly_a_year if each.anomaly_severity else None,
             "raised": 0, "unjudged": 0, "real": [], "false": []}
            for factor in FACTORS
            for each in [moved(figures, factor)]
        ],
    }  # fmt: skip


def _try_one(found: Backtest, limit_set: LimitSet, number: int) -> int:
    """Try every step on one datastream; adds to the result, gives the readings seen.

    A step whose limits mean nothing here (a lower one above an upper one, beyond what is
    plausible) is marked so; a datastream on which the figures as they are mean nothing is left out.
    """
    stream = sense.Datastream.objects.filter(pk=number).first()
    if stream is None:
        return 0
    figures = Figures(**found.figures)
    tried = [
        in_si(
            overriding.with_figures(limit_set, moved(figures, factor)), stream.expected_interval_s
        )
        for factor in FACTORS
    ]
    wrong = [sense.check_limits(stream, each) for each in tried]
    result = found.result
    if wrong[AS_IT_IS]:
        result.setdefault("left_out", []).append(number)
        return 0
    start, end = (round(each.timestamp() * 1e6) for each in (found.start, found.end))
    sound = [k for k, why in enumerate(wrong) if not why]
    readings, raised_by = sense.would_raise(stream, [tried[k] for k in sound], start, end)
    breaches = dict(zip(sound, raised_by, strict=True))
    known = _known(number, found.start, found.end)
    result["readings"] += readings
    _join(result["confirmed"], {each.alarm for each in known if each.status == "confirmed"})
    for k, point in enumerate(result["points"]):
        if k in breaches:
            _count(point, breaches[k], known)
        else:
            point["wrong"] = point.get("wrong") or wrong[k]
    result["found"] = result.get("found", 0) + len(breaches[AS_IT_IS])
    room = KEPT - len(result["breaches"])
    result["breaches"] += [_told(number, each, known) for each in breaches[AS_IT_IS][:room]]
    return readings


def _known(datastream: int, start: datetime, end: datetime) -> list[Known]:
    """What was alarmed on this datastream in the span, and what people made of it."""
    rows = Episode.objects.filter(
        datastream=datastream, alarm__category=Alarm.Category.SAFETY,
        onset__lte=end, last_at__gte=start,
    ).values_list("onset", "ended_at", "alarm_id", "alarm__number", "alarm__status")  # fmt: skip
    return [
        Known(_us(onset), _us(ended or end), str(alarm), count, status)
        for onset, ended, alarm, count, status in rows
    ]


def _us(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def overlapping(breach: sense.Breach, known: Iterable[Known]) -> list[Known]:
    """The stretches that are the same as a breach: they overlap, or lie within a minute."""
    end = math.inf if breach.end is None else breach.end
    return [k for k in known if k.onset <= end + NEAR_US and k.end >= breach.onset - NEAR_US]


def _count(point: dict[str, Any], raised: list[sense.Breach], known: list[Known]) -> None:
    for breach in raised:
        met = overlapping(breach, known)
        real = {each.alarm for each in met if each.status == Alarm.Status.CONFIRMED}
        false = {each.alarm for each in met if each.status == Alarm.Status.DISMISSED}
        point["raised"] += 1
        point["unjudged"] += not real and not false
        _join(point["real"], real)
        _join(point["false"], false)


def _join(into: list[str], more: set[str]) -> None:
    into[:] = sorted(set(into) | more)


def _told(number: int, breach: sense.Breach, known: list[Known]) -> dict[str, Any]:
    met = sorted(overlapping(breach, known), key=lambda each: each.status != "confirmed")
    first = met[0] if met else None
    return asdict(breach) | {
        "datastream": number,
        "alarm": first.alarm if first else "",
        "number": first.number if first else None,
        "status": first.status if first else "",
    }


def curve(found: Backtest) -> list[dict[str, Any]]:
    """The points as figures: raised and a day, real, false, unjudged, missed, precision, recall.

    `wrong` says why a step means nothing on a datastream tried; its counts are None then.
    """
    days = max((found.end - found.start).total_seconds() / 86_400, 1e-9)
    confirmed = len(found.result.get("confirmed", []))
    return [_point(each, confirmed, days) for each in found.result.get("points", [])]


COUNTS: Final = ("raised", "a_day", "real", "false", "unjudged", "missed", "precision", "recall")


def _point(each: Mapping[str, Any], confirmed: int, days: float) -> dict[str, Any]:
    about = {
        "factor": each["factor"], "high": each["high"], "low": each["low"], "rate": each["rate"],
        "a_year": each.get("a_year"), "is_asked": each["factor"] == 1.0,
        "wrong": each.get("wrong", ""),
    }  # fmt: skip
    if about["wrong"]:
        return about | dict.fromkeys(COUNTS)
    real, false = len(each["real"]), len(each["false"])
    return about | {
        "raised": each["raised"], "a_day": each["raised"] / days,
        "real": real, "false": false, "unjudged": each["unjudged"], "missed": confirmed - real,
        "precision": real / (real + false) if real + false else None,
        "recall": real / confirmed if confirmed else None,
    }  # fmt: skip
