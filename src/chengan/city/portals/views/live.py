"""Server-sent events: says that the queue has changed; each page then asks for what it may see."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from chengan.city.command import api as command
from chengan.city.places import api as places
from chengan.city.portals.broadcast import ALARMS, INCIDENTS, Broadcast, Topics

BEAT_S = 5.0
LIFE_S = 600.0
"""After so long a stream ends; the page opens the next one, if its user may still."""
RETRY_MS = 2000


async def live(request: HttpRequest) -> HttpResponseBase:
    """A stream of `alarms` events and heartbeats for whoever is signed in."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=403)
    last = request.headers.get("Last-Event-ID") or request.GET.get("last", "")
    return await _stream(events(ALARMS, last=last))


async def incident(request: HttpRequest, incident_id: UUID) -> HttpResponseBase:
    """A stream of `incidents` events about one incident, for whoever may see it."""
    user = await request.auser()
    if not await sync_to_async(_may_see)(user, incident_id):
        return HttpResponse(status=403)
    last = request.headers.get("Last-Event-ID") or request.GET.get("last", "")
    return await _stream(events(INCIDENTS, str(incident_id), last=last))


def _may_see(user: places.Somebody, incident_id: UUID) -> bool:
    return command.visible_incidents(user).filter(pk=incident_id).exists()


async def _stream(pieces: AsyncIterator[str]) -> StreamingHttpResponse:
    """Answer with a stream; the connection goes back first, else twelve pages would hold all."""
    await sync_to_async(close_old_connections)()
    answer = StreamingHttpResponse(pieces, content_type="text/event-stream")
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def events(broadcast: Broadcast, topic: str = "", last: str = "") -> AsyncIterator[str]:
    """Give the stream, named as the channel: at least a heartbeat every BEAT_S seconds.

    Each event carries the point it tells of as its id. Who comes back with another `last` than the
    present point is told at once, so that nothing is missed between two connections.
    """
    end = time.monotonic() + LIFE_S
    yield f"retry: {RETRY_MS}\n\nevent: beat\ndata: 0\n\n"
    if isinstance(broadcast, Topics):
        subscribed = broadcast.subscribed_to(topic)
    else:
        subscribed = broadcast.subscribed()
    async with subscribed as news:
        if last and broadcast.point and last != broadcast.point:
            news.set()
        while time.monotonic() < end:
            try:
                async with asyncio.timeout(BEAT_S):  # no task of its own, as wait_for would make
                    await news.wait()
            except TimeoutError:
                yield "event: beat\ndata: 1\n\n"
                continue
            news.clear()
            told = f"id: {broadcast.point}\nevent: {broadcast.channel}\n"
            yield f"{told}data: {broadcast.audience(topic)}\n\n"
