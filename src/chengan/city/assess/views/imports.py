"""Many risks at once from a table: template, upload, progress, errors, corrected rows."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengan.city.assess import errors
from chengan.city.assess.models import Hazard, Method, RiskImport
from chengan.city.assess.services import importing, methods, rating
from chengan.city.places import api as places

MOST_BYTES = 64 << 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Offer templates, take a table, list what was brought in."""
    user: Any = request.user
    places.require(user, places.Permission.EDIT_RISKS)
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or not file.size or file.size > MOST_BYTES:
            messages.error(request, _("Choose an Excel or CSV file of at most 64 MB."))
            return redirect("assess:imports")
        made = importing.keep_file(
            pieces=file.chunks(), file_name=file.name or "risks", by=user, at=timezone.now()
        )
        return redirect("assess:import", made.pk)
    context = {
        "jobs": _mine(request)[:50],
        "methods": Method.objects.filter(retired_at=None, kind__in=list(rating.FACTORS)).order_by(
            "code"
        ),
    }
    return render(request, "assess/imports.html", context)


def _mine(request: HttpRequest) -> QuerySet[RiskImport]:
    reach = places.scope(request.user, places.Permission.EDIT_RISKS)
    found = RiskImport.objects.order_by("-id").select_related("created_by")
    if reach.everything:
        return found
    return found.filter(created_by_id__in=places.user_ids_in(reach))


def _job(request: HttpRequest, import_id: int) -> RiskImport:
    return get_object_or_404(_mine(request), pk=import_id)


@require_GET
@login_required
def template(request: HttpRequest, code: str) -> HttpResponseBase:
    """An Excel template with the method's columns and two of the user's objects as examples."""
    user: Any = request.user
    places.require(user, places.Permission.EDIT_RISKS)
    try:
        method = methods.current(code)
        if method.kind not in rating.FACTORS:
            raise errors.BadDefinition(_("This method has no table."))
    except errors.AssessError as error:
        raise Http404(str(error)) from error
    columns = importing.columns(method)
    hazards = list(Hazard.objects.filter(library__retired_at=None).order_by("id")[:2])
    objects = list(places.visible_objects(user, places.Permission.EDIT_RISKS).order_by("id")[:2])
    rows = []
    for thing, hazard in zip(objects, hazards, strict=False):
        row: dict[str, Any] = {
            "object": f"{thing.namespace}/{thing.external_id}",
            "hazard": hazard.code,
            "place": "",
            "people": 10,
        }
        for each in method.definition["factors"]:
            steps = sorted(float(step[0]) for step in each["steps"])
            row[each["code"]], row[f"{each['code']}_with_controls"] = (
                steps[len(steps) // 2],
                steps[0],
            )
        rows.append([row.get(name, "") for name in columns])
    return places.table_file(f"risks-{code}", "xlsx", columns, rows)


@require_GET
@login_required
def import_page(request: HttpRequest, import_id: int) -> HttpResponse:
    """The progress of one import; a fragment when htmx asks."""
    part = request.headers.get("HX-Request") == "true"
    name = "assess/_import.html" if part else "assess/import.html"
    return render(request, name, {"job": _job(request, import_id)})


@require_POST
@login_required
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop an import after its present batch."""
    importing.cancel(made=_job(request, import_id), at=timezone.now())
    return redirect("assess:import", import_id)


@require_GET
@login_required
def import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The error file: one line a refused row."""
    path = Path(_job(request, import_id).error_file or "missing")
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"errors-{import_id}.csv")


@require_GET
@login_required
def import_corrections(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The refused rows as they stood with the reasons behind, to correct and send again."""
    job = _job(request, import_id)
    if not Path(job.error_file or "missing").is_file():
        raise Http404
    rows = importing.corrections(job)
    return places.table_file(f"corrections-{import_id}", "xlsx", next(rows), rows)
