"""One list, one form and one confirmation for every sort of row of the register."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengan.city.places import export, record_forms, selectors
from chengan.city.places.errors import PlacesError
from chengan.city.places.permissions import Permission
from chengan.city.places.services import records, retiring
from chengan.city.places.views import saved

PAGE = 50


@dataclass(frozen=True)
class Sort:
    """A sort of row: its form and what its list shows and searches."""

    form: type[record_forms.RecordForm]
    searched: tuple[str, ...]
    shown: tuple[str, ...]
    related: tuple[str, ...] = ()
    has_end: bool = False

    @property
    def model(self) -> Any:
        """Model of the rows."""
        return self.form._meta.model

    @property
    def word(self) -> str:
        """Name of one row."""
        return str(self.model._meta.verbose_name)

    @property
    def words(self) -> str:
        """Name of many."""
        return str(self.model._meta.verbose_name_plural)


NAMES = ("code", "name_zh", "name_en")
OF_POST = ("post__name_zh", "post__name_en", "person__name_zh", "person__name_en")
SORTS = {
    "organisations": Sort(
        record_forms.OrganisationForm, NAMES, ("code", "kind", "parent", "phone"), ("parent",)
    ),
    "areas": Sort(record_forms.AreaForm, NAMES, ("code", "kind", "parent"), ("parent",)),
    "people": Sort(
        record_forms.PersonForm,
        (*NAMES, "phone"),
        ("code", "organisation", "phone", "email"),
        ("organisation",),
    ),
    "posts": Sort(record_forms.PostForm, NAMES, ("code", "organisation"), ("organisation",)),
    "holdings": Sort(
        record_forms.HoldingForm,
        OF_POST,
        ("post", "person", "from_date", "until_date"),
        ("post", "person"),
        has_end=True,
    ),
    "duties": Sort(
        record_forms.DutyForm,
        ("post__name_zh", "post__name_en", "city_object__name_zh", "area__name_zh"),
        ("post", "role", "city_object", "network", "area"),
        ("post", "city_object", "network", "area"),
    ),
    "substitutes": Sort(
        record_forms.SubstituteForm,
        ("duty__post__name_zh", "person__name_zh", "person__name_en"),
        ("duty", "person", "rank"),
        ("duty__post", "duty__city_object", "duty__network", "duty__area", "person"),
        has_end=True,
    ),
    "shifts": Sort(
        record_forms.ShiftForm,
        OF_POST,
        ("post", "person", "starts_at", "ends_at"),
        ("post", "person"),
        has_end=True,
    ),
}


@require_GET
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Lead to the first sort that the user may change."""
    offered = _offered(request)
    if not offered:
        selectors.require(request.user, Permission.EDIT_PLACES)
    return redirect("places:records", offered[0][0])


@require_GET
@login_required
def record_list(request: HttpRequest, sort: str) -> HttpResponse:
    """Show the rows of a sort that the user may change, with search and keyset."""
    kind = _sort(request, sort)
    found = _filtered(request, kind)
    after = request.GET.get("after", "")
    rows = list(found.filter(id__gt=int(after) if after.isdecimal() else 0).order_by("id")[:51])
    context = {
        "sort": sort,
        "kind": kind,
        "heads": [kind.model._meta.get_field(name).verbose_name for name in kind.shown],
        "rows": [{"row": row, "cells": [_cell(row, name) for name in kind.shown]} for row in rows][
            :PAGE
        ],
        "after": rows[PAGE - 1].id if len(rows) > PAGE else 0,
        "sorts": _offered(request),
        "csv": reverse("places:record_export", args=[sort, "csv"]),
        "excel": reverse("places:record_export", args=[sort, "xlsx"]),
        "saved": saved.of(request, f"records:{sort}"),
    }
    return render(request, "places/record_list.html", context)


@require_GET
@login_required
def record_export(request: HttpRequest, sort: str, form: str) -> HttpResponseBase:
    """Give the filtered rows of a sort as CSV or Excel."""
    kind = _sort(request, sort)
    names = (*(name for name in ("name_zh", "name_en") if _has(kind, name)), *kind.shown)
    heads = [str(kind.model._meta.get_field(name).verbose_name) for name in names]
    found = _filtered(request, kind).order_by("id").iterator(chunk_size=2000)
    rows = ([_plain(_cell(row, name)) for name in names] for row in found)
    return export.answer(sort, form, heads, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record_new(request: HttpRequest, sort: str) -> HttpResponse:
    """Take a new row."""
    kind, user = _sort(request, sort), _user(request)
    given = request.GET.dict()
    form = kind.form(request.POST or None, by=user, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            records.create(row=form.instance, by=user)
        except PlacesError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("places:records", sort)
    return render(request, "places/record_form.html", {"form": form, "kind": kind, "sort": sort})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record_edit(request: HttpRequest, sort: str, key: int) -> HttpResponse:
    """Change a row, unless it changed meanwhile."""
    kind, user = _sort(request, sort), _user(request)
    row = get_object_or_404(records.editable(kind.model, user), id=key)
    form = kind.form(request.POST or None, instance=row, by=user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            records.change(row=form.instance, seen=form.cleaned_data["seen"], by=user)
        except PlacesError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("places:records", sort)
    context = {"form": form, "kind": kind, "sort": sort, "row": row, "seen": form["seen"].initial}
    return render(request, "places/record_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record_retire(request: HttpRequest, sort: str, key: int) -> HttpResponse:
    """Ask, then take a row out of use; a retired row is brought back here."""
    kind, user = _sort(request, sort), _user(request)
    row = get_object_or_404(records.editable(kind.model, user), id=key)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            if records.retired_at_of(row):
                retiring.bring_back(row=row, seen=seen, by=user)
            else:
                retiring.retire(row=row, seen=seen, by=user, at=timezone.now())
        except PlacesError as error:
            messages.error(request, str(error))
            return redirect("places:record_retire", sort, key)
        messages.success(request, _("Done."))
        return redirect("places:records", sort)
    context = {
        "kind": kind,
        "sort": sort,
        "row": row,
        "resting": list(retiring.rests_on(row)),
        "seen": records.fingerprint(row),
        "is_retired": bool(records.retired_at_of(row)),
    }
    return render(request, "places/record_retire.html", context)


def _sort(request: HttpRequest, sort: str) -> Sort:
    if sort not in SORTS:
        raise Http404
    selectors.require(request.user, records.EDITS[SORTS[sort].model])
    return SORTS[sort]


def _user(request: HttpRequest) -> Any:
    return request.user


def _offered(request: HttpRequest) -> list[tuple[str, str]]:
    may = {
        each: selectors.may(request.user, each)
        for each in (Permission.EDIT_PLACES, Permission.MANAGE_DUTIES)
    }
    return [(code, each.words) for code, each in SORTS.items() if may[records.EDITS[each.model]]]


def _cell(row: Model, name: str) -> Any:
    shown = getattr(row, f"get_{name}_display", None)
    return shown() if shown else getattr(row, name)


def _filtered(request: HttpRequest, kind: Sort) -> Any:
    found = records.editable(kind.model, _user(request)).select_related(*kind.related)
    if not kind.has_end and request.GET.get("retired") != "1":
        found = found.filter(retired_at=None)
    words = request.GET.get("q", "").strip()[:100]
    wanted = Q()
    for name in kind.searched if words else ():
        wanted |= Q(**{f"{name}__icontains": words})
    return found.filter(wanted)


def _has(kind: Sort, name: str) -> bool:
    return any(field.name == name for field in kind.model._meta.fields)


def _plain(value: Any) -> Any:
    is_plain = value is None or isinstance(value, str | int | float | datetime)
    return value if is_plain else str(value)
