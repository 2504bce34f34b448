"""The web's entry for an ASGI server: bulk readings go the short way, all else through Django."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengan.city.site.settings")
pages = get_asgi_application()

from chengan.city.hub import api as hub  # noqa: E402 - its models need the settings


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request."""
    if source_key := hub.bulk_source(scope):
        await hub.bulk_road(scope, receive, send, source_key)
    else:
        await pages(scope, receive, send)
