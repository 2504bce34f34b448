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

from chengan.city.assess import errors, forms
from chengan.city.assess.models import HazardLibrary, LivingRule, Mark, Method, Rating, Rerating
from chengan.city.assess.selectors import register
from chengan.city.assess.services import back_testing, method_kinds, methods, rating, rerating
from chengan.city.assess.services import libraries as library_writes
from chengan.city.assess.views import definitions
from chengan.city.places import api as places

May = places.Permission
BACK_DAYS = (7, 30, 90, 365)


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Methods, libraries and living rules in force."""
    places.require(request.user, May.VIEW_RISKS)
    sectors = {code: forms.word([zh, en]) for code, zh, en in register.sectors()}
    context = {
        "methods": [
            (each, sectors.get(each.sector, each.sector))
            for each in Method.objects.filter(retired_at=None).order_by("code")
        ],
        "retired": _retired(),
        "libraries": HazardLibrary.objects.filter(retired_at=None).order_by("code"),
        "rules": LivingRule.objects.filter(retired_at=None).order_by("code"),
        "may_change": places.may(request.user, May.EDIT_METHODS),
    }
    return render(request, "assess/data.html", context)


def _retired() -> list[Method]:
    """Give the latest edition of each method that is out of use."""
    in_force = Method.objects.filter(retired_at=None).values("code")
    rows = Method.objects.exclude(code__in=in_force).order_by("code", "-version")
    return list(rows.distinct("code"))


@login_required
def method(request: HttpRequest, code: str) -> HttpResponse:
    """One method: definition, editions, re-ratings; an analyst puts a new edition in force."""
    places.require(request.user, May.VIEW_RISKS)
    found = get_object_or_404(Method, code=code, retired_at=None)
    context: dict[str, Any] = {
        "method": found,
        "text": as_text(methods.in_order(found.kind, found.definition)),
        "marks": Mark.choices,
        "may_change": places.may(request.user, May.EDIT_METHODS),
        "has_factors": found.kind in rating.FACTORS,
        "is_policy": found.kind == Method.Kind.POLICY,
        "shown": definitions.readable(found.kind, found.definition),
        "sectors": _by_sector(found),
    }
    if request.method == "POST":
        places.require(request.user, May.EDIT_METHODS)
        context["text"] = given_text(request)
        try:
            methods.put_method(
                method=found,
                definition=definition_of(context["text"]),
                source=request.POST.get("source", ""),
                mark=mark_of(request),
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
        "rated": Rating.objects.filter(method_code=code, is_open=True).count(),
        "behind": Rating.objects.filter(method_code=code, is_open=True)
        .exclude(method_version=found.version)
        .count(),
    }
    return render(request, "assess/method.html", context)


def _by_sector(found: Method) -> list[tuple[HazardLibrary, Method | None]]:
    """Which sectors have their own method in place of a general one."""
    if found.sector or found.kind not in method_kinds.BY_SECTOR:
        return []
    own = {
        each.sector: each
        for each in Method.objects.filter(retired_at=None, kind=found.kind).exclude(sector="")
    }
    libraries = HazardLibrary.objects.filter(retired_at=None).order_by("code")
    return [(each, own.get(each.code)) for each in libraries]


def as_text(value: Any) -> str:
    """Give a definition as YAML."""
    return str(
        yaml.safe_dump(
            value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
        )
    )


def given_text(request: HttpRequest) -> str:
    """Give the definition that was sent: a file, or the text of the page."""
    file = request.FILES.get("file")
    if file is None:
        return str(request.POST.get("text", ""))
    return str(file.read(library_writes.MOST_BYTES), "utf-8", "replace")


def definition_of(text: str) -> Any:
    """Read a definition.

    Raises
    ------
    errors.BadDefinition
        If it is no YAML, or holds what JSON does not.
    """
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise errors.BadDefinition(_("Not readable as YAML: %s") % error) from error
    try:
        return json.loads(json.dumps(found))
    except (TypeError, ValueError) as error:
        raise errors.BadDefinition(_("Not readable as YAML: %s") % error) from error


def mark_of(request: HttpRequest) -> str:
    """Give how sure the figures are said to be; ours when nothing else was said."""
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
        "text": as_text(found.definition),
        "may_change": may_change,
        "days": BACK_DAYS,
        "chosen": 30,
    }
    if request.method == "POST":
        places.require(request.user, May.EDIT_METHODS)
        context["text"] = request.POST.get("text", "")
        try:
            definition = definition_of(context["text"])
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
