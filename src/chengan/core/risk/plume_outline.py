"""Where a cloud is above a limit, as an outline on the ground; and the limits of a substance."""

from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.harm import thresholds, toxic
from chengan.core.physics.flash_fire import limit_concentration
from chengan.core.physics.substances import Substance
from chengan.core.risk.clouds import Cloud

_LEAST_PROBIT: Final = 2.67  # one in a hundred dies
_BREATHED: Final = 30.0  # min


@dataclass(frozen=True)
class Limit:
    """A concentration (kg/m3) that somebody must not be in, with its source and mark.

    code : `lower_limit`, `half_lower_limit`, `AEGL-3`, `AEGL-2`, `ERPG-2` or `one_in_a_hundred`
    """

    code: str
    concentration: float
    source: str
    mark: str


def limits_of(substance: Substance) -> list[Limit]:
    """What is known of a substance, the worst first: explosive limit, AEGL or ERPG, a death limit.

    The death limit (one in a hundred after half an hour, by the probit) stands in where no
    AEGL-3 or ERPG-3 is in the table.

    Raises
    ------
    errors.OutOfRange
        If nothing is known of it: no outline can be drawn then.
    """
    found = [*_toxic(substance), *_explosive(substance)]
    if not found:
        raise errors.OutOfRange(
            f"{substance.name}: neither an explosive limit nor a toxic threshold is known"
        )
    return sorted(found, key=lambda each: -each.concentration)


def _explosive(substance: Substance) -> list[Limit]:
    if substance.lower_limit is None:
        return []
    whole = limit_concentration(substance.lower_limit, substance.molar_mass)
    source = "lower explosive limit as in the package chemicals (MIT licence)"
    return [
        Limit("lower_limit", whole, source, "V-"),
        Limit("half_lower_limit", whole / 2, source, "V-"),
    ]


def _toxic(substance: Substance) -> list[Limit]:
    table = resources.files("chengan.core.tables") / "emergency_thresholds.csv"
    rows = thresholds.load(table.read_text(encoding="utf-8"))
    found = []
    for level in (3, 2):
        of_level = [
            row for scheme in ("AEGL", "ERPG") for row in rows
            if (row.cas, row.scheme, row.level, row.minutes) == (substance.cas, scheme, level, 60)
        ]  # fmt: skip
        if of_level:
            row = of_level[0]
            mass = float(toxic.from_ppm(row.ppm, substance.molar_mass))
            found.append(Limit(f"{row.scheme}-{level}", mass, row.source, row.mark))
        elif level == 3:
            found += _deadly(substance)
    return found


def _deadly(substance: Substance) -> list[Limit]:
    try:
        law = toxic.law(substance.cas)
    except errors.OutOfRange:
        return []
    dose = np.exp((_LEAST_PROBIT - law.a) / law.b)
    milligrams = (dose / _BREATHED) ** (1 / law.n)
    return [Limit("one_in_a_hundred", float(milligrams) * 1e-6, law.source, law.mark)]


def outline(cloud: Cloud, limit: float) -> tuple[FloatArray, FloatArray] | None:
    """Give metres downwind and across, shape (points,), of the line at `limit` (kg/m3), closed.

    The cross-section is Gaussian. None where the limit is not reached.

    Raises
    ------
    errors.OutOfRange
        If it is still exceeded where the cloud's law ends (10 km), or `limit` is not above 0.
    """
    if not limit > 0:
        raise errors.OutOfRange(f"limit must be above 0, got {limit:g} kg/m3")
    above = np.flatnonzero(cloud.centre >= limit)
    if not len(above):
        return None
    last = int(above[-1])
    if last == len(cloud.distance) - 1:
        far = cloud.distance[-1]
        raise errors.OutOfRange(f"the limit of {limit:.3g} kg/m3 is exceeded beyond {far:.0f} m")
    pair = slice(last, last + 2)
    rise = np.log(cloud.centre[pair])[::-1]
    end = np.exp(np.interp(np.log(limit), rise, np.log(cloud.distance[pair])[::-1]))
    inside = cloud.distance[: last + 1]
    half = cloud.spread[: last + 1] * np.sqrt(
        2 * np.log(np.maximum(cloud.centre[: last + 1] / limit, 1.0))
    )
    along = np.concatenate([[0.0], inside, [end], inside[::-1], [0.0]])
    across = np.concatenate([[0.0], half, [0.0], -half[::-1], [0.0]])
    return along, across
