"""Objects: the list with its filters, the export, one object's page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from chengan.city.places import export, selectors
from chengan.city.places.models import Area, CityObject, ObjectKind, Organisation
from chengan.city.places.permissions import Permission
from chengan.city.places.views import saved

PAGE = 50
NEARBY_M = 120
LOOKUPS = {"kind": "kind__code"}
BRANCHES: dict[str, Any] = {"owner": Organisation, "area": Area}


def filtered(request: HttpRequest) -> QuerySet[CityObject]:
    """Objects that the user may see and the address asks for, in order of their id."""
    is_retired = request.GET.get("retired") == "1"
    found = selectors.visible_objects(request.user, with_retired=is_retired)
    wanted = {
        lookup: request.GET[name] for name, lookup in LOOKUPS.items() if request.GET.get(name)
    }
    for name, model in BRANCHES.items():
        if request.GET.get(name):
            above = model._default_manager.filter(code=request.GET[name]).values_list(
                "path", flat=True
            )
            wanted[f"{name}__path__startswith"] = above.first() or "none"
    words = request.GET.get("q", "").strip()[:100]
    if words:
        found = found.filter(
            Q(name_zh__icontains=words)
            | Q(name_en__icontains=words)
            | Q(external_id__icontains=words)
        )
    return found.filter(**wanted).order_by("id")


@require_GET
@login_required
def object_list(request: HttpRequest) -> HttpResponse:
    """Show objects by filters, keyset by keyset."""
    selectors.require(request.user, Permission.VIEW_PLACES)
    after = request.GET.get("after", "")
    found = filtered(request)
    rows = list(found.filter(id__gt=int(after) if after.isdecimal() else 0)[: PAGE + 1])
    seen: dict[str, Any] = {
        "kind": ObjectKind.objects.all(),
        "owner": selectors.visible_organisations(request.user),
        "area": selectors.visible_areas(request.user),
    }
    context: dict[str, Any] = {
        "objects": rows[:PAGE],
        "kinds": selectors.kinds(),
        "after": rows[PAGE - 1].id if len(rows) > PAGE else 0,
        "saved": saved.of(request, "objects"),
        "csv": reverse("places:objects_export", args=["csv"]),
        "excel": reverse("places:objects_export", args=["xlsx"]),
        "organisations": seen["owner"].filter(retired_at=None),
        "areas": seen["area"].filter(retired_at=None),
        "can_edit": selectors.may(request.user, Permission.EDIT_PLACES),
        "can_import": selectors.may(request.user, Permission.IMPORT_PLACES),
    }
    context["asked_words"] = {
        name: str(row)
        for name, found_by in seen.items()
        if (row := found_by.filter(code=request.GET.get(name, "")).first())
    }
    return render(request, "places/object_list.html", context)


@require_GET
@login_required
def object_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered objects as CSV or Excel."""
    selectors.require(request.user, Permission.VIEW_PLACES)
    found = filtered(request).iterator(chunk_size=2000)
    return export.answer("objects", form, export.HEADERS, map(export.cells, found))


@require_GET
@login_required
def object_page(request: HttpRequest, object_id: int) -> HttpResponse:
    """Show one object: facts, who answers for it now, what is near."""
    theirs = selectors.visible_objects(request.user, with_retired=True)
    found = get_object_or_404(theirs, id=object_id)
    around = selectors.objects_near(found.lon, found.lat, NEARBY_M)
    visible = set(
        theirs.filter(id__in=[each.city_object.id for each in around]).values_list("id", flat=True)
    )
    near = [each for each in around if each.city_object.id in visible - {found.id}][:20]
    context = {
        "object": found,
        "can_edit": selectors.may(request.user, Permission.EDIT_PLACES, found.owner),
        "holders": selectors.duty_holders(city_object=found, at=timezone.now()),
        "near": near,
        "shapes": _shapes(found, [each.city_object for each in near]),
    }
    return render(request, "places/object_page.html", context)


def _shapes(found: CityObject, near: list[CityObject]) -> dict[str, Any]:
    """What the page's map draws: the object, marked, and what is near it."""
    here = {**_feature(found), "properties": {"severity": 0, "name": str(found)}}
    base = [_feature(each) for each in [found, *near]]
    return {"lon": found.lon, "lat": found.lat, "id": found.id, "base": base, "here": [here]}


def _feature(each: CityObject) -> dict[str, Any]:
    about = {"id": each.id, "kind": each.kind.code, "name": str(each)}
    return {"type": "Feature", "geometry": each.geometry, "properties": about}
