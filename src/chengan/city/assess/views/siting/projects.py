"""The list of projects, one project, and its draft."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.assess.models import SitingProject
from chengan.city.assess.selectors import siting as selectors
from chengan.city.assess.services.siting import projects
from chengan.city.assess.siting_forms import ConditionForm, ProjectForm
from chengan.city.assess.views.siting import shown
from chengan.city.places import api as places

May = places.Permission
PAGE = 50


@login_required
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects the user may see, newest first; filters stand in the address."""
    places.require(request.user, May.VIEW_SITES)
    filters = _filters(request)
    found = selectors.filtered_projects(request.user, filters)
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    context = {
        "projects": [shown.line(each) for each in rows[:PAGE]],
        "after": str(rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "filters": filters,
        "statuses": SitingProject.Status.choices,
        "kinds": SitingProject.Kind.choices,
        "csv": reverse("assess:project_export", args=["csv"]),
        "excel": reverse("assess:project_export", args=["xlsx"]),
        "may_plan": places.may(request.user, May.PLAN_SITES),
    }
    return render(request, "assess/siting/project_list.html", context)


@login_required
def project_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered projects as CSV or Excel."""
    places.require(request.user, May.VIEW_SITES)
    found = selectors.filtered_projects(request.user, _filters(request))
    headers = [
        _("Number"), _("Name"), _("Kind of project"), _("Builder"), _("Status"), _("Gate"),
        _("Siting verdict"), _("Planner"), _("Consultant"), _("Safety office"), _("Decided by"),
        _("Begun"), _("Decided at"), _("Sample data"),
    ]  # fmt: skip
    return places.table_file("siting", form, headers, map(shown.cells, found.iterator(500)))


@login_required
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project: where it is, what the review says, whose turn it is, what is asked for."""
    found = get_object_or_404(selectors.visible_projects(request.user), pk=project_id)
    return render(request, "assess/siting/project.html", about(request, found))


def about(request: HttpRequest, found: SitingProject) -> dict[str, Any]:
    """Everything that a project's page shows."""
    review = found.reviews.order_by("-number").first()
    return {
        "project": found,
        "review": review,
        "result": shown.result(review) if review else None,
        "reviews": found.reviews.order_by("-number"),
        "steps": found.steps.order_by("id").select_related("review"),
        "installations": found.installations.filter(retired_at=None).order_by("id"),
        "conditions": found.conditions.select_related("owner").order_by("gate", "id"),
        "condition_form": ConditionForm(by=request.user),  # type: ignore[arg-type]
        "actions": shown.actions(request.user, found, review),
        "map": shown.on_map(found, review),
        "may": {code.value: places.may(request.user, code) for code in May if "_sites" in code},
    }


@login_required
def project_edit(request: HttpRequest, project_id: int | None = None) -> HttpResponse:
    """Draw up a project, or change a draft."""
    places.require(request.user, May.PLAN_SITES)
    found = None
    if project_id is not None:
        found = get_object_or_404(selectors.visible_projects(request.user), pk=project_id)
    form = ProjectForm(
        request.POST or None,
        request.FILES or None,
        by=request.user,  # type: ignore[arg-type]
        initial=shown.initial(found) if found else None,
    )
    if request.method == "POST" and form.is_valid():
        by, at = request.user.get_username(), timezone.now()
        places.require(request.user, May.PLAN_SITES, form.cleaned_data["organisation"])
        if found is None:
            found = projects.create(draft=form.draft(), by=by, at=at)
        elif refused := shown.refusal(
            lambda: projects.change(project=found, draft=form.draft(), by=by, at=at)
        ):
            form.add_error(None, refused)
            return render(request, "assess/siting/project_form.html", _form(found, form))
        return redirect("assess:project", found.pk)
    return render(request, "assess/siting/project_form.html", _form(found, form))


def _form(found: SitingProject | None, form: ProjectForm) -> dict[str, Any]:
    return {"project": found, "form": form, "map": shown.around(found)}


def _filters(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("status", "kind", "q")}
