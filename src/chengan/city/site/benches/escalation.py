"""Kills a process at any moment while time limits wait; counts which fired, how late, how often.

A warning is released before each kill, with a time limit of a few seconds that nobody keeps: the
duty room rings, and rings again. Lost: a limit that is past and did not fire, or fired without its
ring. Doubled: a ring too many. Late: against its time, or the moment when the city was whole again,
if its time fell into a kill.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from chengan.city.site.measuring import city

TARGETS = ("sweep", "postgres", "warn", "nats", "web")
LIMIT_MIN = 0.05
WELLS = 100
RECOVERY_S = 120.0
GRACE = timedelta(seconds=5)
Outage = tuple[datetime, datetime]


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Kill `kills` (100) times, each target in its turn; `seed` fixes the moments."""
    kills = int(options.get("kills", 100))
    chance = random.Random(int(options.get("seed", 1)))  # noqa: S311 - moments, not secrets
    progress(0.0, "starting a city")
    with city.throwaway() as place:
        _lay()
        outages: list[Outage] = []
        for turn in range(kills):
            _patiently(_release, turn)
            time.sleep(chance.uniform(0.0, 120 * LIMIT_MIN))
            outages.append(_kill(place, TARGETS[turn % len(TARGETS)]))
            progress((turn + 1) / kills, TARGETS[turn % len(TARGETS)])
        time.sleep(2 * GRACE.total_seconds())
        return {"kills": kills, **_patiently(_account, outages)}


def _lay() -> None:
    from chengan.city.site.measuring import ground
    from chengan.city.warn import api as warn

    ground.lay(WELLS, datetime.now(UTC))
    warn.EventType.objects.filter(code="gas-leak").update(receipt_min={"3": LIMIT_MIN})


def _release(turn: int) -> None:
    """Release a warning of a well at level yellow."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from chengan.city.places import api as places
    from chengan.city.site.measuring import ground
    from chengan.city.warn import api as warn

    at = datetime.now(UTC)
    officer = get_user_model().objects.get(username=ground.OFFICER)
    well = places.CityObject.objects.get(external_id=f"well-{turn % WELLS}", namespace="bench")
    kind = warn.EventType.objects.get(code="gas-leak")
    with transaction.atomic():
        made = warn.open_warning(
            event_type=kind, severity=3, origin="person", by="bench", at=at, city_object=well
        )
        warn.level(warning=made, severity=3, by=officer, at=at)
        warn.release(warning=made, by=officer, at=at)


def _kill(place: city.City, target: str) -> Outage:
    """Kill one child; give when, and when all were running again."""
    line = place.status()[target]
    before = datetime.now(UTC)
    os.kill(int(str(line["pid"])), signal.SIGKILL)
    end = time.monotonic() + RECOVERY_S
    while place.status()[target]["pid"] == line["pid"] and time.monotonic() < end:
        time.sleep(0.02)
    place.wait_whole(RECOVERY_S)
    return before, datetime.now(UTC)


def _patiently(work: Callable[..., Any], *given: Any) -> Any:
    """Do `work` on a database that may be away for a moment."""
    from django.db import InterfaceError, OperationalError, connection

    end = time.monotonic() + RECOVERY_S
    while True:
        try:
            return work(*given)
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _account(outages: list[Outage]) -> dict[str, Any]:
    from chengan.city.warn import api as warn

    until = datetime.now(UTC) - GRACE
    rows = warn.time_limits(until)
    rings = Counter(warn.rings())
    fired = [row for row in rows if row["status"] == "fired"]
    rung = [row for row in fired if rings[row["warning"], row["rank"]]]
    late = [
        max(0.0, (row["closed_at"] - _ready(row["due_at"], outages)).total_seconds())
        for row in fired
    ]
    return {
        "due": len(rows),
        "fired": len(fired),
        "lost": len(rows) - len(rung),
        "doubled": sum(count - 1 for count in rings.values() if count > 1),
        "worst_late_s": round(max(late, default=0.0), 2),
    }


def _ready(due_at: datetime, outages: list[Outage]) -> datetime:
    """When a limit could fire: its time, or the end of the outage that its time fell into."""
    for begin, end in outages:
        if begin <= due_at <= end:
            return end
    return due_at
