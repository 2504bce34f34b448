"""Pages of sources."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from chengan.city.hub import selectors, services, tokens
from chengan.city.hub.models import Credential, Source
from chengan.city.places import api as places


@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """List the sources and whether their data moved today."""
    day = timezone.now().date()
    rows = selectors.health(selectors.visible_sources(request.user).order_by("key"), day)
    return render(request, "hub/sources.html", {"rows": rows})


@login_required
def source(request: HttpRequest, key: str, fresh: tuple[str, str] | None = None) -> HttpResponse:
    """One source: its credentials and how to send to it; a `fresh` secret is shown once."""
    found = get_object_or_404(selectors.visible_sources(request.user), key=key)
    context = {
        "source": found,
        "credentials": found.credentials.order_by("-id"),
        "may_manage": _manages(request, found),
        "fresh": fresh,
        "address": request.build_absolute_uri(f"/api/v1/sources/{found.key}/readings"),
    }
    return render(request, "hub/source.html", context)


def _manages(request: HttpRequest, found: Source) -> bool:
    return places.may(request.user, places.Permission.MANAGE_SOURCES, found.owner)


@login_required
@require_POST
def issue(request: HttpRequest, key: str) -> HttpResponse:
    """Issue a credential and show its secret this once."""
    found = get_object_or_404(selectors.visible_sources(request.user), key=key)
    places.require(request.user, places.Permission.MANAGE_SOURCES, found.owner)
    kind = "http" if request.POST.get("kind") == "http" else "mqtt"
    made, secret = services.issue(source=found, kind=kind, at=timezone.now())
    shown = tokens.token(made.username, secret) if kind == "http" else secret
    return source(request, key, fresh=(made.username, shown))


@login_required
@require_POST
def revoke(request: HttpRequest, key: str, credential_id: int) -> HttpResponse:
    """Close a credential for good."""
    found = get_object_or_404(selectors.visible_sources(request.user), key=key)
    places.require(request.user, places.Permission.MANAGE_SOURCES, found.owner)
    credential = get_object_or_404(Credential, pk=credential_id, source=found)
    services.revoke(credential=credential, at=timezone.now())
    return redirect("hub:source", key=key)
