"""Which pipe likely leaks: asked for an alarm of pressures, answered by the network's model."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.vary import vary_on_headers

from chengan.city.assess import api as assess
from chengan.city.places import api as places
from chengan.city.warn import errors, selectors
from chengan.city.warn.models import Alarm
from chengan.city.warn.services import leaking
from chengan.city.warn.views.ground import may_judge, to_judge


@login_required
@vary_on_headers("HX-Request")
def pipes(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """The likeliest pipes of an alarm's network as they were named last; a POST asks anew.

    Who sees the alarm sees them; who may judge it may ask.
    """
    is_part = request.headers.get("HX-Request") == "true"
    if request.method == "POST":
        found = to_judge(request, alarm_id)
    else:
        found = get_object_or_404(selectors.visible_alarms(request.user), pk=alarm_id)
    if not leaking.can_name(found):
        raise Http404
    refused = _ask(request, found) if request.method == "POST" else ""
    if request.method == "POST" and not is_part:
        if refused:
            messages.error(request, refused)
        return redirect("warn:pipes", alarm_id=found.pk)
    context = {
        "alarm": found,
        "may_judge": may_judge(request.user, found),
        "no_look": refused,
        **about(found, request.user),
    }
    return render(request, "warn/_pipes.html" if is_part else "warn/pipes.html", context)


def _ask(request: HttpRequest, alarm: Alarm) -> str:
    """Ask for a look; give why there is none."""
    try:
        leaking.ask(alarm=alarm, by=request.user.get_username(), at=timezone.now())
    except errors.NoLook as error:
        return str(error)
    return ""


def about(alarm: Alarm, user: places.Somebody) -> dict[str, Any]:
    """What the part of an alarm's page about its likely pipes shows."""
    naming = leaking.newest(alarm)
    if naming is None:
        return {"naming": None}
    told = leaking.told(naming, user)
    return {
        "naming": naming,
        "pipes": told,
        "is_clear": any(each["is_clear"] for each in told),
        "percent": round(100 * naming.share),
        "why_none": assess.said_again(naming.failure),
        "is_early": leaking.is_early(naming),
        "model_name": naming.model_zh if _is_chinese() else naming.model_en or naming.model_zh,
    }


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
