"""Pages of trials: limits on stored history, what they would have raised, how that changes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import errors
from chengan.city.warn.models import Backtest, LimitSet
from chengan.city.warn.selectors.backtests import visible_backtests
from chengan.city.warn.services import backtested, backtesting
from chengan.city.warn.services.overriding import Figures
from chengan.city.warn.views import backtest_words as words
from chengan.city.warn.views.alarms import local
from chengan.city.warn.views.curve import drawn

CITY = ZoneInfo("Asia/Shanghai")
USUAL_DAYS = 30
SHOWN = 100
NEWEST = 5


def newest(request: HttpRequest, code: str) -> Any:
    """The newest trials of a set that the user may see."""
    return visible_backtests(request.user).filter(code=code).order_by("-id")[:NEWEST]


def usual_span(at: datetime) -> dict[str, str]:
    """The days a trial is offered for."""
    today = at.astimezone(CITY).date()
    return {"from": str(today - timedelta(days=USUAL_DAYS)), "to": str(today)}


@require_POST
@login_required
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a trial of the version in force, from the first day to the end of the last."""
    places.require(request.user, places.Permission.VIEW_ALARMS)
    found = get_object_or_404(LimitSet, code=code, retired_at=None)
    days = [_day(request.POST.get(name, "")) for name in ("from", "to")]
    if days[0] is None or days[1] is None:
        messages.error(request, _("Give the first and the last day, as 2026-03-31."))
        return redirect("warn:limit_set", code=code)
    start = datetime.combine(days[0], time.min, CITY)
    end = datetime.combine(days[1], time.max, CITY)
    return _asked(request, found, None, start, end)


def _day(text: str) -> date | None:
    """Read a day as 2026-03-31; None where it is none, as 2026-02-31."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def begin_draft(request: HttpRequest, found: LimitSet, figures: Figures) -> HttpResponse:
    """Ask for a trial of figures that are not in force, over the last `USUAL_DAYS`."""
    at = timezone.now()
    return _asked(request, found, figures, at - timedelta(days=USUAL_DAYS), at)


def _asked(
    request: HttpRequest, found: LimitSet, figures: Figures | None, start: datetime, end: datetime
) -> HttpResponse:
    at = timezone.now()
    try:
        made = backtesting.ask(
            limit_set=found, figures=figures, start=start, end=min(end, at),
            datastreams=backtesting.candidates(found, sense.visible_datastreams(request.user)),
            by=request.user.get_username(), at=at,
        )  # fmt: skip
    except errors.WarnError as error:
        messages.error(request, str(error))
        return redirect("warn:limit_set", code=found.code)
    return redirect("warn:backtest", made.pk)


@login_required
def backtest(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """One trial: how far it is, its curve, and what the figures as asked would have raised."""
    found = get_object_or_404(visible_backtests(request.user), pk=backtest_id)
    limit_set = get_object_or_404(LimitSet, code=found.code, version=found.version)
    causes = backtested.causes(found)
    cause = _cause(request, found)
    points = [
        each | {"limit": words.limit(each, limit_set, cause), "moved": words.moved(each)}
        for each in backtested.curve(found, cause)
    ]
    rows = words.shown(found, request.user, cause)
    context = {
        "test": found,
        "set": limit_set,
        "points": points,
        "asked": next((each for each in points if each["is_asked"]), None),
        "drawing": _drawing(points),
        "runs_together": _runs_together(points),
        "causes": [(each, words.CAUSES[each]) for each in causes] if len(causes) > 1 else [],
        "cause": cause,
        "breaches": rows[:SHOWN],
        "breach_count": len(rows),
        "left_out": len(found.result.get("left_out", [])),
        "untold": words.untold(found, request.user),
        "found": found.result.get("found", 0),
        "kept": len(found.result.get("breaches", [])),
        "percent": round(100 * found.within) if found.within else None,
        "going": found.status in backtesting.GOING,
        "of": found.steps,
        "days": round((found.end - found.start).total_seconds() / 86_400, 1),
        **_tables(found, cause),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"warn/{'_' if is_part else ''}backtest.html", context)


@require_POST
@login_required
def stop(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """Stop a trial."""
    found = get_object_or_404(visible_backtests(request.user), pk=backtest_id)
    try:
        backtesting.stop(backtest=found, by=request.user.get_username(), at=timezone.now())
    except errors.WarnError as error:
        messages.error(request, str(error))
    return redirect("warn:backtest", found.pk)


@login_required
def export(request: HttpRequest, backtest_id: int, what: str, form: str) -> HttpResponseBase:
    """The curve, or what would have been raised, as CSV or Excel."""
    found = get_object_or_404(visible_backtests(request.user), pk=backtest_id)
    if what == "curve":
        limit_set = get_object_or_404(LimitSet, code=found.code, version=found.version)
        heads = [
            _("Moved by"), _("Mildest limit"), _("Unit"), _("Would raise"), _("A day"),
            _("Real"), _("False"), _("Nobody judged"), _("Not caught"), _("Precision"), _("Found"),
        ]  # fmt: skip
        rows: Iterator[list[Any]] = _curve_cells(found, limit_set, _cause(request, found))
    else:
        heads = [
            _("Datastream"), _("Object"), _("Cause"), _("From"), _("To"), _("Worst"), _("Value"),
            _("Limit"), _("Unit"), _("Explanation"), _("Alarm"), _("Status"),
        ]  # fmt: skip
        raised = words.shown(found, request.user, _cause(request, found))
        rows = (_breach_cells(each) for each in raised)
    return places.table_file(f"backtest-{found.pk}-{what}", form, heads, rows)


def _curve_cells(found: Backtest, limit_set: LimitSet, cause: str) -> Iterator[list[Any]]:
    for each in backtested.curve(found, cause):
        yield [
            words.moved(each), words.limit(each, limit_set, cause), limit_set.unit,
            each["raised"], None if each["wrong"] else round(each["a_day"], 3), each["real"],
            each["false"], each["unjudged"], each["missed"], each["precision"], each["recall"],
        ]  # fmt: skip


def _breach_cells(each: dict[str, Any]) -> list[Any]:
    return [
        local(each["stream"]), local(each["stream"].thing.city_object), str(each["cause_word"]),
        each["from"], each["to"], each["severity"], each["shown"], each["shown_limit"],
        each["unit"], each["why"], each["number"], str(each["verdict"]),
    ]  # fmt: skip


TABLES: Final = {
    "csv": ("curve", "csv"), "excel": ("curve", "xlsx"),
    "raised_csv": ("raised", "csv"), "raised_excel": ("raised", "xlsx"),
}  # fmt: skip


def _tables(found: Backtest, cause: str) -> dict[str, str]:
    """Addresses of the tables, of one cause where one is looked at."""
    of_cause = f"?cause={cause}" if cause else ""
    return {
        name: reverse("warn:backtest_export", args=[found.pk, *which]) + of_cause
        for name, which in TABLES.items()
    }


def _cause(request: HttpRequest, found: Backtest) -> str:
    """The cause that is looked at, where anything of it was raised; empty for all."""
    asked = request.GET.get("cause", "")
    return asked if asked in backtested.causes(found) else ""


def _runs_together(points: list[dict[str, Any]]) -> bool:
    """Say whether a lower limit raises less than the next higher one."""
    raised = [each["raised"] for each in points if each["raised"] is not None]
    return any(low < high for low, high in pairwise(raised))


def _drawing(points: list[dict[str, Any]]) -> dict[str, Any]:
    labels = [each["moved"] for each in points]
    series = [
        (_("Would raise"), "raised", [each["raised"] for each in points]),
        (_("Real: confirmed alarms found"), "real", [each["real"] for each in points]),
        (_("False: dismissed alarms raised"), "false", [each["false"] for each in points]),
    ]
    return drawn(labels, series)
