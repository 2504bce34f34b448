"""The design system on one page, every component in every state."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chengan.city.portals.templatetags.chengan_lists import Column

MOMENT = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
COLOURS = (
    "ground", "surface", "raised", "sunken", "line", "line-strong", "ink", "ink-soft", "accent",
    "accent-soft", "accent-strong", "good", "bad", "bad-soft", "level-5", "level-4", "level-3",
    "level-2", "level-1", "map-land", "map-water", "map-building", "map-green", "map-place",
)  # fmt: skip
MEDIA = ("water", "gas", "heat", "drain", "power")
MINUTE_MS = 60_000


def design(request: HttpRequest) -> HttpResponse:
    """Show every component; open to all, it holds no data."""
    columns = {key: Column(key, key, key != "b") for key in ("a", "b")}
    context = {
        "levels": [5, 4, 3, 2, 1, 0, -1],
        "moment": MOMENT,
        "colours": COLOURS,
        "media": MEDIA,
        "demo_columns": columns,
    }
    return render(request, "portals/design.html", context)


def chart(_request: HttpRequest) -> JsonResponse:
    """Figures for the page's chart: made up, with a gap, two limits and an event."""
    start = round(MOMENT.timestamp() * 1000)
    times = [start + n * MINUTE_MS for n in range(60) if not 20 <= n < 30]
    values = [10 + (n % 7) + (25 if n == 40 else 0) for n in range(60) if not 20 <= n < 30]
    return JsonResponse(
        {
            "label": _("Made-up figures"),
            "unit": "µm/m",
            "times_ms": times,
            "values": values,
            "gap_ms": 3 * MINUTE_MS,
            "limits": [
                {"value": 20, "severity": 3, "label": "20"},
                {"value": 30, "severity": 4, "label": "30"},
            ],
            "events": [{"time_ms": start + 40 * MINUTE_MS, "value": 40, "severity": 4}],
        }
    )
