"""Server-sent events: says that the queue has changed; each page then asks for what it may see."""

import asyncio
import time
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from chengan.city.portals.broadcast import ALARMS, Broadcast

BEAT_S = 5.0
LIFE_S = 600.0
"""After so long a stream ends; the page opens the next one, if its user may still."""
RETRY_MS = 2000


async def live(request: HttpRequest) -> HttpResponseBase:
    """A stream of `alarms` events and heartbeats for whoever is signed in."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=403)
    answer = StreamingHttpResponse(events(ALARMS), content_type="text/event-stream")
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def events(broadcast: Broadcast) -> AsyncIterator[str]:
    """Give the stream: at least a heartbeat every BEAT_S seconds."""
    end = time.monotonic() + LIFE_S
    yield f"retry: {RETRY_MS}\n\nevent: beat\ndata: 0\n\n"
    async with broadcast.subscribed() as news:
        while time.monotonic() < end:
            try:
                await asyncio.wait_for(news.wait(), BEAT_S)
            except TimeoutError:
                yield "event: beat\ndata: 1\n\n"
                continue
            news.clear()
            yield "event: alarms\ndata: 1\n\n"
