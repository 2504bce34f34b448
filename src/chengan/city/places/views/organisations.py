"""Organisations as a tree: what is asked for stands under all that is above it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengan.city.places import export, selectors
from chengan.city.places.models import Organisation
from chengan.city.places.permissions import Permission
from chengan.city.places.views import saved


@require_GET
@login_required
def organisation_tree(request: HttpRequest) -> HttpResponse:
    """Show the organisations that the user may see and the address asks for, as a tree."""
    selectors.require(request.user, Permission.VIEW_PLACES)
    kind = request.GET.get("kind", "")
    context = {
        "rows": _tree(_seen(request), _filtered(request)),
        "kinds": Organisation.Kind.choices,
        "asked_words": {"kind": dict(Organisation.Kind.choices).get(kind, "")},
        "csv": reverse("places:organisations_export", args=["csv"]),
        "excel": reverse("places:organisations_export", args=["xlsx"]),
        "saved": saved.of(request, "organisations"),
    }
    return render(request, "places/organisation_tree.html", context)


@require_GET
@login_required
def organisation_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered organisations as CSV or Excel, each with the code of what is above it."""
    selectors.require(request.user, Permission.VIEW_PLACES)
    heads = [
        _("Code"), _("Chinese name"), _("English name"), _("Kind"), _("Above it"), _("Area"),
        _("Telephone"),
    ]  # fmt: skip
    found = _filtered(request).select_related("parent", "area")
    return export.answer("organisations", form, heads, map(_cells, found.iterator(2000)))


def _seen(request: HttpRequest) -> QuerySet[Organisation]:
    theirs = selectors.visible_organisations(request.user)
    return theirs if request.GET.get("retired") == "1" else theirs.filter(retired_at=None)


def _filtered(request: HttpRequest) -> QuerySet[Organisation]:
    found, kind = _seen(request), request.GET.get("kind", "")
    words = request.GET.get("q", "").strip()[:100]
    if words:
        named = Q(name_zh__icontains=words) | Q(name_en__icontains=words)
        found = found.filter(named | Q(code__icontains=words) | Q(phone__icontains=words))
    return found.filter(kind=kind) if kind in Organisation.Kind.values else found


def _tree(seen: QuerySet[Organisation], found: QuerySet[Organisation]) -> list[dict[str, Any]]:
    wanted = set(found.values_list("path", flat=True))
    above = {path[: end + 1] for path in wanted for end, sign in enumerate(path) if sign == "/"}
    rows = seen.filter(path__in=wanted | above).select_related("area").order_by("path")
    return [_row(each, is_above=each.path not in wanted) for each in rows]


def _row(each: Organisation, *, is_above: bool) -> dict[str, Any]:
    return {"organisation": each, "depth": each.path.count("/") - 2, "is_above": is_above}


def _cells(each: Organisation) -> list[str]:
    parent, area = each.parent.code if each.parent else "", each.area.code if each.area else ""
    names = [each.code, each.name_zh, each.name_en, each.get_kind_display()]
    return [*names, parent, area, each.phone]
