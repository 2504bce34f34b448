"""Waits until what was sent has been stored, by the city's own counters."""

import time

from django.db import DatabaseError, connection
from django.db.models import Sum

from chengan.city.hub import api as hub

COUNTS = ("received", "stored", "duplicate", "rejected")


def counted() -> dict[str, int]:
    """Return how many readings the city received, stored, met twice and rejected."""
    found = hub.Counter.objects.aggregate(**{name: Sum(name) for name in COUNTS})
    return {name: found[name] or 0 for name in COUNTS}


def wait_stored(count: int, patience_s: float) -> dict[str, int]:
    """Wait until `count` readings are stored, or nothing moves for `patience_s`; the counters."""
    last, moved = {"stored": -1}, time.monotonic()
    while True:
        found = _counted_if_there()
        if found is not None and found != last:
            last, moved = found, time.monotonic()
        if last["stored"] >= count or time.monotonic() - moved > patience_s:
            return last
        time.sleep(0.05)


def _counted_if_there() -> dict[str, int] | None:
    try:
        return counted()
    except DatabaseError:
        connection.close()
        return None
