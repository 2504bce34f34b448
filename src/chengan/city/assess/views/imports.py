"""Files of risks, dependencies and networks: templates, a look first, progress, error files."""

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
from chengan.city.assess import messages as said
from chengan.city.assess.models import Hazard, RiskImport
from chengan.city.assess.services import dependency_rows, importing, methods, rating, risk_rows
from chengan.city.places import api as places

MOST_BYTES = 64 << 20
SYSTEMS = (
    ("wgs84", "WGS 84 / CGCS2000"),
    ("gcj02", "GCJ-02"),
    ("bd09", "BD-09"),
)
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Offer templates, take a file of any kind to be looked at, list what was brought in."""
    user: Any = request.user
    places.require(user, places.Permission.EDIT_RISKS)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        file = request.FILES.get("file")
        try:
            if kind not in RiskImport.Kind.values:
                kind = RiskImport.Kind.RISKS
            if file is None or not file.size or file.size > MOST_BYTES:
                raise errors.BadInputs("file", _("Choose a file of at most 64 MB."))
            made = importing.keep_file(
                pieces=file.chunks(),
                file_name=file.name or kind,
                by=user,
                at=timezone.now(),
                kind=kind,
                options=_options(request, kind),
            )
        except errors.BadInputs as error:
            messages.error(request, str(error))
            return redirect("assess:imports")
        return redirect("assess:import", made.pk)
    context = {
        "jobs": _mine(request)[:50],
        "owners": places.visible_organisations(user, places.Permission.EDIT_RISKS),
        "systems": SYSTEMS,
        "methods": risk_rows.tables(),
    }
    return render(request, "assess/imports.html", context)


def _options(request: HttpRequest, kind: str) -> dict[str, Any]:
    """Give what a kind of file needs besides the file.

    Raises
    ------
    errors.BadInputs
        If a network has no name, or an owner that is not the user's.
    """
    if kind == RiskImport.Kind.RISKS:
        return {}
    system = request.POST.get("system", "")
    found = {"system": system if system in dict(SYSTEMS) else "wgs84"}
    if kind == RiskImport.Kind.DEPENDENCIES:
        return found
    name, owner = request.POST.get("name", "").strip()[:200], request.POST.get("owner", "")
    mine = places.visible_organisations(request.user, places.Permission.EDIT_RISKS)
    if not name or not mine.filter(code=owner).exists():
        raise errors.BadInputs("name", _("A network needs a name and an owner of yours."))
    plain = {each: request.POST.get(each, "").strip()[:200] for each in ("namespace", "sources")}
    return found | {"name": name, "owner": owner} | plain


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
    columns = risk_rows.columns(method)
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
    job = _job(request, import_id)
    context: dict[str, Any] = {"job": job}
    if job.status == RiskImport.Status.PREVIEW:
        try:
            context["looked"] = importing.look(job, timezone.now())
        except importing.UNREADABLE as error:
            context["unreadable"] = said.of(error)
    return render(request, name, context)


@require_POST
@login_required
def import_start(request: HttpRequest, import_id: int) -> HttpResponse:
    """Start an import that was looked at."""
    try:
        importing.queue(
            made=_job(request, import_id),
            at=timezone.now(),
            leaves_twins="leave" in request.POST,
        )
    except errors.NotWaiting as error:
        messages.error(request, str(error))
    return redirect("assess:import", import_id)


@require_GET
@login_required
def dependency_template(request: HttpRequest) -> HttpResponseBase:
    """An Excel template of dependencies with two of the user's objects as an example."""
    user: Any = request.user
    places.require(user, places.Permission.EDIT_RISKS)
    mine = places.visible_objects(user, places.Permission.EDIT_RISKS).order_by("id")[:2]
    names = [f"{each.namespace}/{each.external_id}" for each in mine]
    rows: list[list[Any]] = [[*names, "power", 2]] if len(names) > 1 else []
    return places.table_file("dependencies", "xlsx", list(dependency_rows.COLUMNS), rows)


@require_GET
@login_required
def example(request: HttpRequest, name: str) -> HttpResponseBase:
    """An example of a GeoJSON file of dependencies or of a network of lines."""
    places.require(request.user, places.Permission.EDIT_RISKS)
    path = EXAMPLES / f"{name}.geojson"
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_POST
@login_required
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop an import after its present batch."""
    importing.cancel(made=_job(request, import_id), at=timezone.now())
    return redirect("assess:import", import_id)


@require_GET
@login_required
def import_errors(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The error file: one line a refused row, said in the reader's language."""
    path = Path(_job(request, import_id).error_file or "missing")
    return _told(path, f"errors-{import_id}")


@require_GET
@login_required
def import_alike(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Rows that were taken though they look like a registered risk: look at them once more."""
    return _told(importing.alike_file(_job(request, import_id)), f"alike-{import_id}")


def _told(path: Path, name: str) -> HttpResponseBase:
    if not path.is_file():
        raise Http404
    return places.table_file(name, "csv", importing.HEADERS, importing.said_rows(path))


@require_GET
@login_required
def import_corrections(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The refused rows as they stood with the reasons behind, to correct and send again."""
    job = _job(request, import_id)
    if not Path(job.error_file or "missing").is_file() or not job.is_table:
        raise Http404
    rows = importing.corrections(job)
    return places.table_file(f"corrections-{import_id}", "xlsx", next(rows), rows)
