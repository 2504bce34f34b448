"""The list of hidden dangers and its export."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from chengan.city.close import codes, rules
from chengan.city.close.models import HiddenDanger
from chengan.city.close.selectors import dangers as selectors
from chengan.city.places import api as places
from chengan.city.warn import api as warn

May = places.Permission
NAMES = ("status", "due", "level", "kind", "source", "listed", "object", "owner", "q")
DUES = (
    ("overdue", gettext_lazy("Overdue")),
    ("7", gettext_lazy("due within 7 days")),
    ("30", gettext_lazy("due within 30 days")),
)
STATE_CODES = {
    "reported": -1, "judged": -1, "ordered": 0, "rectifying": 0, "to_verify": 1, "verified": 9,
    "closed": 6, "dismissed": 6,
}  # fmt: skip
"""The state as the code set of the exchange has it."""


@require_GET
@login_required
def first(_request: HttpRequest) -> HttpResponse:
    """Lead to the list."""
    return redirect("close:dangers")


def _filters(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in NAMES}


@require_GET
@login_required
def dangers(request: HttpRequest) -> HttpResponse:
    """Show the hidden dangers the user may see, newest first; filters stand in the address."""
    places.require(request.user, May.VIEW_DANGERS)
    filters = _filters(request)
    found = selectors.filtered(request.user, filters, timezone.now())
    rows, after = selectors.page_of(found, request.GET.get("after", ""))
    context = {
        "dangers": [(each, codes.word("level", each.level)) for each in rows],
        "after": after,
        "filters": filters,
        "is_filtered": any(filters.values()),
        "statuses": [("open", _("Not over")), *HiddenDanger.Status.choices],
        "dues": DUES,
        "levels": [(str(number), word) for number, word in codes.choices("level")],
        "listings": [("yes", _("Listed for supervision"))],
        "kinds": [(str(number), word) for number, word in codes.choices("kind")],
        "sources": [(str(number), word) for number, word in codes.choices("source")],
        "may_report": places.may(request.user, May.REPORT_DANGERS),
        "csv": reverse("close:export", args=["csv"]),
        "excel": reverse("close:export", args=["xlsx"]),
        "asked_words": _asked(filters),
    }
    return render(request, "close/dangers.html", context)


def _asked(filters: dict[str, str]) -> dict[str, Any]:
    """Say the object and the organisation of the address by their names."""
    words: dict[str, Any] = {}
    if filters["object"].isdecimal():
        words["object"] = places.CityObject.objects.filter(pk=int(filters["object"])).first()
    if filters["owner"]:
        words["owner"] = places.Organisation.objects.filter(code=filters["owner"]).first()
    return words


@require_GET
@login_required
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered dangers as CSV or Excel, with the numbers of the code sets."""
    places.require(request.user, May.VIEW_DANGERS)
    found = selectors.filtered(request.user, _filters(request), timezone.now())
    causes = {each.code: str(each) for each in warn.EventType.objects.all()}
    headers = [
        _("Number"), _("What is wrong"), _("Object"), _("Area"), _("Where exactly"),
        _("Longitude (°)"), _("Latitude (°)"), _("Responsible organisation"), _("Found by"),
        _("Level of danger"), _("Type of danger"), _("How it is put right"),
        _("What it may lead to"), _("Status"), _("State (exchange code)"), _("Reported by"),
        _("Found at"), _("Due"), _("Overdue since"), _("Listed at"), _("Rectified by"),
        _("Verified on site by"), _("Taken off at"), _("Sample data"),
    ]  # fmt: skip
    rows = (_cells(each, causes) for each in found.iterator(500))
    return places.table_file("hidden-dangers", form, headers, rows)


def _cells(each: HiddenDanger, causes: dict[str, str]) -> list[Any]:
    due = rules.last_day(each.due_at).isoformat() if each.due_at else ""
    return [
        each.pk, each.title, str(each.city_object or ""), str(each.area or ""), each.place_note,
        each.lon, each.lat, str(each.organisation), codes.word("source", each.source),
        codes.word("level", each.level), codes.word("kind", each.kind),
        codes.word("manage", each.manage), causes.get(each.cause, each.cause),
        each.get_status_display(), STATE_CODES[each.status], each.found_by, each.found_at,
        due, each.overdue_at, each.listed_at, each.rectified_by, each.verified_by,
        each.closed_at, _("yes") if each.is_sample else "",
    ]  # fmt: skip
