"""Harm by breathing a toxic gas."""

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.harm import probit, shelter
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT
from chengan.core.physics.ranges import within
from chengan.core.tables.probits import TOXIC, ToxicProbit

LONGEST = 1800.0  # s; Purple Book (CPR 18E, 1999), section 5.2


def law(cas: str) -> ToxicProbit:
    """The probit of a substance by CAS number.

    Raises
    ------
    errors.OutOfRange
        If the table has none; it names those that are there.
    """
    for each in TOXIC:
        if each.cas == cas:
            return each
    known = ", ".join(f"{each.name} ({each.cas})" for each in TOXIC)
    raise errors.OutOfRange(f"no toxic probit for cas {cas!r}; known are {known}")


def fatality(concentration: npt.ArrayLike, seconds: npt.ArrayLike, cas: str) -> FloatArray:
    """Probability of death after `seconds` in `concentration` (kg/m3) of the substance.

    At most half an hour counts.

    Raises
    ------
    errors.OutOfRange
        For figures below 0 or a substance without a probit.

    Source: dose C^n t (mg/m3, min) with the coefficients of `tables.probits.TOXIC`;
    docs/models/probits.md.
    """
    chosen = law(cas)
    air = within("concentration", concentration, 0, unit="kg/m3") * 1e6
    minutes = np.minimum(within("seconds", seconds, 0, unit="s"), LONGEST) / 60
    return probit.of_dose(air**chosen.n * minutes, chosen.a, chosen.b)


def indoor_shift(cas: str, seconds: float, air_changes: float = 1.0) -> float:
    """What being indoors adds to the probit of a cloud that stays `seconds`: below 0, mostly.

    Outdoors one breathes the cloud for `seconds`, indoors the air of the room for half an hour,
    which holds some of the cloud after it has passed. At most half an hour counts.

    Raises
    ------
    errors.OutOfRange
        For a substance without a probit, or figures outside the room's ranges.

    Source: the room of TNO CPR 16E (1992), chapter 7; docs/models/shelter.md.
    """
    chosen = law(cas)
    outside = min(seconds, LONGEST)
    share = float(shelter.indoor_concentration(1.0, LONGEST, seconds, air_changes))
    return chosen.b * (chosen.n * np.log(share) + np.log(LONGEST / outside))


def from_ppm(ppm: npt.ArrayLike, molar_mass: float, temperature: float = 293.15) -> FloatArray:
    """Concentration (kg/m3) of parts per million by volume at 101,325 Pa.

    Raises
    ------
    errors.OutOfRange
        For parts outside 0 to 1e6.
    """
    parts = within("ppm", ppm, 0, 1e6)
    return parts * 1e-6 * ATMOSPHERE * molar_mass / (GAS_CONSTANT * temperature)
