"""Imports: upload, look, start, watch, fetch the errors."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengan.city.places import export, selectors
from chengan.city.places.errors import PlacesError, WrongState
from chengan.city.places.forms import CorrectedForm, ImportForm, ReadingForm
from chengan.city.places.models import ImportJob
from chengan.city.places.permissions import Permission
from chengan.city.places.services import importing
from chengan.city.places.services.reader_words import said
from chengan.city.places.views import saved

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    """Show imports and take a new file."""
    user: Any = request.user
    selectors.require(user, Permission.IMPORT_PLACES)
    form = ImportForm(request.POST or None, request.FILES or None, by=user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        job = importing.keep_file(
            pieces=given["file"].chunks(),
            file_name=given["file"].name,
            namespace=given["namespace"],
            owner=given["owner"],
            options=form.options(),
            by=user,
            at=timezone.now(),
        )
        return redirect("places:import", job.id)
    after, found = request.GET.get("after", ""), _filtered(request)
    rows = list((found.filter(id__lt=int(after)) if after.isdecimal() else found)[: PAGE + 1])
    state = request.GET.get("state", "")
    context = {
        "form": form,
        "jobs": rows[:PAGE],
        "after": rows[PAGE - 1].id if len(rows) > PAGE else 0,
        "states": ImportJob.Status.choices,
        "asked_words": {"state": dict(ImportJob.Status.choices).get(state, "")},
        "csv": reverse("places:imports_export", args=["csv"]),
        "excel": reverse("places:imports_export", args=["xlsx"]),
        "saved": saved.of(request, "imports"),
    }
    return render(request, "places/import_list.html", context)


@require_GET
@login_required
def import_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered imports with their counts as CSV or Excel."""
    selectors.require(request.user, Permission.IMPORT_PLACES)
    heads = [
        _("File"), _("Owner"), _("State"), _("Rows"), _("Created"), _("Changed"), _("Unchanged"),
        _("Rejected"), _("By"), _("When"), _("Finished"),
    ]  # fmt: skip
    return export.answer("imports", form, heads, map(_cells, _filtered(request).iterator(500)))


def _filtered(request: HttpRequest) -> QuerySet[ImportJob]:
    found, state = selectors.visible_imports(request.user), request.GET.get("state", "")
    words = request.GET.get("q", "").strip()[:100]
    if words:
        found = found.filter(Q(file_name__icontains=words) | Q(namespace__icontains=words))
    return found.filter(status=state) if state in ImportJob.Status.values else found


def _cells(job: ImportJob) -> list[export.Cell]:
    counts = [job.rows_read, job.rows_created, job.rows_updated, job.rows_unchanged]
    by = job.created_by.username if job.created_by else ""
    about = [job.file_name, job.owner.code, job.get_status_display()]
    return [*about, *counts, job.rows_rejected, by, job.created_at, job.finished_at]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show the first rows and how they are read before the start, and the progress after it."""
    job = _job(request, job_id)
    context: dict[str, object] = {"job": job, "corrected_form": CorrectedForm()}
    if job.status != ImportJob.Status.PREVIEW:
        return render(request, "places/import_page.html", context)
    try:
        return _waiting(request, job, context)
    except WrongState as error:  # it was started meanwhile, elsewhere
        messages.error(request, str(error))
        return redirect("places:import", job.id)


def _waiting(request: HttpRequest, job: ImportJob, context: dict[str, object]) -> HttpResponse:
    try:
        found = importing.look(job)
        form = _reading_form(request, job, found)
        if request.method == "POST" and form.is_valid():
            importing.read_otherwise(job=job, options=form.options())
            return redirect("places:import", job.id)
        pairs = zip(found.rows, importing.faults(job, found.rows), strict=True)
        context |= {
            "preview": found,
            "warnings": [said(each) for each in found.warnings],
            "form": form,
            "pairs": list(pairs),
        }
    except WrongState:
        raise
    except (PlacesError, *importing.UNREADABLE) as error:
        context["failure"] = said(str(error))
        form = ReadingForm(request.POST or None, columns=[], guesses={}, initial=_given(job))
        if request.method == "POST" and form.is_valid():
            importing.read_otherwise(job=job, options={**form.options(), "columns": {}})
            return redirect("places:import", job.id)
        context["form"] = form
    return render(request, "places/import_page.html", context)


@require_POST
@login_required
def import_corrected(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take the corrected rows as a new import that is read in the same way."""
    job = _job(request, job_id)
    form = CorrectedForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the corrected file."))
        return redirect("places:import", job.id)
    file, by = form.cleaned_data["file"], request.user
    made = importing.keep_file(
        pieces=file.chunks(),
        file_name=file.name,
        namespace=job.namespace,
        owner=job.owner,
        options=job.options,
        by=by,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    return redirect("places:import", made.id)


@require_GET
@login_required
def import_corrections(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """Give the refused rows as they stood, with the reasons behind, to correct and send again."""
    job = _job(request, job_id)
    if not Path(job.error_file or "missing").is_file():
        raise Http404
    try:
        rows = importing.corrections(job)
        first = next(rows)
    except importing.UNREADABLE:
        return redirect("places:import_errors", job.id)
    return export.answer(f"corrections-{job.id}", "csv", first, rows)


@require_POST
@login_required
def import_start(request: HttpRequest, job_id: int) -> HttpResponse:
    """Put the import in the queue of the worker."""
    job = _job(request, job_id)
    try:
        expected = importing.look(job).estimate
        importing.queue(job=job, expected=expected)
    except (PlacesError, *importing.UNREADABLE) as error:
        messages.error(request, said(str(error)))
    return redirect("places:import", job.id)


@require_POST
@login_required
def import_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop the import after its present batch."""
    importing.cancel(job=_job(request, job_id), at=timezone.now())
    return redirect("places:import", job_id)


@require_GET
@login_required
def import_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give the progress as a fragment that asks again until the end."""
    return render(request, "places/_import_progress.html", {"job": _job(request, job_id)})


@require_GET
@login_required
def import_errors(request: HttpRequest, job_id: int) -> FileResponse:
    """Give the error file: one line a rejected row."""
    job = _job(request, job_id)
    path = Path(job.error_file or "missing")
    if not path.is_file():
        raise Http404
    name = f"errors-{job.id}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _job(request: HttpRequest, job_id: int) -> ImportJob:
    return get_object_or_404(selectors.visible_imports(request.user), id=job_id)


def _reading_form(request: HttpRequest, job: ImportJob, found: Any) -> ReadingForm:
    is_table = found.format in {"csv", "excel", "geojson"}
    return ReadingForm(
        request.POST or None,
        columns=found.columns if is_table else [],
        guesses=found.guesses,
        initial=_given(job),
    )


def _given(job: ImportJob) -> dict[str, Any]:
    return ReadingForm.initial_of(job.options)
