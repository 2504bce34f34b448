"""Root causes and measures at the source."""

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
from chengan.city.assess.models import SourceMeasure
from chengan.city.assess.selectors import source as selectors
from chengan.city.assess.services.source import measures
from chengan.city.assess.siting_forms import MeasureForm
from chengan.city.assess.views.siting import shown
from chengan.city.places import api as places

May = places.Permission
MOST = 200


@login_required
def measure_list(request: HttpRequest) -> HttpResponse:
    """What keeps happening, and the measures against it."""
    places.require(request.user, May.VIEW_SITES)
    at = timezone.now()
    context = {
        "candidates": selectors.candidates(request.user, at)[:30],
        "rows": [_line(each, at) for each in _measures(request)[:MOST]],
        "filters": shown.filters(request, "status"),
        "statuses": SourceMeasure.Status.choices,
        "may_keep": places.may(request.user, May.KEEP_MEASURES),
        "csv": reverse("assess:measure_export", args=["csv"]),
        "excel": reverse("assess:measure_export", args=["xlsx"]),
    }
    return render(request, "assess/source/measure_list.html", context)


def _measures(request: HttpRequest) -> Any:
    found = selectors.visible_measures(request.user)
    status = request.GET.get("status", "")
    return found.filter(status=status) if status in SourceMeasure.Status.values else found


def _line(each: SourceMeasure, at: Any) -> dict[str, Any]:
    return {"measure": each, **measures.effect(each, at)}


@login_required
def measure_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered measures as CSV or Excel (源头治理清单)."""
    places.require(request.user, May.VIEW_SITES)
    at = timezone.now()
    headers = [_("What keeps happening"), _("Root cause"), _("Measure at the source"), _("Owner"),
               _("Due"), _("Status"), _("Days to compare"), _("Before"), _("After"),
               _("Sample data")]  # fmt: skip
    rows = (
        [each.title, each.root_cause, each.measure, str(each.owner), each.due_date.isoformat(),
         each.get_status_display(), each.window_days, told["before"], told["after"],
         _("yes") if each.is_sample else ""]
        for each in _measures(request).iterator(500)
        for told in [measures.effect(each, at)]
    )  # fmt: skip
    return places.table_file("source-measures", form, headers, rows)


@login_required
def measure_new(request: HttpRequest) -> HttpResponse:
    """Propose a measure against a cause that keeps happening."""
    places.require(request.user, May.KEEP_MEASURES)
    at = timezone.now()
    scope = _scope(request)
    known = next((c for c in selectors.candidates(request.user, at) if c.scope == scope), None)
    if known is None:
        messages.error(request, _("Nothing of this cause is known yet, or a measure is about it."))
        return redirect("assess:measures")
    form = MeasureForm(request.POST or None, by=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        try:
            by = request.user.get_username()
            made = measures.propose(scope=scope, by=by, at=at, **form.cleaned_data)
            return redirect("assess:measure", made.pk)
        except BadInputs as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, "assess/source/measure_form.html", {"form": form, "candidate": known})


def _scope(request: HttpRequest) -> dict[str, Any]:
    scope: dict[str, Any] = {"cause": request.GET.get("cause", "")}
    if request.GET.get("object", "").isdecimal():
        scope["city_object"] = int(request.GET["object"])
    if request.GET.get("kind"):
        scope["kind"] = request.GET["kind"]
    return scope


@login_required
def measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    """One measure: what it is about, where it stands, what it changed."""
    found = get_object_or_404(selectors.visible_measures(request.user), pk=measure_id)
    facts = measures.facts_of(found.scope).select_related("city_object").order_by("-at")[:50]
    context = {
        **_line(found, timezone.now()),
        "facts": facts,
        "may_keep": places.may(request.user, May.KEEP_MEASURES),
        "is_owner": places.may(request.user, May.VIEW_SITES, found.owner),
    }
    return render(request, "assess/source/measure.html", context)


@require_POST
@login_required
def measure_step(request: HttpRequest, measure_id: int, action: str) -> HttpResponse:
    """Agree, say done, judge the effect, give up."""
    found = get_object_or_404(selectors.visible_measures(request.user), pk=measure_id)
    if action == "finish":
        places.require(request.user, May.VIEW_SITES, found.owner)
    else:
        places.require(request.user, May.KEEP_MEASURES)
    refused = shown.refusal(lambda: _take(request, found, action))
    if refused:
        messages.error(request, refused)
    return redirect("assess:measure", found.pk)


def _take(request: HttpRequest, found: SourceMeasure, action: str) -> None:
    by, at, note = request.user.get_username(), timezone.now(), request.POST.get("note", "")
    match action:
        case "agree":
            measures.agree(measure=found, by=by, at=at)
        case "finish":
            measures.finish(measure=found, evidence=note, by=by, at=at)
        case "drop":
            measures.drop(measure=found, reason=note, by=by, at=at)
        case "effective" | "not_effective":
            measures.judge(measure=found, is_effective=action == "effective", by=by, at=at)
