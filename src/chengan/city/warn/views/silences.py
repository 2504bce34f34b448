"""Pages of silences and maintenance windows: who hides what, why, until when."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.warn import errors
from chengan.city.warn.models import Severity, Silence
from chengan.city.warn.selectors import silences as reads
from chengan.city.warn.services import silencing
from chengan.city.warn.warning_forms import SilenceForm

May = places.Permission
MOST = 200


@login_required
def silences(request: HttpRequest, kind: str) -> HttpResponse:
    """Every silence (or maintenance window) over what the user may see."""
    places.require(request.user, May.VIEW_ALARMS)
    now = timezone.now()
    found = reads.visible_silences(request.user).filter(kind=kind)
    if request.GET.get("show") != "all":
        found = found.filter(ended_at=None, ends_at__gt=now)
    mine = reads.visible_silences(request.user, May.SILENCE_ALARMS)
    may = set(mine.filter(kind=kind).values_list("pk", flat=True))
    rows = [(each, _state(each, now), _hidden(each, now), each.pk in may) for each in found[:MOST]]
    context = {
        "kind": kind,
        "rows": rows,
        "shows": [("all", _("Also past"))],
        "may_silence": places.may(request.user, May.SILENCE_ALARMS),
        "red": int(Severity.RED),
    }
    return render(request, "warn/silences.html", context)


def _state(each: Silence, now: Any) -> str:
    if each.ended_at:
        return _("Ended when idle") if each.ended_by == "idle" else _("Ended")
    if each.ends_at <= now:
        return _("Ended")
    return _("Planned") if each.starts_at > now else _("In force")


def _hidden(each: Silence, now: Any) -> list[Any]:
    if each.ended_at or not each.starts_at <= now < each.ends_at:
        return []
    return list(reads.hides(each)[:20])


@login_required
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Set a silence or a maintenance window."""
    places.require(request.user, May.SILENCE_ALARMS)
    now = timezone.localtime()
    start = {"starts_at": now, "object_number": request.GET.get("object", "")}
    form = SilenceForm(request.user, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            silencing.set_silence(
                **form.given(kind), by=request.user.get_username(), at=timezone.now()
            )
        except errors.WarnError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Set. What it hides is listed beside it."))
            return redirect("warn:silences" if kind == "silence" else "warn:maintenance")
    return render(request, "warn/silence_new.html", {"form": form, "kind": kind})


@require_POST
@login_required
def act(request: HttpRequest, silence_id: int, action: str) -> HttpResponse:
    """End a silence, or approve one over red as a second person."""
    places.require(request.user, May.SILENCE_ALARMS)
    mine = reads.visible_silences(request.user, May.SILENCE_ALARMS)
    found = get_object_or_404(mine, pk=silence_id)
    at, me = timezone.now(), request.user.get_username()
    try:
        if action == "approve":
            silencing.approve_silence(silence=found, by=me, at=at)
        else:
            silencing.end_silence(silence=found, by=me, at=at)
    except errors.WarnError as error:
        messages.error(request, str(error))
    return redirect("warn:silences" if found.kind == "silence" else "warn:maintenance")
