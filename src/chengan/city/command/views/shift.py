"""The hand-over's old address: it stands on one page with alarms, silences and devices now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET


@require_GET
def moved(_request: HttpRequest, form: str = "") -> HttpResponse:
    """Lead to the hand-over page, or to its paper as `form`."""
    if form:
        return redirect("portals:hand_over_paper", form, permanent=True)
    return redirect("portals:hand_over", permanent=True)
