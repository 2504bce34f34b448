"""Which pipe likely leaks: asked for an alarm of pressures, answered by the network's model."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from chengan.city.assess import api as assess
from chengan.city.warn import selectors
from chengan.city.warn.services import leaking
from chengan.core.errors import CoreError


@login_required
@vary_on_headers("HX-Request")
def pipes(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """The three likeliest pipes of an alarm's network, or why none can be named."""
    found = get_object_or_404(selectors.visible_alarms(request.user), pk=alarm_id)
    if not leaking.can_name(found):
        raise Http404
    told: dict[str, Any] = {"alarm": found}
    try:
        told["pipes"] = leaking.likely_pipes(found, request.user, timezone.now())
        told["is_clear"] = any(each["is_clear"] for each in told["pipes"])
    except (assess.EngineFailed, CoreError) as error:
        told["refused"] = assess.said(error)
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "warn/_pipes.html" if is_part else "warn/pipes.html", told)
