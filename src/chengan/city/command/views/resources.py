"""Resources: the list with filters and export, one resource, its state."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengan.city.command import selectors
from chengan.city.command.errors import CommandError
from chengan.city.command.forms import ResourceForm
from chengan.city.command.models import Resource
from chengan.city.command.services import dispatching
from chengan.city.places import api as places

PAGE = 100
May = places.Permission


def _filtered(request: HttpRequest) -> QuerySet[Resource]:
    """Give those of the user's resources that the address asks for."""
    if not places.may(request.user, May.MANAGE_RESOURCES):
        places.require(request.user, May.VIEW_INCIDENTS)
    found = selectors.visible_resources(request.user)
    wanted = {name: request.GET[name] for name in ("kind", "state") if request.GET.get(name)}
    if text := request.GET.get("q", "").strip()[:100]:
        found = found.filter(
            Q(name_zh__icontains=text)
            | Q(name_en__icontains=text)
            | Q(code__icontains=text)
            | Q(skills__contains=[text])
        )
    return found.filter(**wanted)


@require_GET
@login_required
def resources(request: HttpRequest) -> HttpResponse:
    """Show resources, where they are and whether they are ready."""
    found = _filtered(request)
    after = request.GET.get("after", "")[:40]
    rows = list(found.filter(code__gt=after)[: PAGE + 1])
    context = {
        "resources": rows[:PAGE],
        "after": rows[PAGE - 1].code if len(rows) > PAGE else "",
        "kinds": Resource.Kind.choices,
        "states": Resource.State.choices,
        "may_edit": places.may(request.user, May.MANAGE_RESOURCES),
        "saved": places.saved_views(request, "command:resources"),
        "csv": reverse("command:resource_export", args=["csv"]),
        "excel": reverse("command:resource_export", args=["xlsx"]),
    }
    return render(request, "command/resources.html", context)


@require_GET
@login_required
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered resources as CSV or Excel."""
    headers = [
        _("Code"), _("Chinese name"), _("English name"), _("Kind"), _("Skills"), _("Belongs to"),
        _("Telephone"), _("How many it takes"), _("What is in it"), _("Speed (km/h)"), _("State"),
        _("Longitude (°)"), _("Latitude (°)"), _("Sample data"),
    ]  # fmt: skip
    rows = (
        [
            each.code, each.name_zh, each.name_en, each.get_kind_display(),
            ", ".join(each.skills), str(each.organisation), each.phone, each.capacity,
            each.contents, each.speed_kmh, each.get_state_display(), each.lon, each.lat,
            _("yes") if each.is_sample else "",
        ]
        for each in _filtered(request)
    )  # fmt: skip
    return places.table_file("resources", form, headers, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, resource_id: int = 0) -> HttpResponse:
    """Change a resource, or add one."""
    places.require(request.user, May.MANAGE_RESOURCES)
    user: Any = request.user
    found = get_object_or_404(Resource, pk=resource_id) if resource_id else None
    if found:
        places.require(user, May.MANAGE_RESOURCES, found.organisation)
    form = ResourceForm(request.POST or None, instance=found, by=user)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        made.skills = form.skills()
        if not found or {"lon", "lat"} & set(form.changed_data):
            made.located_at = timezone.now()
        made.save()
        messages.success(request, _("Kept."))
        return redirect("command:resources")
    return render(request, "command/resource_form.html", {"form": form, "resource": found})


@require_POST
@login_required
def state(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Take a resource out of service, or bring it back."""
    found = get_object_or_404(Resource.objects.select_related("organisation"), pk=resource_id)
    places.require(request.user, May.MANAGE_RESOURCES, found.organisation)
    try:
        dispatching.set_state(
            resource=found,
            state=request.POST.get("state", ""),
            note=request.POST.get("note", ""),
            by=request.user.get_username(),
            at=timezone.now(),
        )
    except CommandError as error:
        messages.error(request, str(error))
    return redirect("command:resources")
