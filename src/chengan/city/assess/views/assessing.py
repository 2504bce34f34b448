"""Assessing a risk, signing an assessment, and what waits for one's signature."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.assess import errors, forms
from chengan.city.assess.models import Assessment, Method
from chengan.city.assess.selectors import register
from chengan.city.assess.services import assessing, drawing, method_kinds
from chengan.city.assess.views.register import editable
from chengan.city.places import api as places

May = places.Permission
PAGE = 50
PERMISSION = {"submitted": May.REVIEW_RISKS, "reviewed": May.APPROVE_RISKS}


@login_required
def assess(request: HttpRequest, risk_id: int, code: str) -> HttpResponse:
    """Judge a risk by one method, without and with its controls."""
    risk = editable(request, risk_id)
    method = get_object_or_404(
        Method.objects.exclude(kind=Method.Kind.POLICY), code=code, retired_at=None
    )
    if own := method_kinds.own_of(method, risk.sector):
        return redirect("assess:assess", risk.pk, own.code)
    last = risk.assessments.filter(method__code=code).order_by("-id").first()
    form = forms.AssessForm(
        request.POST or None,
        method=method,
        initial=forms.initial(last.inputs, method) if last else None,
    )
    context: dict[str, Any] = {"risk": risk, "method": method, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                context["result"] = assessing.worked_out(method, form.inputs())
            else:
                assessing.write(
                    risk=risk,
                    method=method,
                    inputs=form.inputs(),
                    note=form.cleaned_data["note"],
                    by=request.user.get_username(),
                    at=timezone.now(),
                )
                messages.success(request, _("Handed in: it waits for a reviewer."))
                return redirect("assess:risk", risk.pk)
        except errors.BadInputs as error:
            _show(form, error)
    return render(request, "assess/assess.html", context)


def _show(form: forms.AssessForm, error: errors.BadInputs) -> None:
    field = error.field.replace(".", "_", 1)
    form.add_error(field if field in form.fields else None, str(error))


@login_required
def assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """One assessment: inputs, result, receipt, signatures."""
    found = _visible(request, assessment_id)
    context = {
        "assessment": found,
        "risk": found.risk,
        "states": [
            (
                str(word),
                found.inputs[state],
                found.result[state],
                _drawn(found.inputs[state], found.result[state]),
            )
            for state, word in forms.STATES
        ],
        "same": assessing.rerun(found),
        "may_sign": found.status in PERMISSION and _may_sign(request, found),
    }
    return render(request, "assess/assessment.html", context)


def _drawn(inputs: dict[str, Any], result: dict[str, Any]) -> str:
    if tree := inputs.get("tree"):
        return mark_safe(drawing.tree(tree))  # noqa: S308 - names are escaped by the drawing
    if given := inputs.get("bow_tie"):
        return mark_safe(drawing.bow_tie(given, result["details"].get("top", result["figure"])))  # noqa: S308
    return ""


def _visible(request: HttpRequest, assessment_id: int) -> Assessment:
    found = get_object_or_404(Assessment.objects.select_related("method", "risk"), pk=assessment_id)
    found.risk = get_object_or_404(register.visible_risks(request.user), pk=found.risk_id)
    return found


def _may_sign(request: HttpRequest, found: Assessment) -> bool:
    permission = PERMISSION[found.status]
    is_mine = request.user.get_username() in {found.author, found.reviewer}
    return (
        not is_mine
        and register.visible_risks(request.user, permission).filter(pk=found.risk_id).exists()
    )


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for one's review or approval, oldest first; many can be signed at once."""
    if not any(places.may(request.user, each) for each in PERMISSION.values()):
        places.require(request.user, May.REVIEW_RISKS)
    after = request.GET.get("after", "")
    found = _waiting(request)
    if after.isdecimal():
        found = found.filter(pk__gt=int(after))
    rows = list(found[: PAGE + 1])
    context = {"rows": rows[:PAGE], "after": rows[PAGE - 1].pk if len(rows) > PAGE else ""}
    return render(request, "assess/queue.html", context)


def _waiting(request: HttpRequest) -> QuerySet[Assessment]:
    me = request.user.get_username()
    found = Assessment.objects.none()
    for status, permission in PERMISSION.items():
        reach = places.scope(request.user, permission)
        rows = Assessment.objects.filter(
            reach.paths_q("risk__rating__owner_path", "risk__rating__area_path"), status=status
        )
        found |= rows.exclude(author=me).exclude(reviewer=me)
    return found.select_related("risk__city_object", "risk__rating", "method").order_by("pk")


@require_POST
@login_required
def sign(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Review, approve or return one assessment."""
    found = _visible(request, assessment_id)
    try:
        _sign(request, found, request.POST.get("reason", "") if "return" in request.POST else None)
        messages.success(
            request, _("Signed.") if "return" not in request.POST else _("Returned to its author.")
        )
    except errors.AssessError as error:
        messages.error(request, str(error))
    return redirect("assess:assessment", assessment_id)


@require_POST
@login_required
def sign_many(request: HttpRequest) -> HttpResponse:
    """Sign the chosen assessments; each that cannot be signed says why."""
    ids = [int(each) for each in request.POST.getlist("assessment")[:500] if each.isdecimal()]
    signed, refused = 0, []
    for found in _waiting(request).filter(pk__in=ids):
        try:
            _sign(request, found, None)
            signed += 1
        except errors.AssessError as error:
            refused.append(f"#{found.pk}: {error}")
    messages.success(request, _("Signed: %s") % signed)
    for text in refused[:10]:
        messages.error(request, text)
    return redirect("assess:queue")


def _sign(request: HttpRequest, found: Assessment, reason: str | None) -> None:
    permission = PERMISSION.get(found.status)
    if permission is None:
        raise errors.NotWaiting(_("It waits no longer: somebody was quicker."))
    places.require(request.user, permission)
    get_object_or_404(register.visible_risks(request.user, permission), pk=found.risk_id)
    by, at = request.user.get_username(), timezone.now()
    if reason is not None:
        assessing.send_back(assessment=found, reason=reason, by=by, at=at)
    elif found.status == Assessment.Status.SUBMITTED:
        assessing.review(assessment=found, by=by, at=at)
    else:
        assessing.approve(assessment=found, by=by, at=at)
