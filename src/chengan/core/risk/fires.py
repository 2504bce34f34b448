"""Fires of a plant as deaths by distance: of who stays in the open, who runs, who is indoors."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from chengan.core.arrays import BoolArray, FloatArray
from chengan.core.harm import shelter, thermal
from chengan.core.physics import fireball, pool_fire, transmissivity
from chengan.core.physics import jet_flame_chamberlain as chamberlain
from chengan.core.physics.point_sources import line_flux, point_flux
from chengan.core.physics.substances import Substance

NEAR: Final = np.geomspace(1.0, 3000.0, 200)
"""Distances (m) at which a fire's heat is taken."""
LETHAL_FLUX: Final = 35e3
"""W/m2, inside of which all die, also indoors; CPR 18E (1999), section 5.2.3 (V-)."""
_JET_FRACTION: Final = 0.25  # of the heat that a jet of liquefied gas radiates; API 521 (V-)
_REACTION: Final = 5.0  # s; TNO CPR 16E (1992), chapter 1 (V-)
_WIND: Final = 5.0  # m/s, of D5
_PACE: Final = 4.0  # m/s; the same


@dataclass(frozen=True)
class Fire:
    """Heat (W/m2) at `NEAR` for so many seconds; `is_inside`: within the flames themselves."""

    flux: FloatArray
    seconds: float
    is_inside: BoolArray
    is_lasting: bool

    def kills(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Probability of death at `NEAR` of who stays in the open, who runs, who is indoors."""
        is_lethal = self.is_inside | (self.flux >= LETHAL_FLUX)
        stays = np.where(is_lethal, 1.0, thermal.fatality(np.minimum(self.flux, 1e6), self.seconds))
        return stays, self._runs(stays, is_lethal), is_lethal.astype(np.float64)

    def _runs(self, stays: FloatArray, is_lethal: BoolArray) -> FloatArray:
        """Of who reacts after 5 s and runs away at 4 m/s; a ball of fire outruns all."""
        if not self.is_lasting or self.seconds <= _REACTION:
            return stays
        way = np.linspace(0.0, (self.seconds - _REACTION) * _PACE, 41)
        places = NEAR[:, None] + way
        flux = np.interp(places, NEAR, np.minimum(self.flux, 1e6))
        dose = shelter.exposure_of_escape(flux, way, reaction=_REACTION, speed=_PACE)
        runs: FloatArray = np.where(is_lethal, 1.0, thermal.fatality_of_dose(dose))
        return np.minimum(runs, stays)


def pool(held: Substance, bund_area: float, mass: float) -> Fire:
    """A pool of `mass` (kg) that burns in a bund (m2)."""
    inside = pool_width(held, bund_area, mass) / 2 >= NEAR
    return Fire(pool_flux(held, bund_area, mass, NEAR), thermal.LONGEST, inside, is_lasting=True)


def jet(held: Substance, rate: float) -> Fire:
    """A jet of `rate` (kg/s) that burns."""
    inside = np.zeros(NEAR.shape, np.bool_)
    return Fire(jet_flux(held, rate, NEAR), thermal.LONGEST, inside, is_lasting=True)


def gas_jet(held: Substance, rate: float, inside: float, temperature: float) -> Fire:
    """A jet of `rate` (kg/s) of gas from `inside` (Pa) that burns along the ground, by Chamberlain.

    Raises
    ------
    errors.OutOfRange
        Outside the law's range.
    """
    speed = float(chamberlain.expanded_speed(inside, temperature, held.molar_mass, held.gamma))
    found = chamberlain.flame(rate, speed, held.molar_mass, _WIND)
    power = found.radiant_fraction * rate * (held.heat_of_combustion or 5e7)
    ends = np.array([[found.lift, 0.0, 0.0], [found.length, 0.0, 0.0]])
    beyond = np.minimum(np.maximum(NEAR, found.length + 0.2), 1990.0 + found.lift)
    place = np.column_stack([beyond, np.zeros((len(NEAR), 2))])
    flux = np.minimum(line_flux(ends, place, power), 1e6)
    return Fire(flux, thermal.LONGEST, found.length >= NEAR, is_lasting=True)


def ball(held: Substance, mass: float, inside_pressure: float) -> Fire:
    """The ball of fire of a vessel that bursts with `mass` (kg) at 1.21 times its pressure (Pa)."""
    pressure = min(max(inside_pressure * 1.21, 1e5), 6e6)
    clear = transmissivity.transmissivity(np.minimum(NEAR, 2000))
    flux = fireball.flux(mass, NEAR, held.heat_of_combustion or 4e7, pressure, clear)
    within = float(fireball.diameter(mass)) / 2 >= NEAR
    return Fire(flux, float(fireball.duration(mass)), within, is_lasting=False)


def pool_width(held: Substance, bund_area: float, mass: float) -> float:
    """Diameter (m) of a pool: its bund, or 5 mm deep where it does not fill it; 0.3 to 100 m."""
    area = min(bund_area, max(mass / held.liquid_density / 0.005, 1.0))
    return float(min(max(2 * np.sqrt(area / np.pi), 0.3), 100.0))


def pool_flux(held: Substance, bund_area: float, mass: float, away: FloatArray) -> FloatArray:
    """Heat (W/m2) of a burning pool at `away` (m) from its middle."""
    wide = pool_width(held, bund_area, mass)
    burning = pool_fire.burning_rate(held.heat_of_combustion or 4e7, held.latent_heat)
    length = float(pool_fire.flame_length(wide, min(max(burning, 0.001), 0.3)))
    place = np.maximum(away, wide / 2 * 1.001)
    clear = transmissivity.transmissivity(np.minimum(place, 2000))
    seen = pool_fire.view_factor(place, wide / 2, length)
    return seen * float(pool_fire.emissive_power(wide)) * clear


def jet_flux(held: Substance, rate: float, away: FloatArray) -> FloatArray:
    """Heat (W/m2) of a burning jet at `away` (m), as from one point."""
    power = _JET_FRACTION * rate * (held.heat_of_combustion or 4e7)
    clear = transmissivity.transmissivity(np.minimum(away, 2000))
    return np.minimum(point_flux(away, power, clear), 1e6)
