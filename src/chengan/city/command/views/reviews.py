"""After-action reviews and the measures that come of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengan.city.command import selectors
from chengan.city.command.errors import CommandError
from chengan.city.command.forms import MeasureForm
from chengan.city.command.models import Incident, ReviewMeasure, Task
from chengan.city.command.services import reviewing
from chengan.city.command.views.incident import found
from chengan.city.places import api as places


def lateness(task: Task) -> dict[str, Any]:
    """Give how a task went against its times, minutes; negative is early, None unknown."""

    def minutes(later: Any, earlier: Any) -> int | None:
        return round((later - earlier).total_seconds() / 60) if later and earlier else None

    return {
        "task": task,
        "ack_late": minutes(task.acknowledged_at, task.ack_due_at),
        "done_late": minutes(task.done_at, task.due_at),
        "arrival": minutes(task.on_scene_at, task.given_at),
        "took": minutes(task.done_at, task.given_at),
        "is_missed": task.supervision > 0,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: HttpRequest, incident_id: Any) -> HttpResponse:
    """Show the timeline against the plan, what was missed and why; keep what was learned."""
    case = found(request, incident_id)
    may_write = selectors.may_lead(request.user, case)
    form = MeasureForm()
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied(_("Only whoever leads this incident may do that."))
        form = MeasureForm(request.POST) if "measure" in request.POST else form
        try:
            if _keep(request, case, form):
                return redirect("command:review", case.pk)
        except CommandError as error:
            messages.error(request, str(error))
    rows = [lateness(each) for each in selectors.tasks_of(case)]
    written = getattr(case, "review", None)
    context = {
        "incident": case,
        "rows": rows,
        "missed": [row for row in rows if row["is_missed"]],
        "review": written,
        "measures": written.measures.select_related("organisation") if written else [],
        "form": form,
        "may_write": may_write and case.status == Incident.Status.CLOSED,
        "is_open": not (written and written.finished_at),
    }
    return render(request, "command/review.html", context)


def _keep(request: HttpRequest, case: Incident, form: MeasureForm) -> bool:
    by, at = request.user.get_username(), timezone.now()
    if "measure" in request.POST:
        if not form.is_valid():
            return False
        written = getattr(case, "review", None) or reviewing.write(
            incident=case, went_well="", went_wrong="", by=by, at=at
        )
        reviewing.propose(review=written, by=by, at=at, **form.cleaned_data)
        return True
    well, wrong = request.POST.get("went_well", ""), request.POST.get("went_wrong", "")
    if not (getattr(case, "review", None) and case.review.finished_at):
        written = reviewing.write(incident=case, went_well=well, went_wrong=wrong, by=by, at=at)
        if "finish" in request.POST:
            reviewing.finish(review=written, by=by, at=at)
    return True


def _measures(request: HttpRequest) -> QuerySet[ReviewMeasure]:
    """Give measures of visible incidents, and those the user's branches carry out."""
    seen = selectors.visible_incidents(request.user).select_related(None).order_by().values("pk")
    reach = places.scope(request.user, places.Permission.HANDLE_TASKS)
    theirs = ReviewMeasure.objects.filter(reach.paths_q("organisation__path")).values("pk")
    of_seen = ReviewMeasure.objects.filter(review__incident__in=seen).values("pk")
    rows = ReviewMeasure.objects.filter(pk__in=of_seen.union(theirs))
    if request.GET.get("state"):
        rows = rows.filter(state=request.GET["state"])
    return rows.select_related("organisation", "review__incident").order_by("due_date", "pk")


@require_GET
@login_required
def measures(request: HttpRequest) -> HttpResponse:
    """Show the measures, the first due first."""
    reach = places.scope(request.user, places.Permission.HANDLE_TASKS)
    context = {
        "measures": [(each, _may_end(request, each)) for each in _measures(request)[:200]],
        "states": ReviewMeasure.State.choices,
        "today": timezone.localdate(),
        "reach": bool(reach),
        "csv": reverse("command:measure_export", args=["csv"]),
        "excel": reverse("command:measure_export", args=["xlsx"]),
    }
    return render(request, "command/measures.html", context)


def _may_end(request: HttpRequest, each: ReviewMeasure) -> bool:
    is_theirs = places.may(request.user, places.Permission.HANDLE_TASKS, each.organisation)
    return is_theirs or selectors.may_lead(request.user, each.review.incident)


@require_GET
@login_required
def measure_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the measures as CSV or Excel."""
    headers = [
        _("Measure"), _("Why"), _("Who does it"), _("Due"), _("State"), _("Note"), _("Incident"),
        _("Drill"),
    ]  # fmt: skip
    rows = (
        [
            each.title, each.why, str(each.organisation), each.due_date.isoformat(),
            each.get_state_display(), each.note, f"#{each.review.incident.number}",
            _("Drill") if each.review.incident.is_drill else "",
        ]
        for each in _measures(request)
    )  # fmt: skip
    return places.table_file("measures", form, headers, rows)


@require_POST
@login_required
def measure_end(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Say that a measure is done, or dropped."""
    each = get_object_or_404(_measures(request), pk=measure_id)
    if not _may_end(request, each):
        raise PermissionDenied(_("Only whoever carries it out may do that."))
    state, note = request.POST.get("state", ""), request.POST.get("note", "")
    by, at = request.user.get_username(), timezone.now()
    try:
        reviewing.end(measure=each, state=state, note=note, by=by, at=at)
    except CommandError as error:
        messages.error(request, str(error))
    return redirect("command:measures")
