"""A town's year to learn from, and another year's quarter with seven attacks in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from chengan.city.site.measuring.towns import attacks as attacking
from chengan.city.site.measuring.towns import demand, network, recording, running
from chengan.city.site.measuring.towns.attacks import Attack
from chengan.core.arrays import BoolArray, FloatArray

YEAR_H: Final = 8760
TEST_H: Final = 2089
ATTACKS: Final = 7
_WARM_H: Final = 24
"""Hours run before the first that is recorded."""
_DRAWS: Final = 12
"""Times that attacks which change nothing are drawn anew."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Rows of the normal year and of the test, from hour `first` on, and the test's attacks."""

    normal: FloatArray
    test: FloatArray
    first: int
    attacks: tuple[Attack, ...]


def made(seed: int, growth: float = 1.0) -> Trial:
    """Make the trial of this number; demand in the test is `growth` times what it was."""
    town = network.made(seed)
    normal = _run(town, 0, YEAR_H + 1, np.random.default_rng(5000 + seed)).values
    chance = np.random.default_rng(9000 + seed)
    first = 2 * YEAR_H + 24 * int(chance.integers(0, 30))
    drawn, values = _attacked(town, first, growth, chance)
    shown = recording.noisy(
        town, recording.concealed(values, drawn), np.random.default_rng(8000 + seed)
    )
    return Trial(
        recording.noisy(town, normal, np.random.default_rng(7000 + seed)),
        shown.round(2) if town.is_rounded else shown,
        first,
        tuple(drawn),
    )


def _attacked(
    town: network.Town, first: int, growth: float, chance: np.random.Generator
) -> tuple[list[Attack], FloatArray]:
    """Run the test until each attack acts; give the attacks and what the controllers read."""
    kinds = [tuple(attacking.KINDS)[k] for k in chance.permutation(len(attacking.KINDS))[:ATTACKS]]
    drawn = [
        attacking.drawn(town, *each, chance) for each in zip(kinds, _spans(chance), strict=True)
    ]
    for _turn in range(_DRAWS):
        course = _run(town, first, TEST_H, np.random.default_rng(6000 + town.seed), drawn, growth)
        idle = [k for k, attack in enumerate(drawn) if not _acts(attack, course.acted)]
        if not idle:
            break
        for k in idle:
            span = drawn[k].begin, drawn[k].end
            drawn[k] = attacking.drawn(town, drawn[k].kind, span, chance)
    return drawn, course.values


def _spans(chance: np.random.Generator) -> list[tuple[int, int]]:
    """Draw when attacks begin and end: one to four days each, five to ten days between them."""
    spans, at = [], int(chance.integers(150, 300))
    for _turn in range(ATTACKS):
        long = int(chance.integers(24, 97))
        spans.append((at, at + long))
        at += long + int(chance.integers(120, 250))
    if at <= TEST_H - 60:
        return spans
    scale = (TEST_H - 100) / at
    return [(int(begin * scale), int(begin * scale) + end - begin) for begin, end in spans]


def _acts(attack: Attack, acted: BoolArray) -> bool:
    """Whether it acts in its first third (or six hours), and six hours in all."""
    within = acted[attack.begin : attack.end]
    return bool(within[: max(6, len(within) // 3)].any()) and int(within.sum()) >= 6


def _run(
    town: network.Town, first: int, rows: int, chance: np.random.Generator,
    attacks: Sequence[Attack] = (), growth: float = 1.0,
) -> running.Course:  # fmt: skip
    """Run hours `first` to `first` + `rows`, and a day before them that is left out."""
    demands = demand.drawn(
        town.junctions, town.days, range(first - _WARM_H, first + rows), chance, growth
    )
    later = [replace(a, begin=a.begin + _WARM_H, end=a.end + _WARM_H) for a in attacks]
    course = running.run(town, demands, later)
    return running.Course(course.values[_WARM_H:], course.acted[_WARM_H:])
