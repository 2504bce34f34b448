"""Lists beside the projects: conditions, the standing check, installations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.assess.errors import BadInputs
from chengan.city.assess.models import Condition, Standing, WeatherYear
from chengan.city.assess.selectors import siting as selectors
from chengan.city.assess.services.siting import reviewing, standing, weathering
from chengan.city.assess.services.siting.words import yearly
from chengan.city.assess.siting_forms import WeatherForm
from chengan.city.assess.views.siting import shown
from chengan.city.places import api as places

May = places.Permission
MOST = 200
MOST_BYTES = 10 << 20


@login_required
def conditions(request: HttpRequest) -> HttpResponse:
    """Conditions by their day: one's own and those of visible projects."""
    places.require(request.user, May.VIEW_SITES)
    filters = shown.filters(request, "status")
    context = {
        "conditions": _conditions(request)[:MOST],
        "filters": filters,
        "statuses": Condition.Status.choices,
        "today": timezone.localdate(),
        "may_verify": places.may(request.user, May.RECOMMEND_SITES),
        "csv": reverse("assess:condition_export", args=["csv"]),
        "excel": reverse("assess:condition_export", args=["xlsx"]),
    }
    return render(request, "assess/siting/condition_list.html", context)


def _conditions(request: HttpRequest) -> Any:
    found = selectors.visible_conditions(request.user)
    status = request.GET.get("status", "")
    return found.filter(status=status) if status in Condition.Status.values else found


@login_required
def condition_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered conditions as CSV or Excel."""
    places.require(request.user, May.VIEW_SITES)
    headers = [_("Project"), _("What is asked for"), _("Gate"), _("Owner"), _("Due"), _("Status"),
               _("Evidence"), _("Verified by")]  # fmt: skip
    rows = (
        [str(each.project), each.text, each.get_gate_display(), str(each.owner),
         each.due_date.isoformat(), each.get_status_display(), each.evidence, each.verified_by]
        for each in _conditions(request).iterator(500)
    )  # fmt: skip
    return places.table_file("conditions", form, headers, rows)


@login_required
def standings(request: HttpRequest) -> HttpResponse:
    """What the standing check found: hazards too near targets, worst first."""
    places.require(request.user, May.VIEW_SITES)
    filters = shown.filters(request, "status")
    found = _standings(request)
    rows = [
        {
            "row": each,
            "risk": yearly(each.risk),
            "criterion": yearly(each.criterion),
            "times": f"{each.risk / each.criterion:.2g}",
        }
        for each in found[:MOST]
    ]
    context = {
        "rows": rows,
        "filters": filters,
        "statuses": Standing.Status.choices,
        "may_handle": places.may(request.user, May.RECOMMEND_SITES),
        "csv": reverse("assess:standing_export", args=["csv"]),
        "excel": reverse("assess:standing_export", args=["xlsx"]),
    }
    return render(request, "assess/siting/standing_list.html", context)


def _standings(request: HttpRequest) -> Any:
    found = selectors.visible_standings(request.user)
    status = request.GET.get("status", "open")
    return found.filter(status=status) if status in Standing.Status.values else found


@login_required
def standing_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered findings as CSV or Excel."""
    places.require(request.user, May.VIEW_SITES)
    headers = [_("Hazard"), _("Target"), _("Distance, m"), _("Risk a year"), _("Criterion"),
               _("Source"), _("Status"), _("Note"), _("Found at")]  # fmt: skip
    rows = (
        [str(each.installation), str(each.target), round(each.distance_m), each.risk,
         each.criterion, each.criterion_of, each.get_status_display(), each.note, each.found_at]
        for each in _standings(request).iterator(500)
    )  # fmt: skip
    return places.table_file("standing-check", form, headers, rows)


@require_POST
@login_required
def standing_handle(request: HttpRequest, standing_id: int) -> HttpResponse:
    """Say how a finding is handled otherwise."""
    found = get_object_or_404(selectors.visible_standings(request.user), pk=standing_id)
    places.require(request.user, May.RECOMMEND_SITES)
    note = request.POST.get("note", "")
    if not note.strip():
        messages.error(request, _("Say how it is handled."))
    elif not standing.handle(
        standing=found, note=note, by=request.user.get_username(), at=timezone.now()
    ):
        messages.error(request, _("Somebody was quicker: load the page anew."))
    return redirect("assess:standings")


@login_required
def installations(request: HttpRequest) -> HttpResponse:
    """Installations that reviews and the standing check reckon with."""
    places.require(request.user, May.VIEW_SITES)
    words = {name: dict(pairs) for name, pairs in reviewing.choices().items()}
    rows = [
        {
            "row": each,
            "equipment": words["equipment"].get(each.equipment, each.equipment),
            "substance": words["cas"].get(each.cas, each.cas),
            "tonnes": each.inventory_kg / 1000,
        }
        for each in selectors.visible_installations(request.user).filter(project=None)[:MOST]
    ]
    return render(request, "assess/siting/installation_list.html", {"rows": rows})


@login_required
def weather(request: HttpRequest) -> HttpResponse:
    """The weather that reviews reckon with; another is loaded from a table of hours."""
    places.require(request.user, May.VIEW_SITES)
    may_load = places.may(request.user, May.RECOMMEND_SITES)
    form = WeatherForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        places.require(request.user, May.RECOMMEND_SITES)
        if form.is_valid():
            refused = shown.refusal(lambda: _load(request, form.cleaned_data))
            if not refused:
                messages.success(request, _("In use from now on."))
                return redirect("assess:weather")
            form.add_error("file", refused)
    context = {
        "rows": WeatherYear.objects.order_by("-effective_at")[:20],
        "in_use": selectors.weather_in_use(),
        "form": form,
        "may_load": may_load,
    }
    return render(request, "assess/siting/weather.html", context)


def _load(request: HttpRequest, given: dict[str, Any]) -> None:
    file = given["file"]
    if file.size > MOST_BYTES:
        raise BadInputs("file", _("The file is larger than 10 MB."))
    weathering.load(
        text=file.read().decode("utf-8", "replace"),
        by=request.user.get_username(),
        at=timezone.now(),
        **{name: given[name] for name in ("code", "name", "source", "lon", "lat")},
    )
