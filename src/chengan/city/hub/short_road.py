"""Bulk readings straight from the server to the road, past the middleware that pages need.

A page's way crosses from thread to thread once for each of ten layers of middleware: at a city's
full rate that was half of what the web did. The road itself is the same view.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponseBase, JsonResponse

from chengan.city.hub.views import road

log = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ADDRESS: Final = re.compile(r"/api/v1/sources/([-\w]+)/readings", re.ASCII)
THREADS: Final = 4
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="road")


def source_of(scope: Scope) -> str:
    """Give the source whose road a request goes to; "" for everything else."""
    found = ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" else None
    return found[1] if found else ""


async def answer(scope: Scope, receive: Receive, send: Send, source_key: str) -> None:
    """Answer a request to the road of a source; no more of it is read than a body may have."""
    body = await _read(receive, settings.MAX_BODY_BYTES + 1)
    if body is None:
        return
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_threads, _answered, scope, body, source_key)
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Length"] = str(len(found.getvalue()))
    head = [(name.lower().encode(), value.encode()) for name, value in found.headers.items()]
    await send({"type": "http.response.start", "status": found.status_code, "headers": head})
    await send({"type": "http.response.body", "body": found.getvalue()})


async def _read(receive: Receive, most: int) -> bytes | None:
    """Read a body, or the first `most` bytes of it; None if the sender went away meanwhile."""
    parts, size = [], 0
    while size < most:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if not event.get("more_body"):
            break
    return b"".join(parts)[:most]


def _answered(scope: Scope, body: bytes, source_key: str) -> HttpResponseBase:
    """Ask the view; a connection that the database closed while it was idle is opened again."""
    try:
        try:
            return road.readings(ASGIRequest(dict(scope), BytesIO(body)), source_key)
        except (OperationalError, InterfaceError):
            connection.close()
            return road.readings(ASGIRequest(dict(scope), BytesIO(body)), source_key)
    except Exception:
        connection.close()
        log.exception("the road of %s", source_key)
        return JsonResponse({"error": "the city has a fault: send it again later"}, status=500)
