"""Controls by owner, and the form of one."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from chengan.city.assess import errors, forms
from chengan.city.assess.models import Control, Hazard, Risk
from chengan.city.assess.selectors import register
from chengan.city.assess.services import controls as writes
from chengan.city.assess.views.register import editable, local
from chengan.city.places import api as places

PAGE = 50
ENDS = (
    ("past", gettext_lazy("has passed")),
    ("30", gettext_lazy("within 30 days")),
    ("90", gettext_lazy("within 90 days")),
    ("none", gettext_lazy("has no end")),
)


@login_required
def controls(request: HttpRequest) -> HttpResponse:
    """Controls by owner, or by the day on which they lapse; the soonest first within each."""
    places.require(request.user, places.Permission.VIEW_RISKS)
    by_owner = request.GET.get("sort", "") != "due"
    found = _behind(_filtered(request), by_owner, request.GET.get("after", ""))
    rows = list(_sorted(found, by_owner)[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        **_reachable(request, rows[:PAGE]),
        "after": _place(rows[PAGE - 1]) if len(rows) > PAGE else "",
        "sorts": [("owner", _("by owner")), ("due", _("by date"))],
        "ends": ENDS,
        "effects": Control.Effect.choices,
        "kinds": Control.Kind.choices,
        "statuses": Control.Status.choices,
        "owners": places.visible_organisations(request.user),
        "saved": places.saved_views(request, "assess:controls"),
        "csv": reverse("assess:control_export", args=["csv"]),
        "excel": reverse("assess:control_export", args=["xlsx"]),
    }
    return render(request, "assess/controls.html", context)


def _reachable(request: HttpRequest, rows: list[Control]) -> dict[str, set[int]]:
    """Which risks the user may open and which controls change: an owner sees others' risks too."""
    risks = register.visible_risks(request.user).filter(pk__in={each.risk_id for each in rows})
    mine = register.editable_controls(request.user).filter(pk__in=[each.pk for each in rows])
    return {
        "seen": set(risks.values_list("pk", flat=True)),
        "mine": set(mine.values_list("pk", flat=True)),
    }


def _sorted(found: QuerySet[Control], by_owner: bool) -> QuerySet[Control]:
    first = ["owner__code"] if by_owner else []
    return found.order_by(*first, F("lapse_date").asc(nulls_last=True), "pk")


def _place(last: Control) -> str:
    """Where a page ends: owner, date, number."""
    return f"{last.owner.code}~{last.lapse_date or ''}~{last.pk}"


def _behind(found: QuerySet[Control], by_owner: bool, after: str) -> QuerySet[Control]:
    owner, _first, rest = after.partition("~")
    text, _second, number = rest.partition("~")
    if not number.isdecimal():
        return found
    later = Q(lapse_date=None, pk__gt=int(number))
    if day := parse_date(text):
        later = Q(lapse_date=day, pk__gt=int(number)) | Q(lapse_date__gt=day) | Q(lapse_date=None)
    elif text:
        return found
    return found.filter(Q(owner__code__gt=owner) | (Q(owner__code=owner) & later)
                        if by_owner else later)  # fmt: skip


def _filtered(request: HttpRequest) -> QuerySet[Control]:
    found = register.visible_controls(request.user)
    if not request.GET.get("status"):
        found = found.exclude(status=Control.Status.WITHDRAWN)
    fields = {"kind": "kind", "status": "status", "owner": "owner__code", "effect": "effect",
              "level": "risk__rating__current"}  # fmt: skip
    for name, field in fields.items():
        if value := request.GET.get(name, ""):
            if name == "level" and not value.isdecimal():
                continue
            found = found.filter(**{field: value})
    if end := request.GET.get("end", ""):
        found = _ending(found, end)
    if text := request.GET.get("q", "").strip():
        found = found.filter(name_zh__icontains=text) | found.filter(name_en__icontains=text)
    return found


def _ending(found: QuerySet[Control], end: str) -> QuerySet[Control]:
    """Those that have ended, that end within so many days, or that have no end."""
    today = timezone.localdate()
    if end == "none":
        return found.filter(lapse_date=None)
    if end == "past":
        return found.filter(lapse_date__lt=today)
    if end in {"30", "90"}:
        last = today + timedelta(days=int(end))
        return found.filter(lapse_date__range=(today, last))
    return found


@login_required
def control_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The control list by owner as CSV or Excel."""
    places.require(request.user, places.Permission.VIEW_RISKS)
    found = _sorted(_filtered(request), request.GET.get("sort", "") != "due")
    headers = [
        _("Owner"),
        _("Control"),
        _("Kind"),
        _("Status"),
        _("Effectiveness"),
        _("Responsible"),
        _("Evidence"),
        _("Lapses after"),
        _("Risk"),
        _("Current level"),
        _("Object"),
        _("Sample data"),
    ]
    return places.table_file("controls", form, headers, map(_cells, found.iterator(2000)))


def _cells(each: Control) -> list[Any]:
    return [
        local(each.owner),
        local(each),
        each.get_kind_display(),
        each.get_status_display(),
        each.get_effect_display(),
        each.responsible,
        each.evidence,
        each.lapse_date.isoformat() if each.lapse_date else "",
        local(each.risk),
        each.risk.rating.get_current_display() if each.risk.rating.current else "",
        local(each.risk.city_object),
        _("yes") if each.is_sample else "",
    ]


@login_required
def control_new(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Add a control to a risk; those that the library names are offered to begin with."""
    return _edit(request, editable(request, risk_id), None)


@login_required
def control_edit(request: HttpRequest, control_id: int) -> HttpResponse:
    """Change, judge or renew a control: whoever may change its risk, and its owner."""
    places.require(request.user, places.Permission.EDIT_RISKS)
    found = get_object_or_404(register.editable_controls(request.user), pk=control_id)
    return _edit(request, found.risk, found)


def _edit(request: HttpRequest, risk: Risk, found: Control | None) -> HttpResponse:
    initial = {
        "owner": risk.city_object.owner_id,
        "name_zh": request.GET.get("zh", ""),
        "name_en": request.GET.get("en", ""),
        "kind": request.GET.get("kind", ""),
    }
    form = forms.ControlForm(
        request.POST or None, instance=found, initial=None if found else initial, by=request.user
    )
    is_seen = register.visible_risks(request.user).filter(pk=risk.pk).exists()
    if request.method == "POST" and form.is_valid():
        try:
            fresh = Control.objects.get(pk=found.pk) if found else None
            writes.put(
                risk=risk,
                control=fresh,
                by=request.user.get_username(),
                at=timezone.now(),
                seen=parse_datetime(request.POST.get("seen", "")) if found else None,
                **form.cleaned_data,
            )
        except errors.AssessError as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error))
        else:
            return redirect("assess:risk", risk.pk) if is_seen else redirect("assess:controls")
    hazard = Hazard.objects.filter(code=risk.hazard_code, library__retired_at=None).first()
    context = {
        "risk": risk,
        "control": found,
        "seen": request.POST.get("seen") or (found.changed_at.isoformat() if found else ""),
        "is_seen": is_seen,
        "may_withdraw": found and _is_ours(request, risk),
        "form": form,
        "offered": hazard.controls if hazard and not found else [],
    }
    return render(request, "assess/control_edit.html", context)


def _is_ours(request: HttpRequest, risk: Risk) -> bool:
    """Say whether the user may change the risk itself, not only a control of theirs."""
    ours = register.visible_risks(request.user, places.Permission.EDIT_RISKS)
    return ours.filter(pk=risk.pk).exists()


@require_POST
@login_required
def control_withdraw(request: HttpRequest, control_id: int) -> HttpResponse:
    """Take a control back."""
    found = get_object_or_404(Control.objects.select_related("risk"), pk=control_id)
    risk = editable(request, found.risk_id)
    try:
        writes.withdraw(control=found, by=request.user.get_username(), at=timezone.now())
    except errors.AssessError as error:
        messages.error(request, str(error))
    return redirect("assess:risk", risk.pk)
