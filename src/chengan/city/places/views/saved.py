"""Saved views: kept by one account, opened by whoever has the address, each in their own scope."""

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengan.city.places.errors import PlacesError
from chengan.city.places.models import SavedView
from chengan.city.places.selectors.saved import saved_views as of
from chengan.city.places.services import saved

__all__ = ["address", "forget", "of", "save", "view"]


def address(page: str) -> str:
    """Give the address of a list: `objects`, `records:people`, or another stage's `warn:alarms`."""
    name, _colon, sort = page.partition(":")
    known = {"duties", "imports", "objects", "organisations", "users"}
    if name == "records":
        return reverse("places:records", args=[sort or "people"])
    if sort:
        with contextlib.suppress(NoReverseMatch):
            return reverse(page)
    return reverse(f"places:{name if name in known else 'objects'}")


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    """Keep the present filters under a name."""
    page, query = request.POST.get("page", "")[:60], request.POST.get("query", "")
    user: Any = request.user
    try:
        made = saved.keep(user=user, page=page, name=request.POST.get("name", ""), query=query)
    except PlacesError as error:
        messages.error(request, str(error))
        return redirect(f"{address(page)}?{query}")
    messages.success(request, _("Saved as a view; its address may be handed to others."))
    return redirect("places:view", made.id)


@require_GET
@login_required
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Open a saved view; the list shows what the reader's own scope allows."""
    found = get_object_or_404(SavedView, id=view_id)
    return redirect(f"{address(found.page)}?{found.query}")


@require_POST
@login_required
def forget(request: HttpRequest, view_id: int) -> HttpResponse:
    """Remove one of one's own views."""
    user: Any = request.user
    found = get_object_or_404(SavedView, id=view_id, user=user)
    saved.forget(user=user, view_id=view_id)
    return redirect(address(found.page))
