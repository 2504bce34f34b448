"""Properties of the substances that plants hold, from the packages chemicals and thermo."""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from chengan.core import errors
from chengan.core.physics.constants import ATMOSPHERE


@dataclass(frozen=True)
class Substance:
    """One substance at 101,325 Pa unless said otherwise; None where no source has the figure."""

    cas: str
    name: str
    molar_mass: float  # kg/mol
    boiling_point: float  # K
    liquid_density: float  # kg/m3 at the boiling point, or at 20 C where that is lower
    latent_heat: float  # J/kg at the boiling point
    liquid_heat_capacity: float  # J/(kg K)
    gamma: float
    heat_of_combustion: float | None  # J/kg
    lower_limit: float | None  # volume fraction
    upper_limit: float | None
    critical_temperature: float  # K


OFFERED: Final = (
    ("7782-50-5", "氯", "chlorine"),
    ("7664-41-7", "氨", "ammonia"),
    ("74-98-6", "丙烷（液化石油气）", "propane (LPG)"),
    ("106-97-8", "正丁烷", "n-butane"),
    ("75-28-5", "异丁烷", "isobutane"),
    ("115-07-1", "丙烯", "propylene"),
    ("74-85-1", "乙烯", "ethylene"),
    ("106-99-0", "1,3-丁二烯", "1,3-butadiene"),
    ("75-01-4", "氯乙烯", "vinyl chloride"),
    ("75-21-8", "环氧乙烷", "ethylene oxide"),
    ("75-56-9", "环氧丙烷", "propylene oxide"),
    ("1333-74-0", "氢", "hydrogen"),
    ("67-56-1", "甲醇", "methanol"),
    ("64-17-5", "乙醇", "ethanol"),
    ("71-43-2", "苯", "benzene"),
    ("108-88-3", "甲苯", "toluene"),
    ("110-54-3", "正己烷", "n-hexane"),
    ("142-82-5", "正庚烷（汽油替代物）", "n-heptane (surrogate of petrol)"),
    ("67-64-1", "丙酮", "acetone"),
    ("7783-06-4", "硫化氢", "hydrogen sulfide"),
    ("7446-09-5", "二氧化硫", "sulfur dioxide"),
    ("7647-01-0", "氯化氢", "hydrogen chloride"),
    ("7664-39-3", "氟化氢", "hydrogen fluoride"),
    ("74-90-8", "氰化氢", "hydrogen cyanide"),
    ("75-44-5", "光气", "phosgene"),
    ("74-83-9", "溴甲烷", "methyl bromide"),
)
"""Substances that a form may offer, (CAS, Chinese, English): each can be reviewed (tested)."""


@lru_cache(maxsize=128)
def substance(cas: str) -> Substance:
    """The properties of the substance with this CAS number.

    Raises
    ------
    errors.OutOfRange
        If the tables don't know it or lack what a release needs.

    Source: the packages chemicals and thermo (MIT licence), which name the origin of each figure.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tables are read with an option that pandas drops
        return _looked_up(cas)


def _looked_up(cas: str) -> Substance:
    import chemicals
    from thermo.chemical import Chemical

    try:
        boils = chemicals.Tb(cas)
        cold = Chemical(cas, T=min(boils, 293.15), P=ATMOSPHERE)
        gas = Chemical(cas, T=max(boils + 1, 293.15), P=ATMOSPHERE)
        liquid = float(cold.rhol), float(cold.Cpl), float(Chemical(cas, T=boils).Hvap)
        gamma = float(gas.isentropic_exponent or 1.1)
    except (ValueError, TypeError) as error:
        text = "CAS {cas} lacks properties that a release needs"
        raise errors.OutOfRange(text, cas=cas) from error
    burns = cold.Hc_lower
    return Substance(
        cas=cas,
        name=str(cold.name),
        molar_mass=float(cold.MW) / 1000,
        boiling_point=float(boils),
        liquid_density=liquid[0],
        latent_heat=liquid[2],
        liquid_heat_capacity=liquid[1],
        gamma=min(max(gamma, 1.01), 1.67),
        heat_of_combustion=abs(float(burns)) if burns and burns < 0 else None,
        lower_limit=chemicals.LFL(CASRN=cas),
        upper_limit=chemicals.UFL(CASRN=cas),
        critical_temperature=float(chemicals.Tc(cas)),
    )


@lru_cache(maxsize=512)
def vapour_pressure(cas: str, temperature: float) -> float:
    """Saturation pressure (Pa) of a substance at `temperature` (K).

    Raises
    ------
    errors.OutOfRange
        If no correlation holds there.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from thermo.chemical import Chemical

        found = Chemical(cas, T=temperature).Psat
    if found is None:
        raise errors.OutOfRange("no vapour pressure of {cas} at {at:g} K", cas=cas, at=temperature)
    return float(found)
