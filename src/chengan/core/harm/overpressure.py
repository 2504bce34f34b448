"""Harm by blast."""

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.harm import probit
from chengan.core.physics.ranges import within
from chengan.core.tables.probits import OVERPRESSURE


def fatality(peak: npt.ArrayLike, law: str = "lung") -> FloatArray:
    """Probability of death at a `peak` side-on overpressure (Pa, 0 to 1e8).

    Raises
    ------
    errors.OutOfRange
        For a figure outside its range or an unknown law.

    Source: the coefficients and sources of `tables.probits.OVERPRESSURE`; docs/models/probits.md.
    """
    known = {each.name: each for each in OVERPRESSURE}
    if law not in known:
        raise errors.OutOfRange(f"blast law must be one of {', '.join(known)}, got {law!r}")
    chosen = known[law]
    return probit.of_dose(
        within("peak", peak, 0, 1e8, unit="Pa") / chosen.scale, chosen.a, chosen.b
    )


def fatality_zones(peak: npt.ArrayLike, *, is_indoors: bool = False) -> FloatArray:
    """Probability of death by the zones of the Purple Book: 1 above 30 kPa; indoors 0.025 above 10.

    Source: Purple Book (CPR 18E, 1999), table 5.3 (to be confirmed); docs/models/probits.md.
    """
    above = within("peak", peak, 0, 1e8, unit="Pa")
    middle = 0.025 if is_indoors else 0.0
    return np.where(above > 30e3, 1.0, np.where(above > 10e3, middle, 0.0))
