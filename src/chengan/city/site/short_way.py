"""What devices send, straight from the server to its view, past the middleware that pages need.

A page's way crosses from thread to thread once for each of ten layers of middleware: at a city's
full rate that was half of what the web did. The view is the same, and so is its address.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse, JsonResponse
from django.urls import Resolver404, ResolverMatch, resolve

log = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PREFIX: Final = "/api/v1/"
THREADS: Final = 4
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="short-way")


def match_of(scope: Scope) -> ResolverMatch | None:
    """Give the view that a device's request goes to; None for all else."""
    if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
        return None
    try:
        return resolve(scope["path"])
    except Resolver404:
        return None


async def answer(scope: Scope, receive: Receive, send: Send, match: ResolverMatch) -> None:
    """Answer a device's request; no more of it is read than a body may have."""
    body = await _read(receive, settings.MAX_BODY_BYTES + 1)
    if body is None:
        return
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_threads, _answered, scope, body, match)
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Length"] = str(len(found.content))
    head = [(name.lower().encode(), value.encode()) for name, value in found.headers.items()]
    await send({"type": "http.response.start", "status": found.status_code, "headers": head})
    await send({"type": "http.response.body", "body": found.content})


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


def _answered(scope: Scope, body: bytes, match: ResolverMatch) -> HttpResponse:
    """Ask the view; a connection that the database closed while it was idle is opened again."""
    try:
        try:
            return _ask(scope, body, match)
        except (OperationalError, InterfaceError):
            connection.close()
            return _ask(scope, body, match)
    except Exception:
        connection.close()
        log.exception("%s", scope["path"])
        return JsonResponse({"error": "the city has a fault: send it again later"}, status=500)


def _ask(scope: Scope, body: bytes, match: ResolverMatch) -> HttpResponse:
    request = ASGIRequest(dict(scope), BytesIO(body))
    found: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return found
