"""Which installations of a site would break which others, by the heat of a fire or a blast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from chengan.core.physics import blast_multi_energy, substances
from chengan.core.physics.constants import ATMOSPHERE
from chengan.core.risk import consequences, domino
from chengan.core.risk.consequences import Assumptions
from chengan.core.risk.installation import Installation

_LASTS = 600.0  # s that a pool or jet fire of a large vessel lasts


@dataclass(frozen=True)
class Chain:
    """One installation that breaks another: by what, with which load, against which limit."""

    first: str
    second: str
    by: str
    load: float
    limit: float
    source: str = domino.SOURCE
    mark: str = domino.MARK


def chains(plants: Sequence[Installation], told: Assumptions) -> Iterator[Chain]:
    """Every pair of which the first would break the second."""
    for first in plants:
        for second in plants:
            if first is second:
                continue
            away = max(float(np.hypot(first.x - second.x, first.y - second.y)), 1.0)
            flux = consequences.fire_flux(first, away)
            found = domino.escalates(
                second.name,
                second.equipment,
                flux=flux,
                seconds=_LASTS,
                peak=_peak(first, away, told),
            )
            for each in found:
                yield Chain(first.name, second.name, each.by, each.load, each.limit)


def _peak(plant: Installation, away: float, told: Assumptions) -> float:
    held = substances.substance(plant.cas)
    if held.heat_of_combustion is None or held.lower_limit is None:
        return 0.0
    burnt = consequences.explosive_mass(plant, told)
    if burnt < 10:
        return 0.0
    energy = burnt * held.heat_of_combustion
    far = min(away, 99 * float(np.cbrt(energy / ATMOSPHERE)))
    return float(blast_multi_energy.overpressure(far, energy, told.blast_strength))
