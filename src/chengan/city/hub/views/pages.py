"""Pages of sources and of the quarantine."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.hub import selectors, services, tokens
from chengan.city.hub.errors import AlreadyHandled, LogUnreachable, NothingToReplay
from chengan.city.hub.forms import Correction
from chengan.city.hub.models import Credential, Quarantined, Reason, Source
from chengan.city.places import api as places

PAGE = 50


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


@login_required
def quarantine(request: HttpRequest) -> HttpResponse:
    """List quarantined data; filters stand in the address, newest first."""
    found = selectors.visible_quarantine(request.user)
    asked = request.GET
    status = asked.get("status", "open")
    if status in Quarantined.Status.values:
        found = found.filter(status=status)
    if asked.get("reason") in Reason.values:
        found = found.filter(reason=asked["reason"])
    if asked.get("source"):
        found = found.filter(source__key=asked["source"])
    if asked.get("after", "").isdecimal():
        found = found.filter(pk__lt=min(int(asked["after"]), 2**62))
    page = list(found.defer("payload", "readings")[: PAGE + 1])
    context = {
        "items": page[:PAGE],
        "after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "reasons": Reason.choices,
        "reason": asked.get("reason", ""),
        "statuses": Quarantined.Status.choices,
        "status": status,
    }
    return render(request, "hub/quarantine.html", context)


@login_required
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One quarantined item: look, correct and replay, or discard."""
    found = get_object_or_404(selectors.visible_quarantine(request.user), pk=item_id)
    form = Correction(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _settle(request, found, form)
            return redirect("hub:quarantine")
        except (AlreadyHandled, NothingToReplay, LogUnreachable) as error:
            messages.error(request, str(error))
    payload = bytes(found.payload or b"")[:2000].decode(errors="replace")
    context = {"item": found, "form": form, "payload": payload}
    return render(request, "hub/item.html", context)


def _settle(request: HttpRequest, found: Quarantined, form: Correction) -> None:
    """Discard or replay; say what was done."""
    by, at = request.user.get_username(), timezone.now()
    if request.POST.get("act") == "discard":
        services.mark(item=found, status=Quarantined.Status.DISCARDED, by=by, at=at)
        messages.success(request, _("Discarded"))
        return
    services.replay(item=found, changes=form.changes(), by=by, at=at)
    messages.success(request, _("Sent again"))
