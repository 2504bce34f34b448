"""One object made, changed, taken out of use."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengan.city.places import selectors
from chengan.city.places.errors import BadObject, PlacesError
from chengan.city.places.models import ObjectKind
from chengan.city.places.object_forms import KindForm, ObjectForm
from chengan.city.places.permissions import Permission
from chengan.city.places.services import editing
from chengan.city.places.services.records import fingerprint


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def object_new(request: HttpRequest) -> HttpResponse:
    """Ask for the kind, then take a new object of it."""
    user: Any = request.user
    selectors.require(user, Permission.EDIT_PLACES)
    kind = ObjectKind.objects.filter(code=request.GET.get("kind", "")).first()
    if kind is None:
        return render(request, "places/object_kind.html", {"form": KindForm()})
    form = ObjectForm(request.POST or None, by=user, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = editing.create_object(
                row=form.object_row(), owner=form.cleaned_data["owner"], by=user
            )
        except PlacesError as error:
            _put(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("places:object", made.id)
    return render(request, "places/object_form.html", _context(request, form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def object_edit(request: HttpRequest, object_id: int) -> HttpResponse:
    """Change an object, unless it changed meanwhile."""
    user: Any = request.user
    selectors.require(user, Permission.EDIT_PLACES)
    row = get_object_or_404(editing.editable_objects(user), id=object_id)
    form = ObjectForm(request.POST or None, by=user, kind=row.kind, row=row)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            editing.change_object(
                key=row.id,
                seen=form.cleaned_data["seen"],
                row=form.object_row(),
                owner=form.cleaned_data["owner"],
                by=user,
            )
        except PlacesError as error:
            _put(form, error)
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("places:object", row.id)
    return render(request, "places/object_form.html", _context(request, form), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def object_retire(request: HttpRequest, object_id: int) -> HttpResponse:
    """Ask, then take an object out of use or bring it back."""
    user: Any = request.user
    selectors.require(user, Permission.EDIT_PLACES)
    row = get_object_or_404(editing.editable_objects(user), id=object_id)
    if request.method == "POST":
        try:
            editing.set_in_use(
                key=row.id,
                seen=request.POST.get("seen", ""),
                in_use=row.retired_at is not None,
                by=user,
                at=timezone.now(),
            )
        except PlacesError as error:
            messages.error(request, str(error))
            return redirect("places:object_retire", row.id)
        messages.success(request, _("Done."))
        return redirect("places:object", row.id)
    context = {"object": row, "seen": fingerprint(row)}
    return render(request, "places/object_retire.html", context)


def _put(form: ObjectForm, error: PlacesError) -> None:
    if isinstance(error, BadObject):
        form.put(error)
    else:
        form.add_error(None, str(error))


def _context(request: HttpRequest, form: ObjectForm) -> dict[str, Any]:
    areas = selectors.visible_areas(request.user).exclude(geometry=None).exclude(kind="grid")[:60]
    shapes: list[Any] = [
        {"type": "Feature", "geometry": each.geometry, "properties": {}} for each in areas
    ]
    return {
        "form": form,
        "kind": form.kind,
        "object": form.row,
        "areas": {"type": "FeatureCollection", "features": shapes},
        "has_point": "lon" in form.fields,
    }
