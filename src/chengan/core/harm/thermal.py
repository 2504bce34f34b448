"""Harm by heat radiation."""

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.harm import probit
from chengan.core.physics.ranges import within
from chengan.core.tables.probits import THERMAL

LONGEST = 20.0  # s that people stay exposed; Purple Book (CPR 18E, 1999), section 5.3.4


def fatality(flux: npt.ArrayLike, seconds: npt.ArrayLike, law: str = "eisenberg") -> FloatArray:
    """Probability of death after `seconds` in `flux` (W/m2).

    Parameters
    ----------
    flux : W/m2, 0 to 1e6; seconds : 0 to 3600, no more than 20 s of them count
    law : a name in `tables.probits.THERMAL`

    Raises
    ------
    errors.OutOfRange
        For a figure outside its range or an unknown law.

    Source: dose flux^(4/3) t with the coefficients and sources of `tables.probits`;
    docs/models/probits.md.
    """
    heat = within("flux", flux, 0, 1e6, unit="W/m2")
    time = np.minimum(within("seconds", seconds, 0, 3600, unit="s"), LONGEST)
    return fatality_of_dose(heat ** (4 / 3) * time, law)


def fatality_of_dose(dose: npt.ArrayLike, law: str = "eisenberg") -> FloatArray:
    """Probability of death by a thermal dose, (W/m2)^(4/3) s; see `fatality`.

    Raises
    ------
    errors.OutOfRange
        For a dose below 0 or an unknown law.

    Source: the coefficients and sources of `tables.probits`; docs/models/probits.md.
    """
    known = {each.name: each for each in THERMAL}
    if law not in known:
        raise errors.OutOfRange(f"thermal law must be one of {', '.join(known)}, got {law!r}")
    chosen = known[law]
    return probit.of_dose(np.asarray(dose, np.float64) / chosen.scale, chosen.a, chosen.b)
