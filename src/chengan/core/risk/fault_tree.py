"""Fault trees: minimal cut sets, exact probability of the top event, importance of each event.

Basic events are independent. Cut sets by expanding gates from the top (MOCUS), the probability
of their union by Shannon's decomposition, so that it is exact and not the rare-event sum.
Source: NUREG-0492, Fault Tree Handbook (1981), chapters VII and XI.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from chengan.core import errors

CutSet = frozenset[str]
MOST_SETS: Final = 5000


@dataclass(frozen=True)
class Gate:
    """`kind` is and, or, or vote (at least `needed` of its inputs)."""

    kind: str
    inputs: tuple[str, ...]
    needed: int = 0


@dataclass(frozen=True)
class Tree:
    """Gates by name, probability of each basic event (0 … 1), name of the top gate."""

    top: str
    gates: Mapping[str, Gate]
    events: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluated:
    """Minimal cut sets, shortest first; probability of the top; importances by event.

    `birnbaum` is dP(top)/dp(event); `fussell_vesely` the share of P(top) in which the event plays.
    """

    cut_sets: tuple[CutSet, ...]
    probability: float
    birnbaum: Mapping[str, float]
    fussell_vesely: Mapping[str, float]


def evaluate(tree: Tree) -> Evaluated:
    """Evaluate a tree.

    Raises
    ------
    errors.OutOfRange
        For a name that is neither gate nor event, a loop, a probability outside 0 … 1, a gate
        without inputs, or more than MOST_SETS cut sets.
    """
    _check(tree)
    sets = minimal(_expand(tree, tree.top, ()))
    names = sorted(set().union(*sets)) if sets else []
    whole = probability(sets, tree.events)
    birnbaum, vesely = {}, {}
    for name in names:
        sure = probability(sets, {**tree.events, name: 1.0})
        never = probability(sets, {**tree.events, name: 0.0})
        birnbaum[name] = sure - never
        playing = [each for each in sets if name in each]
        vesely[name] = probability(playing, tree.events) / whole if whole else 0.0
    ordered = tuple(sorted(sets, key=lambda each: (len(each), sorted(each))))
    return Evaluated(ordered, whole, birnbaum, vesely)


def minimal(sets: list[CutSet]) -> list[CutSet]:
    """Give the sets that hold no other set of the list."""
    kept: list[CutSet] = []
    for each in sorted(set(sets), key=len):
        if not any(smaller <= each for smaller in kept):
            kept.append(each)
    return kept


def probability(sets: list[CutSet], events: Mapping[str, float]) -> float:
    """Probability that all events of at least one set happen."""
    return _union(frozenset(minimal(sets)), events, {})


def _union(
    sets: frozenset[CutSet], events: Mapping[str, float], known: dict[frozenset[CutSet], float]
) -> float:
    if not sets:
        return 0.0
    if frozenset() in sets:
        return 1.0
    if sets not in known:
        counts: dict[str, int] = {}
        for each in sets:
            for name in each:
                counts[name] = counts.get(name, 0) + 1
        pivot = max(sorted(counts), key=lambda name: counts[name])
        happened = frozenset(minimal([each - {pivot} for each in sets]))
        absent = frozenset(each for each in sets if pivot not in each)
        p = events[pivot]
        known[sets] = p * _union(happened, events, known) + (1 - p) * _union(absent, events, known)
    return known[sets]


def _check(tree: Tree) -> None:
    for name, p in tree.events.items():
        if not 0 <= p <= 1:
            raise errors.OutOfRange(f"the probability of {name} lies in 0 … 1, got {p:g}")
    if tree.top not in tree.gates:
        raise errors.OutOfRange(f"the top {tree.top!r} is no gate of the tree")
    for name, gate in tree.gates.items():
        if gate.kind not in {"and", "or", "vote"} or not gate.inputs:
            raise errors.OutOfRange(f"gate {name}: kind and, or, vote with inputs, got {gate}")
        if gate.kind == "vote" and not 1 <= gate.needed <= len(gate.inputs):
            raise errors.OutOfRange(f"gate {name}: {gate.needed} of {len(gate.inputs)} inputs")
        for each in gate.inputs:
            if each not in tree.gates and each not in tree.events:
                raise errors.OutOfRange(f"gate {name}: {each!r} is neither gate nor event")


def _expand(tree: Tree, name: str, way: tuple[str, ...]) -> list[CutSet]:
    if name in way:
        raise errors.OutOfRange(f"the tree runs in a circle: {' → '.join((*way, name))}")
    gate = tree.gates.get(name)
    if gate is None:
        return [frozenset([name])]
    parts = [_expand(tree, each, (*way, name)) for each in gate.inputs]
    if gate.kind == "or":
        return _bounded([each for part in parts for each in part], name)
    needed = len(parts) if gate.kind == "and" else gate.needed
    found: list[CutSet] = []
    for chosen in combinations(parts, needed):
        joined: list[CutSet] = [frozenset()]
        for part in chosen:
            joined = _bounded([one | other for one in joined for other in part], name)
        found += joined
    return _bounded(found, name)


def _bounded(sets: list[CutSet], name: str) -> list[CutSet]:
    kept = minimal(sets) if len(sets) <= 20 * MOST_SETS else sets
    if len(kept) > MOST_SETS:
        raise errors.OutOfRange(f"more than {MOST_SETS} cut sets at gate {name}: part the tree")
    return kept
