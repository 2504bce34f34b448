"""Pages of warn: the queue, one alarm, what an officer makes of it, how precise the rules are."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import errors, selectors
from chengan.city.warn.models import Alarm, LimitSet
from chengan.city.warn.services import judging

NEAR_M = 120


@login_required
def alarms(request: HttpRequest) -> HttpResponse:
    """The alarms the user may see, worst first; filters stand in the address."""
    filters = {name: request.GET.get(name, "") for name in ("status", "severity", "category")}
    if not filters["severity"].isdigit():
        filters["severity"] = ""
    page = selectors.queue(request.user, filters, request.GET.get("after", ""))
    context = {"page": page, "filters": filters, "counts": selectors.counts(request.user)}
    return render(request, "warn/alarms.html", context)


@login_required
def alarm(request: HttpRequest, alarm_id: str) -> HttpResponse:
    """One alarm with all that helps to judge it; the drawer of the duty room is a part of it."""
    found = get_object_or_404(selectors.visible_alarms(request.user), pk=alarm_id)
    is_part = request.headers.get("HX-Request") == "true"
    template = "warn/_alarm.html" if is_part else "warn/alarm.html"
    return render(request, template, _about(request, found))


@require_POST
@login_required
def judge(request: HttpRequest, alarm_id: str, verdict: str) -> HttpResponse:
    """Confirm, dismiss or reopen an alarm; answer with it."""
    found = get_object_or_404(selectors.visible_alarms(request.user), pk=alarm_id)
    places.require(request.user, places.Permission.JUDGE_ALARMS)
    at = timezone.now()  # noqa: TID251
    by, note = request.user.get_username(), request.POST.get("note", "")
    refused = ""
    try:
        if verdict == "confirm":
            judging.confirm(alarm=found, by=by, at=at, note=note)
        elif verdict == "dismiss":
            reason = request.POST.get("reason", "")
            judging.dismiss(alarm=found, reason=reason, by=by, at=at, note=note)
        else:
            judging.reopen(alarm=found, by=by, at=at)
    except errors.WarnError as error:
        refused = str(error)
    found.refresh_from_db()
    if request.headers.get("HX-Request") == "true":
        return render(request, "warn/_alarm.html", {**_about(request, found), "refused": refused})
    if refused:
        messages.error(request, refused)
    return redirect("warn:alarm", alarm_id=found.pk)


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Limit sets with their source and mark, and the precision of each rule."""
    places.require(request.user, places.Permission.VIEW_ALARMS)
    sets = LimitSet.objects.filter(retired_at=None).select_related("observed_property")
    precision = {row["rule"]: row for row in selectors.precision_by_rule()}
    rows = [(each, precision.get(f"{each.code}/{each.version}")) for each in sets.order_by("code")]
    return render(request, "warn/rules.html", {"rows": rows})


def _about(request: HttpRequest, found: Alarm) -> dict[str, Any]:
    thing = found.datastream.thing
    near = places.objects_near(thing.lon, thing.lat, NEAR_M)
    return {
        "alarm": found,
        "value": sense.shown(found.datastream, found.value),
        "limit": sense.shown(found.datastream, found.limit),
        "unit": found.datastream.observed_property.shown_unit,
        "holders": places.duty_holders(city_object=found.city_object, at=timezone.now()),  # noqa: TID251
        "near": [each for each in near if each.city_object.pk != found.city_object_id][:8],
        "similar": selectors.similar(found),
        "reasons": Alarm.DismissReason.choices,
        "may_judge": places.may(request.user, places.Permission.JUDGE_ALARMS),
    }
