"""One's own account: who one is here, what one may do, how to leave."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show the account's grants and the ways to change it."""
    user: Any = request.user
    grants = user.grants.select_related("role", "organisation").order_by("id")
    return render(request, "portals/me.html", {"grants": grants})
