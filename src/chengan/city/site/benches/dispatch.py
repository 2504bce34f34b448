"""How long it takes to propose whom to send, for `tasks` (500) tasks and `resources` (2,000).

Over the roads of the running city, places drawn at random within them; nothing is written.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chengan.city.command import api as command
from chengan.city.places import api as places

BOX = (24.934, 60.1635, 24.9545, 60.18)
"""Where places lie when the city has no roads: west, south, east, north."""


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Propose `times` (5) times; the median in seconds, travel times included."""
    tasks, resources = int(options.get("tasks", 500)), int(options.get("resources", 2000))
    times = int(options.get("times", 5))
    chance, box = random.Random(1), _box()  # noqa: S311 - places, not secrets
    work = [_task(number, chance, box) for number in range(tasks)]
    ready = [_resource(number, chance, box) for number in range(resources)]
    took, proposals = [], []
    for turn in range(times):
        begin = time.perf_counter()
        proposals = command.propose(work, ready)
        took.append(time.perf_counter() - begin)
        progress((turn + 1) / times, f"{took[-1]:.2f} s")
    roads = sum(each.chosen is not None and each.chosen.is_by_road for each in proposals)
    return {
        "tasks": tasks,
        "resources": resources,
        "seconds": round(sorted(took)[len(took) // 2], 3),
        "first_s": round(took[0], 3),
        "served": sum(each.chosen is not None for each in proposals),
        "by_road": roads,
    }


def _box() -> tuple[float, float, float, float]:
    roads = places.CityObject.objects.filter(kind__code="road", retired_at=None)
    found = list(roads.values_list("lon", "lat")[:5000])
    if not found:
        return BOX
    lons, lats = zip(*found, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _place(chance: random.Random, box: tuple[float, ...]) -> dict[str, float]:
    west, south, east, north = box
    return {"lon": chance.uniform(west, east), "lat": chance.uniform(south, north)}


def _task(number: int, chance: random.Random, box: tuple[float, ...]) -> command.Task:
    incident = command.Incident(number=number, level=2 + number % 4, **_place(chance, box))
    need = {"kind": "team", "skill": ("gas", "rescue", "pump")[number % 3], "count": 1}
    return command.Task(incident=incident, first_incident=incident, needs=[need], title_zh="测量")


def _resource(number: int, chance: random.Random, box: tuple[float, ...]) -> command.Resource:
    return command.Resource(
        pk=-1 - number,
        code=f"bench-{number}",
        kind="team",
        skills=[("gas", "rescue", "pump")[number % 3]],
        speed_kmh=chance.choice([20.0, 30.0, 40.0]),
        located_at=datetime.now(UTC),
        **_place(chance, box),
    )
