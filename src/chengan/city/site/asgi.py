"""The web's entry for an ASGI server: devices go the short way, pages through Django."""

import gc
import os
from typing import Any

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengan.city.site.settings")
pages = get_asgi_application()

from chengan.city.site import short_way  # noqa: E402 - it needs the settings

get_resolver().url_patterns  # noqa: B018 - reads every page's code before the first request
gc.collect()
gc.freeze()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request."""
    if found := short_way.match_of(scope):
        await short_way.answer(scope, receive, send, found)
    else:
        await pages(scope, receive, send)
