"""Properties of the substances that plants hold, from the packages chemicals and thermo."""

import warnings
from dataclasses import dataclass
from functools import lru_cache

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
        raise errors.OutOfRange(f"cas {cas!r} lacks properties that a release needs") from error
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
        raise errors.OutOfRange(f"no vapour pressure of {cas} at {temperature:g} K")
    return float(found)
