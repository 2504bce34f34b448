"""Limits tried on stored history before they are in force: what they raise, and what it was worth.

Each datastream is read once and judged by the core under the figures as they are and moved by
steps; then those that are judged together, group by group.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from chengan.city.journal import api as journal
from chengan.city.sense import api as sense
from chengan.city.warn.errors import BadLimits, WrongState
from chengan.city.warn.models import Backtest, LimitSet
from chengan.city.warn.services import backtested, overriding
from chengan.city.warn.services.limits import in_si
from chengan.city.warn.services.overriding import Figures
from chengan.city.warn.services.trial import Trial
from chengan.core.events.excess import HOT

TASK: Final = "warn.backtest"
QUEUE: Final = "imports"
FACTORS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
AS_IT_IS: Final = FACTORS.index(1.0)
MOST_DAYS: Final = 400
FIRST_YEAR: Final = 1970
PART: Final = 3_000_000
"""Readings after which one turn of the worker ends, so that others have theirs."""
LEAST_ALONE: Final = 150
"""Readings before anything is said of a datastream's own past."""
Status = Backtest.Status
GOING: Final = (Status.QUEUED, Status.RUNNING)


def moved(figures: Figures, factor: float) -> Figures:
    """The figures with every limit moved outwards by `factor` - 1 of the mildest one.

    An allowance of false alarms goes with the cube: half the limit, eight times as many. What
    ordinary loads move a level by, and how long a device may be stuck or silent, go with the
    factor. What is judged together has no figure here: the core moves the score's limit, and the
    excess that is gas.

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
        step_usual=figures.step_usual * factor,
        stuck_s=figures.stuck_s * factor,
        silent_factor=figures.silent_factor * factor,
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
    trial = Trial(limit_set, chosen, datastreams)
    with transaction.atomic():
        made = Backtest.objects.create(
            code=limit_set.code, version=limit_set.version, is_draft=figures is not None,
            figures=asdict(chosen), start=start, end=end, datastreams=list(datastreams),
            is_bound=bool(bound & set(datastreams)), units=sorted(trial.units),
            result=_nothing_yet(chosen),
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
    """Try the next datastreams, then the next groups; gives None when it was stopped or is done.

    The rest waits for its next turn; a worker that dies begins again at the same one.
    """
    begun = Backtest.objects.filter(pk=backtest_id, status__in=GOING)
    if not begun.update(status=Status.RUNNING):
        return None
    found = Backtest.objects.get(pk=backtest_id)
    try:
        done = _run(found)
    except Exception as error:
        begun.update(status=Status.FAILED, failure=str(error), finished_at=at)
        raise
    is_done = done >= found.steps
    fields: dict[str, Any] = {"done": done, "within": 0.0, "result": found.result}
    if is_done:
        fields |= {"status": Status.DONE, "finished_at": at}
    if not begun.filter(done=found.done).update(**fields):
        return None
    if not is_done and is_queued:
        _defer(found.pk)
    found.refresh_from_db()
    return found


def _run(found: Backtest) -> int:
    """Try on as long as one turn lasts; adds to the result, gives how many steps are done."""
    limit_set = LimitSet.objects.get(code=found.code, version=found.version)
    trial = Trial(limit_set, Figures(**found.figures), found.datastreams)
    done, read = found.done, 0
    while done < found.steps and read < PART:
        if done < len(found.datastreams):
            tried: int | None = _try_one(found, limit_set, found.datastreams[done])
        else:
            tried = _try_together(found, trial, found.units[done - len(found.datastreams)])
        if tried is None:
            break
        read, done = read + tried + 1, done + 1
    return done


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
        "short": [],
        "untried": [],
        "points": [_nothing_at(figures, factor) for factor in FACTORS],
    }


def _nothing_at(figures: Figures, factor: float) -> dict[str, Any]:
    """A step of the curve, with what it moves, before anything was tried."""
    each = moved(figures, factor)
    return {
        "factor": factor, "high": dict(each.high), "low": dict(each.low), "rate": each.rate_per_s,
        "a_year": each.anomaly_a_year if each.anomaly_severity else None,
        "usual": each.step_usual if each.step_severity else None,
        "score": 1.0 - 2.0**-factor if each.joint_severity else None,
        "excess": HOT * factor if each.release_severity else None,
        "stuck_s": each.stuck_s or None,
        "silent": each.silent_factor,
        "causes": {}, **backtested.nothing_counted(),
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
    sound = [k for k, why in enumerate(wrong) if not why]
    readings, raised_by = sense.would_raise(stream, [tried[k] for k in sound], *_span(found))
    breaches = dict(zip(sound, raised_by, strict=True))
    seen = backtested.known([number], found.start, found.end)
    for k, point in enumerate(result["points"]):
        if k in breaches:
            backtested.count(point, breaches[k], seen)
        else:
            point["wrong"] = point.get("wrong") or wrong[k]
    result["readings"] += readings
    if figures.anomaly_severity and readings < LEAST_ALONE:
        _short(result, "anomaly", [number], readings, LEAST_ALONE)
    backtested.keep(result, breaches[AS_IT_IS], seen)
    return readings


def _span(found: Backtest) -> tuple[int, int]:
    """First and last moment, µs."""
    return round(found.start.timestamp() * 1e6), round(found.end.timestamp() * 1e6)


def _short(result: dict[str, Any], cause: str, of: Sequence[int], rows: int, least: int) -> None:
    """Note that history is too short to learn from."""
    told = {"cause": cause, "datastreams": list(of), "rows": rows, "least": least}
    result.setdefault("short", []).append(told)


def _try_together(found: Backtest, trial: Trial, key: str) -> int | None:
    """Try every step on one group; adds to the result, gives the readings seen, None if stopped.

    A group that is no more what it was when it was asked for is passed over.
    """
    result, unit = found.result, trial.units.get(key)
    if unit is None:
        return 0
    going = Going(found.pk)
    tried = sense.rehearse_group(unit, trial.asked, *_span(found), FACTORS, going)
    if tried is None:
        return None
    of = list(unit.datastreams)
    if tried.why_not:
        untried = {"cause": unit.cause, "why": tried.why_not, "datastreams": of}
        result.setdefault("untried", []).append(untried)
        return 0
    asked = set(found.datastreams)
    mine = [pk for pk in of if pk in asked]
    seen = backtested.known(mine, found.start, found.end)
    raised_by = [[each for each in raised if _leads(each, mine)] for raised in tried.raised]
    for point, raised in zip(result["points"], raised_by, strict=True):
        backtested.count(point, raised, seen)
    backtested.keep(result, raised_by[AS_IT_IS], seen)
    if tried.rows <= tried.least:
        _short(result, unit.cause, of, tried.rows, tried.least)
    if tried.since > _span(found)[0]:
        result.setdefault("newest", []).append({"datastreams": of, "since": tried.since})
    return tried.readings


def _leads(breach: sense.Breach, mine: Sequence[int]) -> bool:
    """Say whether the alarm would be one of those asked for; what lower limits add names none."""
    return not breach.datastream or breach.datastream in mine


class Going:
    """Notes how far a long step is; says whether it is still wanted."""

    def __init__(self, backtest: int) -> None:
        """Of the trial with this id."""
        self.backtest, self.told = backtest, 0.0

    def __call__(self, share: float) -> bool:
        """Note `share` of the step, each hundredth once."""
        if share < self.told + 0.01:
            return True
        self.told = share
        still = Backtest.objects.filter(pk=self.backtest, status__in=GOING)
        return bool(still.update(within=min(share, 1.0)))
