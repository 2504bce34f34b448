"""How sure a verdict on a target is, and which input would change it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from chengan.core.arrays import FloatArray
from chengan.core.risk import consequences, uncertainty
from chengan.core.risk.consequences import Assumptions
from chengan.core.risk.installation import Installation
from chengan.core.risk.point_risk import risk_at_points
from chengan.core.risk.uncertainty import Range, Spread

RANGES: Final = {
    "frequency_factor": Range(1 / 3, 3.0, is_log=True),
    "rate_factor": Range(0.6, 1.6, is_log=True),
    "delayed_ignition": Range(0.1, 0.6),
    "probit_shift": Range(-0.7, 0.7),
    "inventory_factor": Range(0.8, 1.2),
}
"""5 and 95 per cent points of what is uncertain, our judgement (mark D): failure frequency within
a factor of three, release rate, ignition, the logarithm of the toxic load, the fill."""


def sureness(
    plants: Sequence[Installation],
    base: float,
    rose: FloatArray,
    where: FloatArray,
    limit: float,
    told: Assumptions,
    samples: int,
    seed: int,
) -> Spread:
    """Spread of the risk at `where` (2,) m; `base` is what the plants not varied bring there."""

    def risk(one: dict[str, float]) -> float:
        share: dict[str, Any] = dict(one)
        fill = share.pop("inventory_factor")
        ignited = min(max(share.pop("delayed_ignition"), 0.0), 1.0)
        assumed = replace(told, delayed_ignition=ignited, **share)
        sources = [
            consequences.source(replace(p, mass=max(p.mass * fill, 10.0)), assumed) for p in plants
        ]
        return base + float(risk_at_points(sources, rose, where[None])[0])

    return uncertainty.spread(uncertainty.sample(RANGES, samples, seed), risk, limit)
