"""Explosive limits of the gases a city meets, and what a reading in %LEL means by them.

Marks: V read in the standard itself, V- read in a secondary source and to be confirmed. The
limits of methane are those by which Chinese detectors are set (1 %VOL is 20 %LEL); IEC
60079-20-1:2010 gives 4.4 to 17 %VOL.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray

_IEC: Final = "IEC 60079-20-1:2010, as tabulated in the package chemicals 1.3.3 (MIT licence)"
_HANDBOOK: Final = "Explosive range of methane in air, common Chinese handbook figure"


@dataclass(frozen=True)
class Gas:
    """One gas; limits are volume fractions in air at ambient conditions (1 = pure gas)."""

    formula: str
    name: str
    name_zh: str
    cas: str
    lower_limit: float
    upper_limit: float
    source: str
    mark: str


GASES: Final = (
    Gas("CH4", "methane", "甲烷", "74-82-8", 0.05, 0.15, _HANDBOOK, "V-"),
    Gas("C2H6", "ethane", "乙烷", "74-84-0", 0.024, 0.155, _IEC, "V-"),
    Gas("C2H4", "ethylene", "乙烯", "74-85-1", 0.023, 0.36, _IEC, "V-"),
    Gas("C3H8", "propane", "丙烷", "74-98-6", 0.017, 0.109, _IEC, "V-"),
    Gas("C4H10", "n-butane", "正丁烷", "106-97-8", 0.014, 0.093, _IEC, "V-"),
    Gas("i-C4H10", "isobutane", "异丁烷", "75-28-5", 0.013, 0.098, _IEC, "V-"),
    Gas("H2", "hydrogen", "氢", "1333-74-0", 0.04, 0.77, _IEC, "V-"),
    Gas("CO", "carbon monoxide", "一氧化碳", "630-08-0", 0.109, 0.74, _IEC, "V-"),
    Gas("H2S", "hydrogen sulfide", "硫化氢", "7783-06-4", 0.04, 0.455, _IEC, "V-"),
    Gas("NH3", "ammonia", "氨", "7664-41-7", 0.15, 0.336, _IEC, "V-"),
)
_BY_NAME: Final = {
    key.lower(): gas for gas in GASES for key in (gas.formula, gas.name, gas.name_zh, gas.cas)
}


def gas(name: str) -> Gas:
    """The gas of that formula, English or Chinese name, or CAS number, in any case.

    Raises
    ------
    errors.UnknownGas
        Naming the gases that are known.
    """
    found = _BY_NAME.get(name.strip().lower())
    if found is None:
        known = ", ".join(each.formula for each in GASES)
        raise errors.UnknownGas(f"no explosive limits for gas {name!r}; known are {known}")
    return found


def fraction_from_lel(percent_lel: npt.ArrayLike, gas_name: str) -> FloatArray:
    """Volume fraction (1 = pure gas) of readings in percent of the lower explosive limit.

    Any shape; the shape is kept. By hand: 20 %LEL of methane is 0.20 x 0.05 = 0.01.

    Raises
    ------
    errors.UnknownGas
        If the gas has no limits here.
    """
    return np.asarray(percent_lel, dtype=np.float64) * (gas(gas_name).lower_limit / 100)


def lel_from_fraction(fraction: npt.ArrayLike, gas_name: str) -> FloatArray:
    """Percent of the lower explosive limit of readings in volume fraction (1 = pure gas).

    Any shape; the shape is kept.

    Raises
    ------
    errors.UnknownGas
        If the gas has no limits here.
    """
    return np.asarray(fraction, dtype=np.float64) / (gas(gas_name).lower_limit / 100)
