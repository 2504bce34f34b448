"""Fault trees: minimal cut sets, exact probability of the top event, importance of each event.

Basic events are independent. Cut sets by expanding gates from the top (MOCUS), the probability
of their union by Shannon's decomposition, so that it is exact and not the rare-event sum.
Source: NUREG-0492, Fault Tree Handbook (1981), chapters VII and XI.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Final

from chengan.core import errors

CutSet = frozenset[str]
MOST_SETS: Final = 5000
MOST_DEEP: Final = 100
MOST_EVENTS: Final = 500
MOST_WORK: Final = 20_000_000
"""Steps that one tree may take, a few seconds [ours]: a page works trees out while one waits."""


@dataclass
class Work:
    """Counts steps, so that a tree that would run for ever is refused the same way everywhere."""

    left: int = MOST_WORK

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises
        ------
        errors.OutOfRange
            When none are left.
        """
        self.left -= steps
        if self.left < 0:
            raise errors.OutOfRange("the tree takes too long to work out: part it")


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
        without inputs, gates nested deeper than MOST_DEEP, more than MOST_SETS cut sets or
        MOST_EVENTS events in them, or more than MOST_WORK steps.
    """
    _check(tree)
    work = Work()
    sets = minimal(_expand(tree, tree.top, (), {}, work), work)
    names = sorted(set().union(*sets)) if sets else []
    if len(names) > MOST_EVENTS:
        raise errors.OutOfRange(
            "{count} events play, at most {most}: part the tree",
            count=len(names),
            most=MOST_EVENTS,
        )
    whole = probability(sets, tree.events, work)
    birnbaum, vesely = {}, {}
    for name in names:
        sure = probability(sets, {**tree.events, name: 1.0}, work)
        never = probability(sets, {**tree.events, name: 0.0}, work)
        birnbaum[name] = sure - never
        playing = [each for each in sets if name in each]
        vesely[name] = probability(playing, tree.events, work) / whole if whole else 0.0
    ordered = tuple(sorted(sets, key=lambda each: (len(each), sorted(each))))
    return Evaluated(ordered, whole, birnbaum, vesely)


def minimal(sets: Iterable[CutSet], work: Work | None = None) -> list[CutSet]:
    """Give the sets that hold no other set of the list."""
    work = work or Work()
    given = sorted(set(sets), key=len)
    if given and not given[0]:
        return given[:1]
    often = _counts(given)
    # A smaller set is found by its rarest event, which a larger one that holds it has too.
    kept: list[CutSet] = []
    by_rarest: dict[str, list[CutSet]] = {}
    for each in given:
        near = [smaller for name in each for smaller in by_rarest.get(name, ())]
        work.spend(len(each) + len(near))
        if not any(smaller <= each for smaller in near):
            kept.append(each)
            rarest = min(each, key=lambda name: (often[name], name))
            by_rarest.setdefault(rarest, []).append(each)
    return kept


def probability(sets: list[CutSet], events: Mapping[str, float], work: Work | None = None) -> float:
    """Probability that all events of at least one set happen."""
    work = work or Work()
    return _union(frozenset(minimal(sets, work)), events, {}, work)


def _counts(sets: Iterable[CutSet]) -> dict[str, int]:
    """How many sets each event plays in."""
    counts: dict[str, int] = {}
    for each in sets:
        for name in each:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _union(
    sets: frozenset[CutSet],
    events: Mapping[str, float],
    known: dict[frozenset[CutSet], float],
    work: Work,
) -> float:
    if not sets:
        return 0.0
    if frozenset() in sets:
        return 1.0
    if sets not in known:
        counts = _counts(sets)
        work.spend(sum(counts.values()))
        pivot = max(sorted(counts), key=lambda name: counts[name])
        happened = frozenset(minimal([each - {pivot} for each in sets], work))
        absent = frozenset(each for each in sets if pivot not in each)
        p = events[pivot]
        first, second = (_union(each, events, known, work) for each in (happened, absent))
        known[sets] = p * first + (1 - p) * second
    return known[sets]


def _check(tree: Tree) -> None:
    for name, p in tree.events.items():
        if not 0 <= p <= 1:
            raise errors.OutOfRange(
                "the probability of {name} lies in 0 … 1, got {p:g}", name=name, p=p
            )
    if tree.top not in tree.gates:
        raise errors.OutOfRange("the top “{name}” is no gate of the tree", name=tree.top)
    for name, gate in tree.gates.items():
        if gate.kind not in {"and", "or", "vote"} or not gate.inputs:
            raise errors.OutOfRange(
                "gate {name}: kind and, or, vote with inputs, got {kind}", name=name, kind=gate.kind
            )
        if gate.kind == "vote" and not 1 <= gate.needed <= len(gate.inputs):
            raise errors.OutOfRange(
                "gate {name}: {needed} of {count} inputs",
                name=name,
                needed=gate.needed,
                count=len(gate.inputs),
            )
        for each in gate.inputs:
            if each not in tree.gates and each not in tree.events:
                raise errors.OutOfRange(
                    "gate {name}: “{given}” is neither gate nor event", name=name, given=each
                )


def _expand(
    tree: Tree, name: str, way: tuple[str, ...], known: dict[str, list[CutSet]], work: Work
) -> list[CutSet]:
    """Minimal cut sets of a gate, each gate worked out once."""
    if name in way:
        raise errors.OutOfRange("the tree runs in a circle: {way}", way=" → ".join((*way, name)))
    if len(way) > MOST_DEEP:
        raise errors.OutOfRange(
            "gates are nested more than {most} deep: part the tree", most=MOST_DEEP
        )
    gate = tree.gates.get(name)
    if gate is None:
        return [frozenset([name])]
    if name not in known:
        parts = [_expand(tree, each, (*way, name), known, work) for each in gate.inputs]
        known[name] = _joined(gate, parts, name, work)
    return known[name]


def _joined(gate: Gate, parts: list[list[CutSet]], name: str, work: Work) -> list[CutSet]:
    if gate.kind == "or":
        return _bounded((each for part in parts for each in part), name, work)
    needed = len(parts) if gate.kind == "and" else gate.needed
    return _bounded(
        (each for chosen in combinations(parts, needed) for each in _all(chosen, name, work)),
        name,
        work,
    )


def _all(chosen: tuple[list[CutSet], ...], name: str, work: Work) -> list[CutSet]:
    joined: list[CutSet] = [frozenset()]
    for part in chosen:
        joined = _bounded((one | other for one in joined for other in part), name, work)
    return joined


def _bounded(sets: Iterable[CutSet], name: str, work: Work) -> list[CutSet]:
    """Minimal ones of the sets; never more than a few times MOST_SETS are held at once."""
    kept: list[CutSet] = []
    found = iter(sets)
    while more := list(islice(found, MOST_SETS)):
        work.spend(len(more))
        kept = minimal([*kept, *more], work)
        if len(kept) > MOST_SETS:
            raise errors.OutOfRange(
                "more than {most} cut sets at gate {name}: part the tree", most=MOST_SETS, name=name
            )
    return kept
