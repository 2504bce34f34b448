"""What people do with a project: each button one step, then back to its page."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.assess.models import Condition, Installation, SitingProject, SitingReview
from chengan.city.assess.selectors import siting as selectors
from chengan.city.assess.services.siting import conditions, projects, reviewing, steps
from chengan.city.assess.siting_forms import ConditionForm, InstallationForm
from chengan.city.assess.views.siting import shown
from chengan.city.assess.views.siting.projects import about
from chengan.city.places import api as places

May = places.Permission
NEEDED = {
    "submit": May.PLAN_SITES,
    "withdraw": May.PLAN_SITES,
    "review": May.VIEW_SITES,
    "advise": May.ADVISE_SITES,
    "recommend": May.RECOMMEND_SITES,
    "decide": May.DECIDE_SITES,
    "gate": May.DECIDE_SITES,
}


@require_POST
@login_required
def step(request: HttpRequest, project_id: int, action: str) -> HttpResponse:
    """Take one step of a project."""
    found = get_object_or_404(selectors.visible_projects(request.user), pk=project_id)
    if action == "send_back":
        _require_turn(request, found)
    else:
        places.require(request.user, NEEDED[action])
    refused = shown.refusal(lambda: _take(request, found, action))
    if refused:
        messages.error(request, refused)
    return redirect("assess:project", found.pk)


def _take(request: HttpRequest, found: SitingProject, action: str) -> None:
    by, at, note = request.user.get_username(), timezone.now(), request.POST.get("note", "")
    review = SitingReview.objects.filter(
        project=found, number=request.POST.get("review") or 0
    ).first()
    takes: dict[str, Callable[[], object]] = {
        "submit": lambda: steps.submit(project=found, by=by, at=at, note=note),
        "withdraw": lambda: steps.withdraw(project=found, by=by, at=at, note=note),
        "send_back": lambda: steps.send_back(project=found, by=by, at=at, note=note),
        "review": lambda: reviewing.review(project=found, by=by, at=at),
        "advise": lambda: steps.advise(
            project=found, review=steps.given(review), by=by, at=at, note=note
        ),
        "recommend": lambda: steps.recommend(
            project=found, review=steps.given(review), by=by, at=at, note=note
        ),
        "decide": lambda: steps.decide(
            project=found,
            review=steps.given(review),
            decision=request.POST.get("decision", ""),
            by=by,
            at=at,
            note=note,
        ),
        "gate": lambda: conditions.pass_gate(
            project=found, gate=request.POST.get("gate", ""), by=by, at=at
        ),
    }
    takes[action]()


def _require_turn(request: HttpRequest, found: SitingProject) -> None:
    turns = {
        SitingProject.Status.SUBMITTED: May.ADVISE_SITES,
        SitingProject.Status.ADVISED: May.RECOMMEND_SITES,
        SitingProject.Status.RECOMMENDED: May.DECIDE_SITES,
    }
    places.require(request.user, turns.get(found.status, May.PLAN_SITES))  # type: ignore[call-overload]


@require_POST
@login_required
def add_condition(request: HttpRequest, project_id: int) -> HttpResponse:
    """Write down a condition, as the office or whoever decides."""
    found = get_object_or_404(selectors.visible_projects(request.user), pk=project_id)
    if not places.may(request.user, May.RECOMMEND_SITES):
        places.require(request.user, May.DECIDE_SITES)
    form = ConditionForm(request.POST, by=request.user)  # type: ignore[arg-type]
    if form.is_valid():
        given = form.cleaned_data
        refused = shown.refusal(
            lambda: conditions.add(
                project=found, by=request.user.get_username(), at=timezone.now(), **given
            )
        )
        if not refused:
            return redirect("assess:project", found.pk)
        form.add_error(None, refused)
    return render(
        request, "assess/siting/project.html", {**about(request, found), "condition_form": form}
    )


@require_POST
@login_required
def condition_step(request: HttpRequest, condition_id: int, action: str) -> HttpResponse:
    """Give evidence as the owner; verify or send back as the safety office."""
    found = get_object_or_404(selectors.visible_conditions(request.user), pk=condition_id)
    if action == "show":
        places.require(request.user, May.VIEW_SITES, found.owner)
    else:
        places.require(request.user, May.RECOMMEND_SITES)
    refused = shown.refusal(lambda: _condition(request, found, action))
    if refused:
        messages.error(request, refused)
    if request.POST.get("back") == "list":
        return redirect("assess:conditions")
    return redirect("assess:project", found.project_id)


def _condition(request: HttpRequest, found: Condition, action: str) -> None:
    by, at = request.user.get_username(), timezone.now()
    if action == "show":
        conditions.show(condition=found, evidence=request.POST.get("evidence", ""), by=by, at=at)
    elif action == "verify":
        conditions.verify(condition=found, by=by, at=at)
    else:
        conditions.reject(condition=found, by=by, at=at)


@login_required
def add_installation(request: HttpRequest, project_id: int) -> HttpResponse:
    """Plan an installation in a draft."""
    found = get_object_or_404(selectors.visible_projects(request.user), pk=project_id)
    places.require(request.user, May.PLAN_SITES, found.organisation)
    form = InstallationForm(
        request.POST or None,
        choices=reviewing.choices(),
        initial={"lon": round(found.lon, 6), "lat": round(found.lat, 6)},
    )
    if request.method == "POST" and form.is_valid():
        refused = shown.refusal(
            lambda: projects.add_installation(
                project=found,
                values=form.values(),
                by=request.user.get_username(),
                at=timezone.now(),
            )
        )
        if not refused:
            return redirect("assess:project", found.pk)
        form.add_error(None, refused)
    return render(request, "assess/siting/installation_form.html", {"form": form, "project": found})


@require_POST
@login_required
def drop_installation(request: HttpRequest, installation_id: int) -> HttpResponse:
    """Take a planned installation out of a draft."""
    found = get_object_or_404(Installation.objects.exclude(project=None), pk=installation_id)
    project = get_object_or_404(selectors.visible_projects(request.user), pk=found.project_id)
    places.require(request.user, May.PLAN_SITES, project.organisation)
    refused = shown.refusal(
        lambda: projects.drop_installation(
            installation=found, by=request.user.get_username(), at=timezone.now()
        )
    )
    messages.error(request, refused) if refused else messages.success(request, _("Taken out."))
    return redirect("assess:project", project.pk)
