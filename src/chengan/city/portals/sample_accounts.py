"""The sample city's accounts, for whoever sits at the machine that started it.

Their passwords are made anew for each sample city and printed where it was started. The sign-in
page repeats them only for a sample city, and only to a browser on the same machine that asks by
its loopback name without a proxy: nobody else may read them there.
"""

import json
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from chengan.city.places import api as places

FILE = "run/sample_accounts.json"
OWN_NAMES = {"127.0.0.1", "localhost", "::1"}


def offered(request: HttpRequest) -> list[dict[str, Any]]:
    """Give name, what the account is, and password of each; empty where they must not be read."""
    if not is_at_the_machine(request):
        return []
    passwords = _passwords()
    users = (
        places.User.objects.filter(username__in=passwords, is_sample=True, is_active=True)
        .prefetch_related("grants__role")
        .order_by("id")
    )
    return [
        {
            "user": each,
            "password": passwords[each.username],
            "roles": [grant.role for grant in each.grants.all()],
        }
        for each in users
    ]


def is_at_the_machine(request: HttpRequest) -> bool:
    """Say whether the browser runs on this machine, as far as can be known."""
    if any(name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED")) for name in request.META):
        return False
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    try:
        return host in OWN_NAMES and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _passwords() -> dict[str, str]:
    try:
        return dict(json.loads((settings.DATA_FOLDER / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
