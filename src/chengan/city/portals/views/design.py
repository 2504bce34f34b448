"""The design system on one page, every component in every state."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MOMENT = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)


def design(request: HttpRequest) -> HttpResponse:
    """Show every component; open to all, it holds no data."""
    return render(
        request, "portals/design.html", {"levels": [5, 4, 3, 2, 1, 0, -1], "moment": MOMENT}
    )
