"""Event trees: what may follow from one failure, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chengan.core import errors


@dataclass(frozen=True)
class Branch:
    """What may follow, with its probability; an outcome where nothing more follows."""

    name: str
    probability: float
    follows: Sequence["Branch"] = field(default_factory=tuple)


def outcomes(frequency: float, branches: Sequence[Branch]) -> dict[str, float]:
    """Frequency (a year) of each path's end, by its name; ends of one name are summed.

    Raises
    ------
    errors.OutOfRange
        For a frequency below 0, a probability outside 0 to 1, or branches that don't sum to 1.

    Source: by hand, 1e-5 a year with 0.2 lit at once gives 2e-6 a year of jet fires.
    """
    if not frequency >= 0:
        raise errors.OutOfRange(f"frequency must be 0 or more a year, got {frequency:g}")
    total = sum(each.probability for each in branches)
    if any(not 0 <= each.probability <= 1 for each in branches) or abs(total - 1) > 1e-9:
        raise errors.OutOfRange(f"the branches' probabilities must sum to 1, got {total:g}")
    found: dict[str, float] = {}
    for each in branches:
        share = frequency * each.probability
        ends = outcomes(share, each.follows) if each.follows else {each.name: share}
        for name, value in ends.items():
            found[name] = found.get(name, 0.0) + value
    return found


def flammable(immediate: float, delayed: float, explosion: float, names: Sequence[str]) -> list:
    """The usual tree: lit at once, lit later as flash fire or explosion, or thinned unlit.

    `names` are those of the four ends, in this order.
    """
    at_once, flash, blast, nothing = names
    later = [Branch(flash, 1 - explosion), Branch(blast, explosion)]
    unlit = [Branch("later", delayed, tuple(later)), Branch(nothing, 1 - delayed)]
    return [Branch(at_once, immediate), Branch("not at once", 1 - immediate, tuple(unlit))]
