"""What fails if this fails: dependencies with alternatives and reserves that last for a time."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray


@dataclass(frozen=True)
class Need:
    """`dependent` fails `reserve` seconds after the last of its `suppliers` has failed."""

    dependent: int
    suppliers: tuple[int, ...]
    reserve: float = 0.0


@dataclass(frozen=True)
class Outage:
    """`at` seconds after the first failure, infinite for what holds; `cause` the supplier or -1."""

    at: FloatArray
    cause: Mapping[int, int]

    def way(self, node: int) -> list[int]:
        """From the first failure to `node`, each failed because of the one before it."""
        found = [node]
        while self.cause.get(found[-1], -1) >= 0:
            found.append(self.cause[found[-1]])
        return found[::-1]


def spread(nodes: int, needs: Iterable[Need], failed: Mapping[int, float]) -> Outage:
    """Follow a failure through dependencies; each node fails once, at its earliest time.

    Parameters
    ----------
    nodes : int, nodes are 0 … nodes - 1
    needs : each is one thing that the dependent cannot do without
    failed : seconds at which each first failure happens, >= 0

    Raises
    ------
    errors.OutOfRange
        If a node is unknown, a need has no supplier, or a reserve or a time is negative.
    """
    by_supplier: dict[int, list[int]] = {}
    kept = list(needs)
    for number, need in enumerate(kept):
        _check(need, nodes)
        for supplier in set(need.suppliers):
            by_supplier.setdefault(supplier, []).append(number)
    left = [len(set(need.suppliers)) for need in kept]
    at = np.full(nodes, np.inf)
    cause: dict[int, int] = {}
    queue = [(time, node, -1) for node, time in failed.items()]
    if any(time < 0 or not 0 <= node < nodes for time, node, _ in queue):
        raise errors.OutOfRange(
            "a first failure names no node or a time before the start: {given}", given=str(queue)
        )
    heapq.heapify(queue)
    while queue:
        time, node, why = heapq.heappop(queue)
        if time >= at[node]:
            continue
        at[node], cause[node] = time, why
        for number in by_supplier.get(node, []):
            left[number] -= 1
            if left[number] == 0:
                need = kept[number]
                heapq.heappush(queue, (time + need.reserve, need.dependent, node))
    return Outage(at, cause)


def _check(need: Need, nodes: int) -> None:
    if not need.suppliers or need.reserve < 0:
        raise errors.OutOfRange(
            "a need has suppliers and a reserve of 0 s or more: {need}", need=str(need)
        )
    if any(not 0 <= each < nodes for each in (need.dependent, *need.suppliers)):
        raise errors.OutOfRange(
            "a need names a node outside 0 … {last}: {need}", last=nodes - 1, need=str(need)
        )
