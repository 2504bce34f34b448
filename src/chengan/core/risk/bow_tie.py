"""Bow-tie: threats and their barriers, the top event, its consequences and their barriers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chengan.core import errors


@dataclass(frozen=True)
class Branch:
    """A way into or out of the top event.

    `rate` is a threat's frequency (1/year) or a consequence's probability given the top event;
    `barriers` are the probabilities that each barrier fails on demand.
    """

    name: str
    rate: float
    barriers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Evaluated:
    """Frequencies, 1/year: of the top event, by threat, by consequence."""

    top: float
    threats: dict[str, float]
    consequences: dict[str, float]


def evaluate(threats: Sequence[Branch], consequences: Sequence[Branch]) -> Evaluated:
    """Multiply along each branch; barriers are independent.

    Raises
    ------
    errors.OutOfRange
        If there is no threat, two branches of a side have the same name, a frequency is
        negative, or a probability outside 0 … 1.
    """
    if not threats:
        raise errors.OutOfRange("a bow-tie needs a threat")
    for side in (threats, consequences):
        _no_twins([each.name for each in side])
    for each in threats:
        if each.rate < 0:
            raise errors.OutOfRange(
                "{name}: a frequency is not negative, got {rate:g}", name=each.name, rate=each.rate
            )
    for p, name in _probabilities(threats, consequences):
        if not 0 <= p <= 1:
            raise errors.OutOfRange(
                "{name}: a probability lies in 0 … 1, got {p:g}", name=name, p=p
            )
    left = {each.name: _through(each) for each in threats}
    top = sum(left.values())
    return Evaluated(top, left, {each.name: top * _through(each) for each in consequences})


def _no_twins(names: list[str]) -> None:
    """Branches are kept by name: the second of a name would hide the first."""
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise errors.OutOfRange(
            "several branches are named {names}: name each apart", names=", ".join(twins)
        )


def _through(branch: Branch) -> float:
    return float(branch.rate * np.prod(branch.barriers))


def _probabilities(
    threats: Sequence[Branch], consequences: Sequence[Branch]
) -> list[tuple[float, str]]:
    found = [(p, each.name) for each in (*threats, *consequences) for p in each.barriers]
    return found + [(each.rate, each.name) for each in consequences]
