"""Pages of sense: datastreams, one datastream with its chart, its readings as JSON."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from chengan.city.sense import selectors
from chengan.city.sense.models import Datastream

PAGE = 100
SPANS = {"1": 1, "6": 6, "24": 24, "48": 48, "168": 168}
GAP_FACTOR = 3


@login_required
def datastreams(request: HttpRequest) -> HttpResponse:
    """List datastreams with their newest reading; filters stand in the address."""
    found = filtered(selectors.visible_datastreams(request.user), request.GET)
    page = list(found.order_by("id")[: PAGE + 1])
    context = {
        "csv": reverse("sense:list_file", args=["csv"]),
        "excel": reverse("sense:list_file", args=["xlsx"]),
        "rows": [row_of(each) for each in page[:PAGE]],
        "after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "query": request.GET.get("q", ""),
        "source": request.GET.get("source", ""),
        "state": request.GET.get("state", ""),
    }
    return render(request, "sense/datastreams.html", context)


@login_required
def datastream(request: HttpRequest, datastream_id: int) -> HttpResponse:
    """One datastream: chart with limits, where it stands, what it is expected to send."""
    found = get_object_or_404(selectors.visible_datastreams(request.user), pk=datastream_id)
    hours = SPANS.get(request.GET.get("hours", ""), 24)
    return render(
        request,
        "sense/datastream.html",
        {
            "row": row_of(found),
            "datastream": found,
            "hours": hours,
            "spans": list(SPANS.values()),
            "csv": reverse("sense:readings_file", args=[found.pk, "csv"]),
            "excel": reverse("sense:readings_file", args=[found.pk, "xlsx"]),
        },
    )


@login_required
def readings(request: HttpRequest, datastream_id: int) -> JsonResponse:
    """Readings of the last hours for a chart, thinned with their peaks kept."""
    found = get_object_or_404(selectors.visible_datastreams(request.user), pk=datastream_id)
    hours = SPANS.get(request.GET.get("hours", ""), 24)
    end = timezone.now()
    start = end - timedelta(hours=hours)
    shown = selectors.history(found, round(start.timestamp() * 1e6), round(end.timestamp() * 1e6))
    return JsonResponse(
        {
            "label": name_of(found),
            "unit": shown.unit,
            "times_ms": (shown.time // 1000).tolist(),
            "values": shown.value.round(6).tolist(),
            "gap_ms": max(found.expected_interval_s * GAP_FACTOR * 1000, 1000 * hours * 3.6),
            "limits": _limits(found),
        }
    )


def name_of(datastream: Datastream) -> str:
    """Its name in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return datastream.name_zh if is_chinese else datastream.name_en or datastream.name_zh


def filtered(found: QuerySet[Datastream], wanted: Any) -> QuerySet[Datastream]:
    """Give the datastreams that the address's filters leave."""
    if text := wanted.get("q", "").strip():
        names = ("name_zh", "name_en", "key", "thing__city_object__name_zh")
        match = Q()
        for name in names:
            match |= Q(**{f"{name}__icontains": text})
        found = found.filter(match)
    if source := wanted.get("source"):
        found = found.filter(source__key=source)
    if wanted.get("state") == "alarm":
        found = found.filter(latest__severity__gt=0)
    if wanted.get("state") == "fault":
        found = found.filter(latest__faults__gt=0)
    if wanted.get("after", "").isdecimal():
        found = found.filter(pk__gt=min(int(wanted["after"]), 2**62))
    return found


def row_of(found: Datastream) -> dict[str, Any]:
    """A datastream with its newest reading, as a list shows it."""
    latest = getattr(found, "latest", None)
    moment = datetime.fromtimestamp(latest.time / 1e6, UTC) if latest else None
    return {
        "stream": found,
        "severity": latest.severity if latest else -1,
        "faults": _faults(latest.faults if latest else 0),
        "value": selectors.shown(found, latest.value) if latest else None,
        "unit": found.observed_property.shown_unit,
        "time": moment,
    }


def _faults(bits: int) -> list[str]:
    return [
        name for place, name in enumerate(("stuck", "silent", "implausible")) if bits >> place & 1
    ]


def _limits(found: Datastream) -> list[dict[str, Any]]:
    limit = getattr(found, "limit", None)
    if limit is None:
        return []
    return [
        {"value": round(figure, 6), "severity": level, "label": f"{figure:.4g}"}
        for column in (limit.high, limit.low)
        for level, si in enumerate(column or [], start=1)
        if (figure := selectors.shown(found, si)) is not None
    ]
