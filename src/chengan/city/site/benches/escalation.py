"""Kills a process at any moment while time limits wait; counts which fired, how late, how often.

A warning is released before each kill, with a time limit of a few seconds that nobody keeps: the
duty room rings, and rings again. An incident's task is given out as well, to be acknowledged and
done in seconds: both pass, and its organisation and the one above are told. Lost: a limit that is
past and did not fire, or fired without its ring or notice. Doubled: a ring or notice too many.
Late: against its time, or the moment when the city was whole again, if its time fell into a kill.
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

TARGETS = ("sweep", "command", "postgres", "warn", "nats", "web")
LIMIT_MIN = 0.05
TASK_S = 3.0
WELLS = 100
RECOVERY_S = 120.0
LON, LAT = 24.91, 60.11
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
            _patiently(_give, turn)
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


def _give(turn: int) -> None:
    """Open an incident at a well and give out a task that nobody will take up."""
    from django.db import transaction

    from chengan.city.command import api as command
    from chengan.city.places import api as places

    at, city_office = datetime.now(UTC), places.organisation_by_code("city")
    draft = command.Draft(kind="gas_leak", title=f"bench {turn}", origin="call", lon=LON, lat=LAT)
    with transaction.atomic():
        case, _new = command.open_incident(draft=draft, lead=city_office, by="bench", at=at)
        command.give_task(
            incident=case,
            title_zh=f"bench {turn}",
            doer=command.Doer(city_office, why="organisation"),
            ack_due_at=at + timedelta(seconds=TASK_S),
            due_at=at + timedelta(seconds=2 * TASK_S),
            by="bench",
            at=at,
        )


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
    tasks, told, task_late = _tasks(until, outages)
    return {
        "due": len(rows) + len(tasks),
        "fired": len(fired) + sum(each.fired_at is not None for each in tasks),
        "lost": len(rows) - len(rung) + sum(told[_key(each)] == 0 for each in tasks),
        "doubled": sum(count - 1 for count in [*rings.values(), *told.values()] if count > 1),
        "worst_late_s": round(max([*late, *task_late], default=0.0), 2),
        "of_tasks": len(tasks),
    }


def _tasks(until: datetime, outages: list[Outage]) -> tuple[list[Any], Counter[Any], list[float]]:
    """Give the tasks' limits that are past, how often each was told, and how late it fired."""
    from chengan.city.command import api as command

    found = command.Deadline.objects.filter(due_at__lt=until, settled_at=None)
    rows = list(found.select_related("task"))
    notices = command.IncidentNotice.objects.filter(code__startswith="overdue-")
    told = Counter(notices.values_list("incident_id", "code"))
    late = [
        max(0.0, (row.fired_at - _ready(row.due_at, outages)).total_seconds())
        for row in rows
        if row.fired_at
    ]
    return rows, told, late


def _key(row: Any) -> tuple[Any, str]:
    """How the notice of a task's limit is found: each incident here has one task."""
    return row.task.incident_id, f"overdue-{row.step}"


def _ready(due_at: datetime, outages: list[Outage]) -> datetime:
    """When a limit could fire: its time, or the end of the outage that its time fell into."""
    for begin, end in outages:
        if begin <= due_at <= end:
            return end
    return due_at
