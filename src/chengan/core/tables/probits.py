"""Coefficients of probits, with source and mark of each.

Marks: V- read or known through secondary sources and to be confirmed against the cited document.
"""

from dataclasses import dataclass
from typing import Final

_CROWL: Final = "Crowl and Louvar, Chemical Process Safety (3rd ed., 2011), table 2-5"
_GREEN: Final = "TNO, Methods for the determination of possible damage (CPR 16E, 1992)"
_PURPLE: Final = "TNO, Guidelines for quantitative risk assessment (CPR 18E, 1999), table 5.2"


@dataclass(frozen=True)
class Probit:
    """Y = a + b ln(dose / scale); the dose is in SI units."""

    name: str
    a: float
    b: float
    scale: float
    source: str
    mark: str = "V-"


@dataclass(frozen=True)
class ToxicProbit:
    """Y = a + b ln(C^n t), C in mg/m3 and t in minutes."""

    cas: str
    name: str
    name_zh: str
    a: float
    b: float
    n: float
    source: str = _PURPLE
    mark: str = "V-"


THERMAL: Final = (
    Probit("eisenberg", -14.9, 2.56, 1e4, f"{_CROWL}: Eisenberg et al. (1975), burn deaths"),
    Probit("tsao_perry", -36.38, 2.56, 1.0, f"{_GREEN}: lethality without clothing"),
    Probit("lees", -10.7, 1.99, 1e4, "Lees (1994), Trans. IChemE 72B:127, clothing ignored"),
)
OVERPRESSURE: Final = (
    Probit("lung", -77.1, 6.91, 1.0, f"{_CROWL}: deaths from lung haemorrhage"),
    Probit("eardrum", -15.6, 1.93, 1.0, f"{_CROWL}: eardrum ruptures"),
    Probit("structure", -23.8, 2.92, 1.0, f"{_CROWL}: structural damage"),
    Probit("glass", -18.1, 2.79, 1.0, f"{_CROWL}: glass breakage"),
)
TOXIC: Final = (
    ToxicProbit("7664-41-7", "ammonia", "氨", -15.6, 1.0, 2.0),
    ToxicProbit("630-08-0", "carbon monoxide", "一氧化碳", -7.4, 1.0, 1.0),
    ToxicProbit("7782-50-5", "chlorine", "氯", -6.35, 0.5, 2.75),
    ToxicProbit("75-21-8", "ethylene oxide", "环氧乙烷", -6.8, 1.0, 1.0),
    ToxicProbit("7647-01-0", "hydrogen chloride", "氯化氢", -37.3, 3.69, 1.0),
    ToxicProbit("74-90-8", "hydrogen cyanide", "氰化氢", -9.8, 1.0, 2.4),
    ToxicProbit("7664-39-3", "hydrogen fluoride", "氟化氢", -8.4, 1.0, 1.5),
    ToxicProbit("7783-06-4", "hydrogen sulfide", "硫化氢", -11.5, 1.0, 1.9),
    ToxicProbit("74-83-9", "methyl bromide", "溴甲烷", -7.3, 1.0, 1.1),
    ToxicProbit("624-83-9", "methyl isocyanate", "异氰酸甲酯", -1.2, 1.0, 0.7),
    ToxicProbit("10102-44-0", "nitrogen dioxide", "二氧化氮", -18.6, 1.0, 3.7),
    ToxicProbit("75-44-5", "phosgene", "光气", -10.6, 2.0, 1.0),
    ToxicProbit("7803-51-2", "phosphine", "磷化氢", -6.8, 1.0, 2.0),
    ToxicProbit("7446-09-5", "sulfur dioxide", "二氧化硫", -19.2, 1.0, 2.4),
)
