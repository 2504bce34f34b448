"""How soon everybody who looks at one incident hears that something happened in it.

A city of its own is started; `connections` (1,000) signed-in pages hold its stream of server-sent
events open, on the loopback only. Each time something is written into the log, the clock runs
from the commit until each of them has the event.
"""

import asyncio
import contextlib
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from asgiref.sync import sync_to_async

from chengan.city.site.errors import NotRunning
from chengan.city.site.measuring import city, screen

AT_ONCE = 50
PATIENCE_S = 30.0


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Write `changes` (20) times, `pause` (0.5) s apart."""
    connections, changes = int(options.get("connections", 1000)), int(options.get("changes", 20))
    pause = float(options.get("pause", 0.5))
    _allow(4 * connections)
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        from chengan.city.site.measuring import ground

        now = datetime.now(UTC)
        ground.lay(1, now)
        incident = _incident(now)
        page = screen.Screen(place.url, ground.OFFICER, ground.PASSWORD)
        work = _measure(place.url, _cookie(page), incident, connections, changes, pause, progress)
        took, lost = asyncio.run(work)
    return {
        "connections": connections,
        "p99_ms": round(1000 * float(np.percentile(took, 99)), 1),
        "p50_ms": round(1000 * float(np.percentile(took, 50)), 1),
        "events": len(took),
        "lost": lost,
    }


def _allow(files: int) -> None:
    """Let this process, and the city it starts, open as many files as the system allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, _soft), hard))


def _incident(at: datetime) -> Any:
    from chengan.city.command import api as command
    from chengan.city.places import api as places

    draft = command.Draft(kind="other", title="测量", origin="call", is_sample=True)
    lead = places.organisation_by_code("city")
    return command.open_incident(draft=draft, lead=lead, by="bench", at=at)[0]


def _cookie(page: screen.Screen) -> str:
    return "; ".join(f"{each.name}={each.value}" for each in page.jar)


async def _measure(
    url: str,
    cookie: str,
    incident: Any,
    connections: int,
    changes: int,
    pause: float,
    progress: Callable[..., None],
) -> tuple[list[float], int]:
    from chengan.city.command import api as command

    gate, heard = asyncio.Semaphore(AT_ONCE), asyncio.Queue[float]()
    path = f"/live/incidents/{incident.pk}/"
    opened = [_listen(url, path, cookie, gate, heard) for _ in range(connections)]
    writers, tasks = zip(*await asyncio.gather(*opened), strict=True)
    await asyncio.sleep(1.0)
    while not heard.empty():
        heard.get_nowait()
    took: list[float] = []
    for number in range(changes):
        await asyncio.sleep(pause)
        text, now = f"测量 {number}", datetime.now(UTC)
        await sync_to_async(command.say)(incident=incident, text=text, by="bench", at=now)
        begin, count = time.perf_counter(), 0
        with contextlib.suppress(TimeoutError):
            while count < connections:
                took.append(await asyncio.wait_for(heard.get(), PATIENCE_S) - begin)
                count += 1
        progress((number + 1) / changes, f"{number + 1} changes")
    for task in tasks:
        task.cancel()
    for writer in writers:
        writer.close()
    return [max(0.0, each) for each in took], connections * changes - len(took)


async def _listen(
    url: str, path: str, cookie: str, gate: asyncio.Semaphore, heard: "asyncio.Queue[float]"
) -> tuple[asyncio.StreamWriter, "asyncio.Task[None]"]:
    where = urlsplit(url)
    async with gate:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nCookie: {cookie}\r\n\r\n"
        writer.write(request.encode())
        first = await asyncio.wait_for(reader.readline(), PATIENCE_S)
        if b" 200 " not in first:
            raise NotRunning(f"{path}: {first!r}")
        await asyncio.wait_for(reader.readuntil(b"event: beat"), PATIENCE_S)
    return writer, asyncio.create_task(_read(reader, heard))


async def _read(reader: asyncio.StreamReader, heard: "asyncio.Queue[float]") -> None:
    while line := await reader.readline():
        if line.strip() == b"event: incidents":
            heard.put_nowait(time.perf_counter())
