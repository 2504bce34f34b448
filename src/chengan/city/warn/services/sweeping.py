"""The sweep worker: time limits, deliveries and feeds, each in a loop of its own.

A slow receiver or an endless feed holds up no deadline. Any trouble is tried again.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from chengan.city.warn.services import (
    escalating,
    feeds,
    looping,
    noticing,
    receiving,
    sending,
    silencing,
    watching,
)

log = logging.getLogger(__name__)
POLL_S = {"deadlines": 0.5, "deliveries": 0.5, "feeds": 2.0}
OUTSIDE_S = 60.0


def sweep_all(at: datetime) -> int:
    """Do once what the loops do for ever; give how much there was to do."""
    return _deadlines(at) + sending.sweep_deliveries(at) + feeds.sweep_feeds(at)


def run_sweeper(stop: threading.Event) -> None:
    """Sweep until `stop` is set."""
    work: dict[str, Callable[[datetime], int]] = {
        "deadlines": _deadlines,
        "deliveries": sending.sweep_deliveries,
        "feeds": _feeds,
    }
    threads = [
        threading.Thread(
            target=looping.keep_at,
            args=(name, each, stop),
            kwargs={"poll_s": POLL_S[name]},
            name=name,
            daemon=True,
        )
        for name, each in work.items()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(OUTSIDE_S):
        _beat_outside()
    for thread in threads:
        thread.join(5)


def _deadlines(at: datetime) -> int:
    fired = escalating.sweep_deadlines(at) + noticing.sweep_notices(at)
    return fired + silencing.sweep_silences(at)


def _feeds(at: datetime) -> int:
    return feeds.sweep_feeds(at) + receiving.expire(at)


def _beat_outside() -> bool:
    """Ask the watchdog outside, unless a loop stands still: then its silence rings."""
    if not settings.HEARTBEAT_URL:
        return False
    try:
        if still := watching.silent(datetime.now(UTC)):  # noqa: TID251
            log.error("heartbeat held back: %s", ", ".join(each.name for each in still))
            return False
        httpx.get(settings.HEARTBEAT_URL, timeout=10, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        log.warning("heartbeat: %r", error)
        return False
    except (DatabaseError, InterfaceError, OSError) as error:
        log.error("heartbeat held back: %r", error)
        connection.close()
        return False
    return True
