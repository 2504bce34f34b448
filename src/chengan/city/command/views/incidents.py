"""The list of incidents, its export, and opening one."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengan.city.command import selectors
from chengan.city.command.errors import CommandError
from chengan.city.command.forms import IncidentForm
from chengan.city.command.models import Incident
from chengan.city.command.services import opening, origins
from chengan.city.places import api as places
from chengan.city.warn import api as warn

NAMES = ("status", "kind", "level", "origin", "drill", "q")
May = places.Permission


def _filters(request: HttpRequest) -> dict[str, str]:
    filters = {name: request.GET.get(name, "") for name in NAMES}
    if not filters["level"].isdecimal():
        filters["level"] = ""
    return filters


@require_GET
@login_required
def incidents(request: HttpRequest) -> HttpResponse:
    """Show the incidents the user may see, newest first; filters stand in the address."""
    filters = _filters(request)
    found = selectors.filtered(request.user, filters)
    rows, after = selectors.page_of(found, request.GET.get("after", ""))
    context = {
        "incidents": rows,
        "after": after,
        "filters": filters,
        "statuses": Incident.Status.choices,
        "kinds": Incident.Kind.choices,
        "levels": list(reversed(Incident.Level.choices)),
        "drills": [("no", _("Real")), ("yes", _("Drill"))],
        "saved": places.saved_views(request, "command:incidents"),
        "may_open": places.may(request.user, May.COMMAND_INCIDENTS),
        "csv": reverse("command:export", args=["csv"]),
        "excel": reverse("command:export", args=["xlsx"]),
    }
    return render(request, "command/incidents.html", context)


@require_GET
@login_required
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered incidents as CSV or Excel."""
    found = selectors.filtered(request.user, _filters(request))
    headers = [
        _("Number"), _("Kind"), _("Title"), _("Level"), _("Status"), _("Origin"), _("Drill"),
        _("Led by"), _("Area"), _("Object"), _("Address"), _("Longitude (°)"), _("Latitude (°)"),
        _("Deaths"), _("Seriously injured"), _("Direct loss (yuan)"), _("Since when"),
        _("Opened at"), _("Closed at"), _("Sample data"),
    ]  # fmt: skip
    return places.table_file("incidents", form, headers, map(_cells, found.iterator(500)))


def _cells(each: Incident) -> list[Any]:
    thing = each.city_object
    return [
        each.number, each.get_kind_display(), each.title, each.get_level_display(),
        each.get_status_display(), each.get_origin_display(), _("Drill") if each.is_drill else "",
        str(each.lead), str(each.area or ""), str(thing or ""), each.address, each.lon, each.lat,
        each.deaths, each.serious_injuries, each.direct_loss_yuan, each.occurred_at,
        each.opened_at, each.closed_at, _("yes") if each.is_sample else "",
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Open an incident by hand, or from `?alarm=` or `?warning=`."""
    places.require(request.user, May.COMMAND_INCIDENTS)
    user: Any = request.user
    draft, refs = _origin(request)
    same = Incident.objects.filter(origin_ref__in=refs, is_drill=False).first() if refs else None
    if draft and draft.origin_ref and same:
        messages.info(request, _("This incident is open already: here it is."))
        return redirect("command:incident", same.pk)
    initial = _initial(draft) if draft else {"origin": request.GET.get("origin", "call")}
    form = IncidentForm(request.POST or None, by=user, initial=initial)
    if draft:
        form.fields["origin"].required = False
        form.fields["object"].disabled = True
        form.fields["object"].clean = lambda value: value  # type: ignore[method-assign]
    if request.method == "POST" and form.is_valid():
        try:
            made, is_new = opening.open_incident(
                draft=_draft(form.cleaned_data, draft),
                lead=form.cleaned_data["lead"],
                by=user.get_username(),
                at=timezone.now(),
            )
        except CommandError as error:
            form.add_error(None, str(error))
        else:
            if not is_new:
                messages.info(request, _("This incident is open already: here it is."))
            return redirect("command:incident", made.pk)
    return render(request, "command/incident_new.html", {"form": form, "draft": draft})


def _origin(request: HttpRequest) -> tuple[opening.Draft | None, list[str]]:
    """Give the draft that the address names, as far as the user may see it, and its origins."""
    try:
        alarm, warning = (
            uuid.UUID(request.GET[name]) if request.GET.get(name) else None
            for name in ("alarm", "warning")
        )
    except ValueError as error:
        raise Http404 from error
    if alarm:
        raised = get_object_or_404(warn.visible_alarms(request.user), pk=alarm)
        return origins.from_alarm(raised), origins.known_refs(alarm=raised)
    if warning:
        released = get_object_or_404(warn.visible_warnings(request.user), pk=warning)
        return origins.from_warning(released), origins.known_refs(warning=released)
    return None, []


def _initial(draft: opening.Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind,
        "title": draft.title,
        "level": draft.level,
        "origin": "drill" if draft.origin == "drill" else "report",
        "summary": draft.summary,
        "object": draft.city_object.name_zh if draft.city_object else "",
        "occurred_at": draft.occurred_at,
    }


def _draft(given: dict[str, Any], origin: opening.Draft | None) -> opening.Draft:
    plain = {name: given[name] for name in ("kind", "title", "level", "summary", "address")}
    plain |= {name: given[name] for name in ("lon", "lat", "caller_name", "caller_phone")}
    began = given["occurred_at"]
    if origin is None:
        thing = given["object"] or None
        return opening.Draft(origin=given["origin"], city_object=thing, occurred_at=began, **plain)
    return opening.Draft(
        origin=origin.origin,
        origin_ref=origin.origin_ref,
        city_object=origin.city_object,
        affected_area=origin.affected_area,
        occurred_at=origin.occurred_at or began,
        is_sample=origin.is_sample,
        more=origin.more,
        **plain,
    )
