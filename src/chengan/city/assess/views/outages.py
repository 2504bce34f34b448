"""What fails if this fails: network models, runs, dependencies."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengan.city.assess import errors, forms
from chengan.city.assess.models import Dependency, NetworkFile, OutageRun
from chengan.city.assess.services import dependency_rows
from chengan.city.assess.services import outages as writes
from chengan.city.assess.views import cascading
from chengan.city.places import api as places

May = places.Permission
MOST = 200
EXPORTED = 100_000


def _networks(request: HttpRequest) -> QuerySet[NetworkFile]:
    reach = places.scope(request.user, May.VIEW_RISKS)
    return (
        NetworkFile.objects.filter(reach.paths_q("owner__path"))
        .select_related("owner")
        .defer("text")
        .order_by("id")
    )


@login_required
def cascade(request: HttpRequest) -> HttpResponse:
    """Networks, the newest runs, dependencies, and what fails with one object."""
    places.require(request.user, May.VIEW_RISKS)
    context: dict[str, Any] = {
        "networks": _networks(request),
        "runs": OutageRun.objects.filter(network_file__in=_networks(request))
        .select_related("network_file")
        .order_by("-id")[:20],
        "dependencies": _dependencies(request)[:MOST],
        "most": MOST,
        "may_edit": places.may(request.user, May.EDIT_RISKS),
        "owners": places.visible_organisations(request.user, May.EDIT_RISKS),
        "engines": [each for each in NetworkFile.Engine.choices if each[0] != "lines"],
        "csv": reverse("assess:dependency_export", args=["csv"]),
        "excel": reverse("assess:dependency_export", args=["xlsx"]),
    }
    key = request.GET.get("object", "")
    if key.isdecimal():
        found = get_object_or_404(places.visible_objects(request.user), pk=int(key))
        failing = writes.follow({found.pk: 0.0})
        context |= {"failed": found, **cascading.shown(request, failing, [found])}
    elif text := request.GET.get("q", "").strip()[:100]:
        context |= {"q": text, "matches": _matches(request, text)}
    return render(request, "assess/cascade.html", context)


def _dependencies(request: HttpRequest) -> QuerySet[Dependency]:
    reach = places.scope(request.user, May.VIEW_RISKS)
    return (
        Dependency.objects.filter(reach.q("dependent__") | reach.q("supplier__"))
        .select_related("dependent__kind", "supplier__kind")
        .order_by("id")
    )


def _matches(request: HttpRequest, text: str) -> list[Any]:
    """Objects of a name or number, those on which others depend first."""
    mine = places.visible_objects(request.user)
    found = mine.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text)
                        | Q(external_id=text.rpartition("/")[2]))  # fmt: skip
    needed = Dependency.objects.filter(supplier_id=OuterRef("pk"))
    return list(found.annotate(is_needed=Exists(needed)).order_by("-is_needed", "id")[:30])


@login_required
def network(request: HttpRequest, network_id: int) -> HttpResponse:
    """One network: ask it a question; what was asked before."""
    found = get_object_or_404(_networks(request), pk=network_id)
    links = _links(found)
    form = forms.QuestionForm(request.POST or None, engine=found.engine, links=links)
    if request.method == "POST":
        places.require(request.user, May.EDIT_RISKS)
        if form.is_valid():
            try:
                made = writes.ask(
                    network=found,
                    question=form.cleaned_data,
                    by=request.user.get_username(),
                    at=timezone.now(),
                )
                return redirect("assess:run", made.pk)
            except errors.BadInputs as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {
        "network": found,
        "form": form,
        "count": len(links),
        "runs": found.runs.order_by("-id")[:20],
        "may_edit": places.may(request.user, May.EDIT_RISKS),
    }
    return render(request, "assess/network.html", context)


def _links(found: NetworkFile) -> list[str]:
    """Names of what can break: links, or first words of the lines of the model's link sections."""
    if found.engine == NetworkFile.Engine.LINES:
        return [each[0] for each in json.loads(found.text)["links"]]
    wanted = {"[PIPES]", "[PUMPS]", "[VALVES]", "[CONDUITS]", "[ORIFICES]", "[WEIRS]"}
    names, inside = [], False
    for line in found.text.splitlines():
        plain = line.split(";")[0].strip()
        if plain.startswith("["):
            inside = plain.upper() in wanted
        elif inside and plain:
            names.append(plain.split()[0])
    return names


@login_required
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: who is hit and when, or why its result is not believed."""
    found = get_object_or_404(OutageRun.objects.select_related("network_file__owner"), pk=run_id)
    get_object_or_404(_networks(request), pk=found.network_file_id)
    context = {
        "run": found,
        "may_edit": places.may(request.user, May.EDIT_RISKS),
        "hits": (found.result.get("hits") or [])[:MOST],
        "hit_count": len(found.result.get("hits") or []),
        **cascading.shown(request, found.result.get("dependents") or []),
    }
    name = "assess/_run.html" if request.headers.get("HX-Request") == "true" else "assess/run.html"
    return render(request, name, context)


@require_POST
@login_required
def run_stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Wait no longer for a run."""
    places.require(request.user, May.EDIT_RISKS)
    found = get_object_or_404(OutageRun, pk=run_id)
    get_object_or_404(_networks(request), pk=found.network_file_id)
    try:
        writes.stop(run=found, at=timezone.now())
    except errors.NotWaiting as error:
        messages.error(request, str(error))
    return redirect("assess:run", run_id)


@require_POST
@login_required
def network_new(request: HttpRequest) -> HttpResponse:
    """Keep a network model."""
    places.require(request.user, May.EDIT_RISKS)
    owner = get_object_or_404(
        places.visible_organisations(request.user, May.EDIT_RISKS),
        code=request.POST.get("owner", ""),
    )
    file = request.FILES.get("file")
    try:
        text = file.read(writes.MOST_BYTES + 1).decode("utf-8", "replace") if file else ""
        name = request.POST.get("name", "").strip()[:200]
        engine = request.POST.get("engine", "")
        if not name or engine not in {"water", "drainage"}:
            raise errors.BadInputs("name", _("A network model needs a name and an engine."))
        made = writes.keep_model(
            text=text,
            name_zh=name,
            name_en=name,
            engine=engine,
            owner=owner,
            namespace=request.POST.get("namespace", "")[:40],
        )
    except errors.AssessError as error:
        messages.error(request, str(error))
        return redirect("assess:cascade")
    return redirect("assess:network", made.pk)


@require_POST
@login_required
def dependency_new(request: HttpRequest) -> HttpResponse:
    """State that one object depends on another."""
    places.require(request.user, May.EDIT_RISKS)
    mine = places.visible_objects(request.user, May.EDIT_RISKS)
    try:
        pair = [_object(mine, request.POST.get(name, "")) for name in ("dependent", "supplier")]
        writes.put_dependency(
            dependent=pair[0],
            supplier=pair[1],
            group=request.POST.get("group", ""),
            reserve_h=float(request.POST.get("reserve_h") or 0),
            source=request.user.get_username(),
        )
        messages.success(request, _("Kept."))
    except (errors.AssessError, ValueError) as error:
        messages.error(request, str(error))
    return redirect("assess:cascade")


def _object(mine: QuerySet[Any], name: str) -> Any:
    register, _slash, number = name.strip().partition("/")
    found = mine.filter(namespace=register, external_id=number).first()
    if found is None:
        raise errors.BadInputs(
            "object", _("No object of this number (register/number) that you may assess.")
        )
    return found


@require_POST
@login_required
def dependency_remove(request: HttpRequest, dependency_id: int) -> HttpResponse:
    """Take a dependency back."""
    places.require(request.user, May.EDIT_RISKS)
    reach = places.scope(request.user, May.EDIT_RISKS)
    get_object_or_404(Dependency.objects.filter(reach.q("dependent__")), pk=dependency_id).delete()
    return redirect("assess:cascade")


@require_GET
@login_required
def dependency_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The dependencies that the user sees as CSV or Excel, in the columns of the import."""
    places.require(request.user, May.VIEW_RISKS)
    rows: Iterator[list[Any]] = (
        [
            f"{each.supplier.namespace}/{each.supplier.external_id}",
            f"{each.dependent.namespace}/{each.dependent.external_id}",
            each.group,
            each.reserve_h,
            cascading.local(each.supplier),
            cascading.local(each.dependent),
            each.source,
        ]
        for each in _dependencies(request)[:EXPORTED]
    )
    names = [*dependency_rows.COLUMNS, _("Supplied by"), _("Dependent"), _("Stated by")]
    return places.table_file("dependencies", form, names, rows)
