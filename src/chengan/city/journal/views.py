"""The audit list."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from chengan.city.journal import audit as trail
from chengan.city.places import api as places

PAGE = 50


@require_GET
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """Show who changed what; outside the whole city only what one's own accounts did."""
    places.require(request.user, places.Permission.VIEW_AUDIT)
    found = places.scope(request.user, places.Permission.VIEW_AUDIT)
    model = request.GET.get("model", "")
    try:
        before = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        before = None
    changes = trail.changes(
        model=model,
        users=None if found.everything else places.user_ids_in(found),
        before=before if before and before.tzinfo else None,
        limit=PAGE,
    )
    models = trail.watched()
    context = {
        "changes": changes,
        "models": models,
        "asked_words": {"model": dict(models).get(model, "")},
        "model": model,
        "next": changes[-1].at.isoformat() if len(changes) == PAGE else "",
    }
    return render(request, "journal/audit.html", context)
