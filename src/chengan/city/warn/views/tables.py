"""Pages of the tables: who may issue, who is told, what belongs together, what explains what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.warn import errors, table_forms
from chengan.city.warn.models import (
    Authority,
    CorrelationRule,
    EventType,
    InhibitRule,
    Routing,
    Severity,
)
from chengan.city.warn.selectors.authority import words
from chengan.city.warn.services import tables

May = places.Permission
LEVELS = [(level, word) for level, word in reversed(Severity.choices)]
KINDS: dict[str, tuple[Any, Any, Any]] = {
    "together": (CorrelationRule, table_forms.CorrelationForm, gettext_lazy("correlation rule")),
    "explains": (InhibitRule, table_forms.InhibitForm, gettext_lazy("inhibition rule")),
    "events": (EventType, table_forms.EventTypeForm, gettext_lazy("event type")),
}


@login_required
def authority(request: HttpRequest) -> HttpResponse:
    """Who may issue, raise, lower and lift which level of what; who is told from which level on."""
    places.require(request.user, May.VIEW_ALARMS)
    rows = Authority.objects.filter(retired_at=None).select_related("event_type")
    rows = rows.order_by("event_type", "-severity")
    wanted = request.GET.get("event", "")
    if wanted:
        rows = rows.filter(event_type__code=wanted)
    general = [each for each in rows if each.event_type_id is None]
    context = {
        "general": [_line(each) for each in general],
        "special": [_line(each) for each in rows if each.event_type_id is not None],
        "events": EventType.objects.order_by("pk"),
        "wanted": wanted,
        "routes": Routing.objects.select_related("event_type").order_by("event_type", "pk"),
        "levels": LEVELS,
        "may_change": places.may(request.user, May.EDIT_AUTHORITY),
    }
    return render(request, "warn/authority.html", context)


def _line(row: Authority) -> dict[str, Any]:
    return {
        "row": row,
        "issuers": words(row.issuers),
        "raisers": words(row.raisers),
        "lowerers": words(row.lowerers),
        "lifters": words(row.lifters),
        "approvers": words(row.approvers) if row.needs_approval else "",
    }


@login_required
def authority_edit(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Put the next version of a row in force; older ones stay."""
    places.require(request.user, May.EDIT_AUTHORITY)
    row = get_object_or_404(Authority.objects.select_related("event_type"), pk=authority_id)
    start = {"needs_approval": row.needs_approval, "mark": row.mark, "source": row.source,
             "version": row.version}  # fmt: skip
    form = table_forms.AuthorityForm(row, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            tables.change_authority(
                row=row, version=version, values=values, by=request.user.get_username(),
                at=timezone.now(),
            )  # fmt: skip
        except errors.WarnError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("In force from now on; older versions stay in the list."))
            return redirect("warn:authority")
    same = Authority.objects.filter(event_type=row.event_type_id, severity=row.severity)
    older = [_line(each) for each in same.order_by("-version")]
    return render(request, "warn/authority_edit.html", {"row": row, "form": form, "older": older})


@require_POST
@login_required
def authority_copy(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Give an event type a row of its own."""
    places.require(request.user, May.EDIT_AUTHORITY)
    row = get_object_or_404(Authority, pk=authority_id)
    kind = get_object_or_404(EventType, code=request.POST.get("event", ""))
    try:
        made = tables.own_authority(
            row=row, event_type_id=kind.pk, by=request.user.get_username(), at=timezone.now()
        )
    except errors.WarnError as error:
        messages.error(request, str(error))
        return redirect("warn:authority")
    return redirect("warn:authority_edit", authority_id=made.pk)


@require_POST
@login_required
def routing(request: HttpRequest, routing_id: int) -> HttpResponse:
    """Change from which level on somebody is told."""
    places.require(request.user, May.EDIT_AUTHORITY)
    row = get_object_or_404(Routing, pk=routing_id)
    level = request.POST.get("from_severity", "")
    if level.isdecimal() and int(level) in Severity.values:
        tables.change_routing(
            row=row, from_severity=int(level), is_active=request.POST.get("is_active") == "on",
            by=request.user.get_username(), at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Kept."))
    return redirect(f"{reverse('warn:authority')}#routing")


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Correlation rules, inhibition rules and event types, each a row that can be changed."""
    places.require(request.user, May.VIEW_ALARMS)
    context = {
        "together": CorrelationRule.objects.select_related("event_type").order_by("rank", "pk"),
        "explains": InhibitRule.objects.order_by("pk"),
        "events": EventType.objects.order_by("pk"),
        "may_change": places.may(request.user, May.EDIT_AUTHORITY),
    }
    return render(request, "warn/event_rules.html", context)


@login_required
def rule_edit(request: HttpRequest, kind: str, row_id: int | None = None) -> HttpResponse:
    """Change one of these rows, or make a new one."""
    places.require(request.user, May.EDIT_AUTHORITY)
    if kind not in KINDS:
        raise Http404
    model, form_class, word = KINDS[kind]
    row = get_object_or_404(model, pk=row_id) if row_id else None
    form = form_class(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        tables.record(f"{kind}.changed", f"{kind}:{made.code}", request.user.get_username(),
                      timezone.now(), {"code": made.code, "is_active": made.is_active})  # fmt: skip
        messages.success(request, _("Kept."))
        return redirect("warn:event_rules")
    back = reverse("warn:event_rules")
    return render(request, "warn/table_edit.html",
                  {"form": form, "word": word, "row": row, "back": back})  # fmt: skip
