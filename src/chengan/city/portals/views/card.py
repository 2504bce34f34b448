"""One object on a card: what it is, who answers, what its sensors say, its alarms."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from chengan.city.assess import api as assess
from chengan.city.close import api as close
from chengan.city.places import api as places
from chengan.city.portals.monitored import NO_DATA, SILENT_BIT
from chengan.city.sense import api as sense
from chengan.city.warn import api as warn

MOST_STREAMS, MOST_CHARTS, MOST_ALARMS = 40, 3, 5
May = places.Permission


@login_required
def card(request: HttpRequest, object_id: int) -> HttpResponse:
    """The card alone for the drawer, or as a page of its own: its permanent address."""
    found = get_object_or_404(places.visible_objects(request.user), pk=object_id)
    streams = sense.visible_datastreams(request.user).filter(thing__city_object=found)
    rows = [_row(each) for each in streams.order_by("id")[: MOST_STREAMS + 1]]
    alarms = warn.visible_alarms(request.user).filter(city_object=found).order_by("-number")
    context = {
        "object": found,
        "rows": rows[:MOST_STREAMS],
        "charts": sorted(rows[:MOST_STREAMS], key=lambda row: -row["severity"])[:MOST_CHARTS],
        "more": len(rows) > MOST_STREAMS,
        "severity": _worst(rows),
        "holders": places.duty_holders(city_object=found, at=timezone.now()),
        "alarms": list(alarms[:MOST_ALARMS]),
        "may_see_alarms": places.may(request.user, May.VIEW_ALARMS),
        **_prevention(request.user, found),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "portals/_card.html" if is_part else "portals/card.html", context)


def _prevention(user: places.Somebody, found: places.CityObject) -> dict[str, Any]:
    """The object's worst risks and its open hidden dangers, as far as the user may see them."""
    about = {"object": str(found.pk)}
    dangers = close.filtered(user, about | {"status": "open"}, timezone.now())
    return {
        "risks": list(assess.filtered_ratings(user, about)[:MOST_ALARMS]),
        "dangers": list(dangers[:MOST_ALARMS]),
        "may_see_risks": places.may(user, May.VIEW_RISKS),
        "may_see_dangers": places.may(user, May.VIEW_DANGERS),
    }


def _row(stream: sense.Datastream) -> dict[str, Any]:
    latest = getattr(stream, "latest", None)
    is_silent = latest is None or bool(latest.faults & SILENT_BIT)
    severity = latest.severity if latest else 0
    return {
        "stream": stream,
        "is_silent": is_silent,
        "severity": NO_DATA if is_silent and not severity else severity,
        "value": sense.shown(stream, latest.value) if latest else None,
        "unit": stream.observed_property.shown_unit,
        "time": datetime.fromtimestamp(latest.time / 1e6, UTC) if latest else None,
    }


def _worst(rows: list[dict[str, Any]]) -> int | None:
    """The worst level; no data where any datastream is silent and none beyond a limit."""
    levels: list[int] = [row["severity"] for row in rows]
    worst = max(levels, default=0)
    return worst if worst > 0 else min(levels, default=None)
