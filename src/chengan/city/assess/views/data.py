"""Methods, libraries and living rules: what is in force, its source and mark, and its editions."""

import json
from datetime import timedelta
from typing import Any

import yaml
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengan.city.assess import errors
from chengan.city.assess.models import HazardLibrary, LivingRule, Mark, Method, Rating, Rerating
from chengan.city.assess.services import back_testing, methods, rating, rerating
from chengan.city.assess.services import libraries as library_writes
from chengan.city.places import api as places

May = places.Permission
BACK_DAYS = (7, 30, 90, 365)


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Methods, libraries and living rules in force."""
    places.require(request.user, May.VIEW_RISKS)
    context = {
        "methods": Method.objects.filter(retired_at=None).order_by("code"),
        "libraries": HazardLibrary.objects.filter(retired_at=None).order_by("code"),
        "rules": LivingRule.objects.filter(retired_at=None).order_by("code"),
        "may_change": places.may(request.user, May.EDIT_METHODS),
    }
    return render(request, "assess/data.html", context)


@login_required
def method(request: HttpRequest, code: str) -> HttpResponse:
    """One method: definition, editions, re-ratings; an analyst puts a new edition in force."""
    places.require(request.user, May.VIEW_RISKS)
    found = get_object_or_404(Method, code=code, retired_at=None)
    context: dict[str, Any] = {
        "method": found,
        "text": _as_text(found.definition),
        "marks": Mark.choices,
        "may_change": places.may(request.user, May.EDIT_METHODS),
        "has_factors": found.kind in rating.FACTORS,
    }
    if request.method == "POST":
        places.require(request.user, May.EDIT_METHODS)
        context["text"] = request.POST.get("text", "")
        try:
            methods.put_method(
                method=found,
                definition=_definition(context["text"]),
                source=request.POST.get("source", ""),
                mark=_mark(request),
                by=request.user.get_username(),
                at=timezone.now(),
            )
        except errors.AssessError as error:
            context["refused"] = str(error)
        else:
            messages.success(request, _("In force. Re-rate to bring the register to this edition."))
            return redirect("assess:method", code)
    context |= {
        "versions": Method.objects.filter(code=code).order_by("-version"),
        "reratings": Rerating.objects.filter(method__code=code)
        .select_related("method")
        .order_by("-id")[:10],
        "behind": Rating.objects.filter(method_code=code, is_open=True)
        .exclude(method_version=found.version)
        .count(),
    }
    return render(request, "assess/method.html", context)


def _as_text(value: Any) -> str:
    return str(
        yaml.safe_dump(
            value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
        )
    )


def _definition(text: str) -> Any:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise errors.BadDefinition(_("Not readable as YAML: %s") % error) from error
    return json.loads(json.dumps(found)) if isinstance(found, dict) else found


def _mark(request: HttpRequest) -> str:
    given = request.POST.get("mark", "")
    return given if given in Mark.values else Mark.D


@require_POST
@login_required
def rerate(request: HttpRequest, code: str) -> HttpResponse:
    """Bring the register to the method's edition in force, in the background."""
    places.require(request.user, May.EDIT_METHODS)
    found = get_object_or_404(Method, code=code, retired_at=None)
    try:
        rerating.ask(method=found, by=request.user.get_username(), at=timezone.now())
    except errors.AssessError as error:
        messages.error(request, str(error))
    return redirect("assess:method", code)


@require_GET
@login_required
def rerating_progress(request: HttpRequest, rerating_id: int) -> HttpResponse:
    """The progress of a re-rating as a fragment that asks again until the end."""
    places.require(request.user, May.VIEW_RISKS)
    found = get_object_or_404(Rerating.objects.select_related("method"), pk=rerating_id)
    return render(
        request,
        "assess/_rerating.html",
        {"each": found, "may_change": places.may(request.user, May.EDIT_METHODS)},
    )


@require_POST
@login_required
def rerating_cancel(request: HttpRequest, rerating_id: int) -> HttpResponse:
    """Stop a re-rating after its present batch."""
    places.require(request.user, May.EDIT_METHODS)
    found = get_object_or_404(Rerating.objects.select_related("method"), pk=rerating_id)
    rerating.cancel(rerating=found, at=timezone.now())
    return redirect("assess:method", found.method.code)


@login_required
def library(request: HttpRequest, code: str) -> HttpResponse:
    """One sector's library; an analyst puts the city's own edition in force, as text or file."""
    places.require(request.user, May.VIEW_RISKS)
    found = get_object_or_404(HazardLibrary, code=code, retired_at=None)
    context: dict[str, Any] = {
        "library": found,
        "may_change": places.may(request.user, May.EDIT_METHODS),
        "text": "",
    }
    if request.method == "POST":
        places.require(request.user, May.EDIT_METHODS)
        file = request.FILES.get("file")
        context["text"] = (
            file.read(library_writes.MOST_BYTES + 1).decode("utf-8", "replace")
            if file
            else request.POST.get("text", "")
        )
        try:
            content = library_writes.parse(context["text"])
            if content["code"] != code:
                raise errors.BadDefinition(_("code: this page is for “%s”.") % code)
            library_writes.put(content=content, by=request.user.get_username(), at=timezone.now())
        except errors.AssessError as error:
            context["refused"] = str(error)
        else:
            messages.success(request, _("In force."))
            return redirect("assess:library", code)
    context["text"] = context["text"] or library_writes.as_yaml(found)
    context["hazards"] = found.hazards.order_by("id")
    context["versions"] = HazardLibrary.objects.filter(code=code).order_by("-version")
    return render(request, "assess/library.html", context)


@require_GET
@login_required
def library_file(request: HttpRequest, code: str) -> HttpResponse:
    """The library in force as a YAML file, to be changed and brought back."""
    places.require(request.user, May.VIEW_RISKS)
    found = get_object_or_404(HazardLibrary, code=code, retired_at=None)
    answer = HttpResponse(
        library_writes.as_yaml(found), content_type="application/yaml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}-{found.version}.yaml"'
    return answer


@login_required
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One living rule: what it does now, its editions; try a change on past facts first."""
    places.require(request.user, May.VIEW_RISKS)
    found = get_object_or_404(LivingRule, code=code, retired_at=None)
    may_change = places.may(request.user, May.EDIT_METHODS)
    context: dict[str, Any] = {
        "rule": found,
        "text": _as_text(found.definition),
        "may_change": may_change,
        "days": BACK_DAYS,
        "chosen": 30,
    }
    if request.method == "POST":
        places.require(request.user, May.EDIT_METHODS)
        context["text"] = request.POST.get("text", "")
        try:
            definition = _definition(context["text"])
            methods.check_rule(definition)
            if "try" in request.POST:
                context["chosen"] = _days(request)
                now = timezone.now()
                past = {"since": now - timedelta(days=context["chosen"]), "until": now}
                context["tried"] = [back_testing.back_test(definition, **past)]
                if definition != found.definition:
                    context["tried"].append(back_testing.back_test(found.definition, **past))
            else:
                methods.put_rule(
                    rule=found,
                    definition=definition,
                    source=request.POST.get("source", "") or found.source,
                    is_active="active" in request.POST,
                    by=request.user.get_username(),
                    at=timezone.now(),
                )
                return redirect("assess:rule", code)
        except errors.AssessError as error:
            context["refused"] = str(error)
    context["versions"] = LivingRule.objects.filter(code=code).order_by("-version")
    return render(request, "assess/rule.html", context)


def _days(request: HttpRequest) -> int:
    given = request.POST.get("days", "")
    return int(given) if given.isdecimal() and int(given) in BACK_DAYS else 30
