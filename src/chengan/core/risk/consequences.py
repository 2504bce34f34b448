"""From an installation to its outcomes on the ground: failure, release, tree, footprint."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.harm import overpressure, toxic
from chengan.core.physics import (
    blast_multi_energy,
    gas_release,
    liquid_release,
    pool_evaporation,
    substances,
    two_phase_release,
)
from chengan.core.physics.constants import ATMOSPHERE
from chengan.core.risk import clouds, event_tree, fires, ignition
from chengan.core.risk.fires import NEAR
from chengan.core.risk.footprint import Disc, Outcome, Plume, Source
from chengan.core.risk.installation import Installation
from chengan.core.risk.weather import CLASSES, WeatherClass
from chengan.core.tables import frequencies
from chengan.core.tables.probits import TOXIC

JET_LAWS: Final = ("point", "chamberlain")
_PARAFFINS: Final = ("74-82-8", "74-84-0", "74-98-6", "106-97-8", "75-28-5")
_HYDROGEN: Final = "1333-74-0"
_D5: Final = 2  # index of the class that stands for the commonest weather
_AT_ONCE: Final = 180.0  # s over which what is let go at once flows, where it is not dense
_HOLE: Final = np.pi / 4 * 0.010**2


@dataclass(frozen=True)
class Assumptions:
    """What a run assumes beside the installation; varied by `uncertainty`."""

    frequency_factor: float = 1.0
    rate_factor: float = 1.0
    delayed_ignition: float = ignition.DELAYED_DEFAULT
    blast_strength: int = 6
    congested_share: float = 0.2
    probit_shift: float = 0.0
    terrain: str = "rural"
    jet_law: str = "point"  # one of JET_LAWS
    air_changes: float = 1.0  # of a house, per hour; CPR 18E (1999), section 5.2.2 (V-)
    table: tuple[frequencies.Frequency, ...] = frequencies.FREQUENCIES


@dataclass(frozen=True)
class NamedOutcome:
    """An outcome with the failure and the event it comes from."""

    failure: str
    event: str
    outcome: Outcome


@dataclass(frozen=True)
class _Release:
    failure: str
    per_year: float
    rate: float  # kg/s, of what reaches the air; 0 if at once
    mass: float  # kg in all
    seconds: float


def source(installation: Installation, assumptions: Assumptions | None = None) -> Source:
    """The installation as a source of individual risk."""
    found = [each.outcome for each in named_outcomes(installation, assumptions)]
    return Source(installation.x, installation.y, found)


def named_outcomes(
    installation: Installation, assumptions: Assumptions | None = None
) -> list[NamedOutcome]:
    """All outcomes of an installation with how often a year each happens.

    Raises
    ------
    errors.OutOfRange
        If the substance has no properties, neither burns nor has a toxic probit, or no frequency
        is in the table.

    Source: the structure is CPR 18E (1999), chapters 3 to 5; docs/models/consequences.md.
    """
    return list(_outcomes(installation, assumptions or Assumptions()))


@lru_cache(maxsize=512)
def _outcomes(installation: Installation, told: Assumptions) -> tuple[NamedOutcome, ...]:
    held = substances.substance(installation.cas)
    is_toxic = any(each.cas == installation.cas for each in TOXIC)
    if not is_toxic and held.lower_limit is None:
        raise errors.OutOfRange("{name} neither burns nor has a toxic probit here", name=held.name)
    found: list[NamedOutcome] = []
    for release in _releases(installation, held, told):
        if is_toxic:
            found += _toxic(installation, held, release, told)
        if held.lower_limit is not None:
            found += _flammable(installation, held, release, told)
    return tuple(found)


def _releases(
    installation: Installation, held: substances.Substance, told: Assumptions
) -> list[_Release]:
    table = frequencies.of_equipment(installation.equipment, told.table)
    factor = told.frequency_factor * installation.barriers.inspection * installation.count
    airborne, leak = _airborne(installation, held), _leak(installation, held) * told.rate_factor
    closing = installation.barriers.closing_time
    found = []
    for failure, each in table.items():
        per_year = each.per_year * factor
        if failure == "rupture":
            found.append(_Release(failure, per_year, 0.0, installation.mass, 0.0))
        elif failure == "ten_minutes":
            seconds = min(closing, 600.0)
            rate = installation.mass / 600.0 * airborne * told.rate_factor
            found.append(_Release(failure, per_year, rate, rate * seconds, seconds))
        else:
            seconds = min(closing * 3, 1800.0, installation.mass / max(leak, 1e-9))
            rate = leak * airborne
            found.append(_Release(failure, per_year, rate, rate * seconds, max(seconds, 1.0)))
    return found


def _leak(installation: Installation, held: substances.Substance) -> float:
    """Flow (kg/s) of liquid, or of a gas above its critical temperature, through 10 mm."""
    inside = _pressure(installation, held)
    if _is_gas(installation, held):
        covolume = gas_release.HYDROGEN_COVOLUME if held.cas == _HYDROGEN else 0.0
        state = gas_release.throat(
            inside, installation.temperature, held.molar_mass, held.gamma, covolume=covolume
        )
        return float(gas_release.gas_rate(_HOLE, state))
    over = max(inside - ATMOSPHERE, 0.0)
    return float(liquid_release.liquid_rate(_HOLE, held.liquid_density, over, 3.0))


def _pressure(installation: Installation, held: substances.Substance) -> float:
    if installation.pressure is not None:
        return installation.pressure
    if _is_gas(installation, held):
        raise errors.OutOfRange(
            "{name}: pressure must be given for {held}, a gas at {at:g} K",
            name=installation.name,
            held=held.name,
            at=installation.temperature,
        )
    if installation.equipment == "atmospheric_tank" or _is_cold(installation, held):
        return ATMOSPHERE
    return max(substances.vapour_pressure(installation.cas, installation.temperature), ATMOSPHERE)


def _is_gas(installation: Installation, held: substances.Substance) -> bool:
    return installation.temperature >= held.critical_temperature


def _is_cold(installation: Installation, held: substances.Substance) -> bool:
    return installation.temperature <= held.boiling_point


def _airborne(installation: Installation, held: substances.Substance) -> float:
    """Share of a spill that becomes a cloud: flash and spray, or evaporation from the bund."""
    if _is_gas(installation, held):
        return 1.0
    if not _is_cold(installation, held):
        flashed = two_phase_release.flash_fraction(
            held.liquid_heat_capacity,
            held.latent_heat,
            installation.temperature,
            held.boiling_point,
        )
        return max(float(two_phase_release.airborne_fraction(flashed)), 0.05)
    vapour = substances.vapour_pressure(installation.cas, installation.temperature)
    radius = min(float(np.sqrt(installation.bund_area / np.pi)), 100.0)
    rate = pool_evaporation.evaporation_rate(
        radius, 5.0, min(vapour, 1e5), held.molar_mass, installation.temperature
    )
    return min(float(rate) / (installation.mass / 600.0), 1.0)


@dataclass(frozen=True)
class _Laid:
    """A cloud in one class of weather: seconds it lasts at a place, kg of it within its limits."""

    cloud: clouds.Cloud
    seconds: float
    burning: float


def _clouds(
    installation: Installation, held: substances.Substance, release: _Release, told: Assumptions
) -> list[_Laid]:
    """A cloud for each class of weather."""
    return [_laid(installation, held, release, told, each) for each in CLASSES]


def _laid(
    installation: Installation,
    held: substances.Substance,
    release: _Release,
    told: Assumptions,
    weather: WeatherClass,
) -> _Laid:
    """Let go at once: a dense cloud, or (where it is not dense) three minutes' flow."""
    seconds, rate = release.seconds, max(release.rate, 1e-3)
    if release.rate <= 0:
        vapour = release.mass * _airborne(installation, held) * told.rate_factor
        found = clouds.instant_cloud(vapour, held, weather)
        if found is not None:
            return _Laid(found[0], found[1], vapour)
        seconds, rate = _AT_ONCE, max(vapour / _AT_ONCE, 1e-3)
    cloud = clouds.steady_cloud(rate, held, weather, told.terrain)
    return _Laid(cloud, seconds, clouds.mass_within_limits(cloud, held, rate, weather.wind))


def _toxic(
    installation: Installation, held: substances.Substance, release: _Release, told: Assumptions
) -> list[NamedOutcome]:
    kept = (1 - installation.barriers.water_curtain) * np.exp(told.probit_shift)
    outside: list[Plume | None] = []
    inside: list[Plume | None] = []
    for each in _clouds(installation, held, release, told):
        outside.append(clouds.toxic_plume(each.cloud, held.cas, each.seconds, float(kept)))
        shift = toxic.indoor_shift(held.cas, each.seconds, told.air_changes)
        inside.append(clouds.toxic_plume(each.cloud, held.cas, each.seconds, float(kept), shift))
    sheltered = Outcome(release.per_year, plumes=inside)
    found = Outcome(release.per_year, plumes=outside, indoors=sheltered)
    return _named(release, "toxic cloud", found, outside)


def _named(release: _Release, event: str, outcome: Outcome, plumes: list) -> list[NamedOutcome]:
    return [NamedOutcome(release.failure, event, outcome)] if any(plumes) else []


def _flammable(
    installation: Installation, held: substances.Substance, release: _Release, told: Assumptions
) -> list[NamedOutcome]:
    is_pool = _is_cold(installation, held)
    kind = "liquid" if is_pool else ("low" if held.name in ("ammonia", "methane") else "high")
    mass = release.mass if release.rate <= 0 else 0.0
    at_once = ignition.immediate(kind, rate=release.rate, mass=mass)
    first = "pool fire" if is_pool else ("jet fire" if release.rate > 0 else "fireball")
    tree = event_tree.flammable(
        at_once,
        told.delayed_ignition,
        ignition.EXPLOSION_SHARE,
        (first, "flash fire", "explosion", "none"),
    )
    ends = event_tree.outcomes(release.per_year, tree)
    found = _first(first, ends[first], installation, held, release, told)
    found += _later(ends, installation, held, release, told)
    return found


def _first(
    event: str,
    per_year: float,
    installation: Installation,
    held: substances.Substance,
    release: _Release,
    told: Assumptions,
) -> list[NamedOutcome]:
    if event == "fireball" and installation.barriers.is_mounded:
        return []
    if event == "pool fire":
        fire = fires.pool(held, installation.bund_area, release.mass)
    elif event == "jet fire":
        fire = _jet(installation, held, release, told)
    else:
        fire = fires.ball(held, release.mass, _pressure(installation, held))
    return _disc(release.failure, event, per_year, fire.kills())


def _jet(
    installation: Installation, held: substances.Substance, release: _Release, told: Assumptions
) -> fires.Fire:
    """By the law that is asked for where it reaches: Chamberlain's takes paraffin gases alone."""
    if told.jet_law not in JET_LAWS:
        raise errors.OutOfRange(f"jet law must be one of {', '.join(JET_LAWS)}: {told.jet_law!r}")
    is_paraffin_gas = held.cas in _PARAFFINS and _is_gas(installation, held)
    inside = _pressure(installation, held)
    if told.jet_law == "point" or not is_paraffin_gas or inside < 1.1 * ATMOSPHERE:
        return fires.jet(held, release.rate / max(_airborne(installation, held), 0.05))
    rate = min(max(release.rate, 0.01), 1000.0)
    return fires.gas_jet(held, rate, min(inside, 2e7), installation.temperature)


def _later(
    ends: dict[str, float],
    installation: Installation,
    held: substances.Substance,
    release: _Release,
    told: Assumptions,
) -> list[NamedOutcome]:
    kept = 1 - installation.barriers.water_curtain
    laid = _clouds(installation, held, release, told)
    plumes = [clouds.flash_plume(each.cloud, held, kept) for each in laid]
    flash = Outcome(ends["flash fire"], plumes=plumes)
    found = _named(release, "flash fire", flash, plumes)
    burnt = laid[_D5].burning * told.congested_share * kept
    if burnt < 10 or held.heat_of_combustion is None:
        return found
    energy = burnt * held.heat_of_combustion
    near = np.minimum(NEAR, 99 * np.cbrt(energy / ATMOSPHERE))  # the chart ends there, harmless
    peak = blast_multi_energy.overpressure(near, energy, told.blast_strength)
    death = overpressure.fatality_zones(peak)
    indoors = overpressure.fatality_zones(peak, is_indoors=True)
    return found + _disc(release.failure, "explosion", ends["explosion"], (death, death, indoors))


def _disc(
    failure: str, event: str, per_year: float, kills: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> list[NamedOutcome]:
    """A disc from deaths in the open, of those who run, and indoors; none if nobody dies."""
    hurts = np.flatnonzero(kills[0] > 1e-6)
    if not len(hurts) or per_year <= 0:
        return []
    end = min(int(hurts[-1]) + 2, len(NEAR))
    stays, runs, indoors = (Disc(NEAR[:end], each[:end]) for each in kills)
    found = Outcome(
        per_year,
        disc=stays,
        fled=Outcome(per_year, disc=runs),
        indoors=Outcome(per_year, disc=indoors),
    )
    return [NamedOutcome(failure, event, found)]


def fire_flux(installation: Installation, away: float) -> float:
    """Heat (W/m2) at `away` (m) of the installation's lasting fire: its pool, or its jet."""
    held = substances.substance(installation.cas)
    if held.heat_of_combustion is None or held.lower_limit is None:
        return 0.0
    place = np.array([max(away, 1.0)])
    if _is_cold(installation, held):
        return float(fires.pool_flux(held, installation.bund_area, installation.mass, place)[0])
    return float(fires.jet_flux(held, _leak(installation, held), place)[0])


def explosive_mass(installation: Installation, told: Assumptions) -> float:
    """Mass (kg) that burns in the congested part of the cloud of a rupture, in D5."""
    held = substances.substance(installation.cas)
    release = _Release("rupture", 0.0, 0.0, installation.mass, 0.0)
    laid = _laid(installation, held, release, told, CLASSES[_D5])
    return laid.burning * told.congested_share * (1 - installation.barriers.water_curtain)
