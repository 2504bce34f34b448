"""Server-sent events: says that the queue has changed; each page then asks for what it may see."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

BEAT_S = 5.0
RETRY_MS = 2000


async def live(request: HttpRequest) -> HttpResponseBase:
    """A stream of `alarms` events and heartbeats for whoever is signed in."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=403)
    answer = StreamingHttpResponse(_events(), content_type="text/event-stream")
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _events() -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\nevent: beat\ndata: 0\n\n"
    place = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    found = {ours: place[theirs] for ours, theirs in names.items()}
    async with await psycopg.AsyncConnection.connect(
        **found, port=place["PORT"], autocommit=True
    ) as listening:
        await listening.execute("listen alarms")
        while True:
            heard = False
            async for _news in listening.notifies(timeout=BEAT_S, stop_after=1):
                heard = True
            yield f"event: {'alarms' if heard else 'beat'}\ndata: 1\n\n"
            await asyncio.sleep(0)
