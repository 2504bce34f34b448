"""Lists as somebody likes to see them."""

from typing import Any

from django.http import HttpRequest

from chengan.city.places.models import SavedView


def saved_views(request: HttpRequest, page: str) -> dict[str, Any]:
    """Give what `places/_saved_views.html` shows of the user's views of a list."""
    found = SavedView.objects.filter(user_id=request.user.pk or 0, page=page).order_by("name")
    return {"page": page, "views": list(found), "query": request.GET.urlencode()}
