"""What is due by when: next reviews and ends of controls, the overdue ones first."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengan.city.assess import forms
from chengan.city.assess.models import Level, ReviewDue
from chengan.city.assess.selectors import register
from chengan.city.assess.services import assessing
from chengan.city.assess.views.register import local
from chengan.city.places import api as places

May = places.Permission
PAGE = 50
WHEN = (
    ("overdue", gettext_lazy("Overdue")),
    ("7", gettext_lazy("within 7 days")),
    ("30", gettext_lazy("within 30 days")),
    ("escalated", gettext_lazy("Handed to the tier above")),
)


@login_required
def dues(request: HttpRequest) -> HttpResponse:
    """Dates due that the user may see, the oldest first."""
    places.require(request.user, May.VIEW_RISKS)
    now = timezone.now()
    found = _behind(_filtered(request, now), request.GET.get("after", ""))
    rows = list(found[: PAGE + 1])
    page = rows[:PAGE]
    seen = register.visible_risks(request.user).filter(pk__in={each.risk_id for each in page})
    context = {
        "rows": [(each, (now - each.due_at).days if each.due_at < now else None) for each in page],
        "seen": set(seen.values_list("pk", flat=True)),
        "after": f"{page[-1].due_at.isoformat()}~{page[-1].pk}" if len(rows) > PAGE else "",
        "when": WHEN,
        "kinds": ReviewDue.Kind.choices,
        "levels": [(str(level), word) for level, word in reversed(Level.choices)],
        "sectors": [(code, forms.word([zh, en])) for code, zh, en in register.sectors()],
        "owners": places.visible_organisations(request.user),
        "saved": places.saved_views(request, "assess:dues"),
        "csv": reverse("assess:due_export", args=["csv"]),
        "excel": reverse("assess:due_export", args=["xlsx"]),
    }
    return render(request, "assess/dues.html", context)


def _filtered(request: HttpRequest, now: datetime) -> QuerySet[ReviewDue]:
    found, get = register.visible_dues(request.user), request.GET
    when = get.get("when", "")
    if when == "overdue":
        found = found.filter(due_at__lt=now)
    elif when == "escalated":
        found = found.exclude(escalated_at=None)
    elif when in {"7", "30"}:
        found = found.filter(due_at__range=(now, now + timedelta(days=int(when))))
    if get.get("kind", "") in ReviewDue.Kind.values:
        found = found.filter(kind=get["kind"])
    if get.get("level", "").isdecimal():
        found = found.filter(risk__rating__current=int(get["level"]))
    if sector := get.get("sector", ""):
        found = found.filter(risk__sector=sector)
    if owner := get.get("owner", ""):
        found = found.filter(
            Q(control__owner__code=owner) | Q(control=None, risk__city_object__owner__code=owner)
        )
    if text := get.get("q", "").strip()[:100]:
        found = found.filter(
            Q(risk__name_zh__icontains=text)
            | Q(risk__name_en__icontains=text)
            | Q(control__name_zh__icontains=text)
            | Q(control__name_en__icontains=text)
        )
    return found


def _behind(found: QuerySet[ReviewDue], after: str) -> QuerySet[ReviewDue]:
    text, _mark, number = after.partition("~")
    try:
        due_at = parse_datetime(text)
    except ValueError:
        return found
    if due_at is None or due_at.tzinfo is None or not number.isdecimal():
        return found
    return found.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=int(number)))


@login_required
def due_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered dates as CSV or Excel."""
    places.require(request.user, May.VIEW_RISKS)
    now = timezone.now()
    headers = [
        _("Due"),
        _("Days overdue"),
        _("What is due"),
        _("Risk"),
        _("Current level"),
        _("Control"),
        _("Owner"),
        _("Object"),
        _("Handed to the tier above"),
        _("Sample data"),
    ]
    rows = (_cells(each, now) for each in _filtered(request, now).iterator(2000))
    return places.table_file("dates-due", form, headers, rows)


def _cells(each: ReviewDue, now: datetime) -> list[Any]:
    owner = each.control.owner if each.control else each.risk.city_object.owner
    late = (now - each.due_at).days
    return [
        timezone.localdate(each.due_at).isoformat(),
        late if each.due_at < now else "",
        each.get_kind_display(),
        local(each.risk),
        assessing.word_of(each.risk.rating.current),
        local(each.control) if each.control else "",
        local(owner),
        local(each.risk.city_object),
        local(each.escalated_to) if each.escalated_to else "",
        _("yes") if each.risk.is_sample else "",
    ]
