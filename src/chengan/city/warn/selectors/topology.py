"""What lies upstream of what in a network, by its links and its sources.

A link names its ends (`start`, `end`: numbers in the same register). Upstream means: on the
shortest way, by length, from the nearest source. That is our own reading [D]: it needs no
hydraulics, and a ring main is fed along its shorter side.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Count, Max

from chengan.city.places import api as places

SOURCES = {"water_reservoir", "gas_station", "heat_source", "substation"}
Tree = dict[str, str]


def way_up(network_id: int, number: str) -> list[str]:
    """What water (gas, heat) passes before it comes to `number`, the nearest first."""
    tree, way, node = tree_of(network_id), [], number
    seen: set[str] = set()
    while node in tree and node not in seen:
        seen.add(node)
        node = tree[node]
        way.append(node)
    return way


def way_down(network_id: int, number: str) -> list[str]:
    """What is fed through `number` on the way from the source, the nearest first."""
    after: dict[str, list[str]] = defaultdict(list)
    for node, before in tree_of(network_id).items():
        after[before].append(node)
    found, at_hand, seen = [], [number], {number}
    while at_hand:
        at_hand = [node for each in at_hand for node in after[each] if node not in seen]
        seen.update(at_hand)
        found += at_hand
    return found


def tree_of(network_id: int) -> Tree:
    """For each node or link of a network the one before it on the way from its source."""
    found = places.CityObject.objects.filter(network=network_id, retired_at=None)
    mark = found.aggregate(count=Count("pk"), last=Max("pk"))
    return _tree(network_id, mark["count"], mark["last"] or 0)


@lru_cache(maxsize=64)
def _tree(network_id: int, _count: int, _last: int) -> Tree:
    rows = places.CityObject.objects.filter(network=network_id, retired_at=None).values_list(
        "external_id", "kind__code", "attributes"
    )
    return grow(rows)


def grow(rows: Iterable[tuple[str, str, dict[str, object]]]) -> Tree:
    """Shortest ways from all sources at once: rows of (number, kind, attributes)."""
    ways: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    starts = []
    for number, kind, about in rows:
        if kind in SOURCES:
            starts.append(number)
        if "start" in about and "end" in about:
            one, other = str(about["start"]), str(about["end"])
            given = about.get("length_m")
            length = float(given) if isinstance(given, int | float) else 1.0
            ways[one].append((other, number, length))
            ways[other].append((one, number, length))
    before: Tree = {}
    reached: set[str] = set()
    queue = [(0.0, start, "", "") for start in sorted(starts)]
    while queue:
        far, node, link, came_from = heapq.heappop(queue)
        if node in reached:
            continue
        reached.add(node)
        if link:
            before[node] = link
            before.setdefault(link, came_from)
        for other, number, length in ways[node]:
            if other not in reached:
                heapq.heappush(queue, (far + length, other, number, node))
    return before
