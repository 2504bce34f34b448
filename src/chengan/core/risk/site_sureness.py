"""How sure a verdict on a target is, and which input would change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chengan.core.arrays import FloatArray
from chengan.core.risk import consequences, uncertainty
from chengan.core.risk.consequences import Assumptions
from chengan.core.risk.installation import Installation
from chengan.core.risk.point_risk import risk_at_points
from chengan.core.risk.uncertainty import Range

RANGES: Final = {
    "frequency_factor": Range(1 / 3, 3.0, is_log=True),
    "rate_factor": Range(0.6, 1.6, is_log=True),
    "delayed_ignition": Range(0.1, 0.6),
    "probit_shift": Range(-0.7, 0.7),
    "inventory_factor": Range(0.8, 1.2),
}
"""5 and 95 per cent points of what is uncertain, our judgement (mark D): failure frequency within
a factor of three, release rate, ignition, the logarithm of the toxic load, the fill."""


@dataclass(frozen=True)
class Sureness:
    """How sure a verdict is.

    `low`, `middle`, `high`: 5, 50 and 95 per cent points of the risk; `above`: share of the samples
    above the limit; `drivers`: inputs by their rank correlation with the risk, the strongest first;
    `flips`: inputs that alone, at their 5 or 95 per cent point, turn the verdict.
    """

    low: float
    middle: float
    high: float
    above: float
    drivers: tuple[tuple[str, float], ...]
    flips: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        plain = dict(self.__dict__)
        plain["drivers"] = [[name, value] for name, value in self.drivers]
        plain["flips"] = list(self.flips)
        return plain


def sureness(
    plants: Sequence[Installation],
    base: float,
    rose: FloatArray,
    where: FloatArray,
    limit: float,
    told: Assumptions,
    samples: int,
    seed: int,
) -> Sureness:
    """How sure the risk at `where` (2,) m is; `base` is what the plants not varied bring there."""

    def risk(one: dict[str, float]) -> float:
        share: dict[str, Any] = dict(one)
        fill = share.pop("inventory_factor")
        ignited = min(max(share.pop("delayed_ignition"), 0.0), 1.0)
        assumed = replace(told, delayed_ignition=ignited, **share)
        sources = [
            consequences.source(replace(p, mass=max(p.mass * fill, 10.0)), assumed) for p in plants
        ]
        return base + float(risk_at_points(sources, rose, where[None])[0])

    found = uncertainty.spread(uncertainty.sample(RANGES, samples, seed), risk, limit)
    usual = {
        "frequency_factor": told.frequency_factor,
        "rate_factor": told.rate_factor,
        "delayed_ignition": told.delayed_ignition,
        "probit_shift": told.probit_shift,
        "inventory_factor": 1.0,
    }
    passes = risk(usual) <= limit
    flips = [
        name
        for name, each in RANGES.items()
        if any((risk(usual | {name: end}) <= limit) != passes for end in (each.low, each.high))
    ]
    points = (found.low, found.middle, found.high, found.above)
    return Sureness(*points, found.drivers, tuple(flips))
