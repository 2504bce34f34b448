"""Clouds on the ground: concentration along, width across, dense or passive; plumes of harm."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.harm import toxic
from chengan.core.physics import briggs, dense_gas, richardson
from chengan.core.physics.constants import ATMOSPHERE, GAS_CONSTANT, GRAVITY, air_density
from chengan.core.physics.flash_fire import limit_concentration
from chengan.core.physics.substances import Substance
from chengan.core.risk.footprint import Plume
from chengan.core.risk.weather import WeatherClass

_FAR: Final = np.geomspace(5.0, 10_000.0, 120)
_EDGE: Final = 2.146  # half-width over standard deviation, where a Gaussian is at a tenth
_NOBODY: Final = 0.0  # probit; one in three million dies
_FLASH: Final = 30.0  # steepness of the edge of a flash fire, probits a unit of ln c


@dataclass(frozen=True)
class Cloud:
    """A steady cloud: distances (m), centre-line concentration (kg/m3), spread across (m).

    Against the wind it reaches `upwind` times less far than to its sides at the source.
    """

    distance: FloatArray
    centre: FloatArray
    spread: FloatArray
    is_dense: bool
    upwind: float = 1.0


@lru_cache(maxsize=4096)
def steady_cloud(
    rate: float, substance: Substance, weather: WeatherClass, terrain: str = "rural"
) -> Cloud:
    """The cloud downwind of `rate` (kg/s) of gas at its boiling point or 20 C.

    Dense by Britter and McQuaid's own test, else Gaussian; beyond the nomogram the dense cloud
    thins as the Gaussian does.

    Raises
    ------
    errors.OutOfRange
        From the laws, for figures outside their ranges.
    """
    wide, tall = briggs.spread(_FAR, weather.stability, terrain)
    passive = rate / (np.pi * weather.wind * wide * tall)
    warm, density = _vapour(substance)
    volume, air = rate / density, air_density()
    figure = richardson.continuous(density, volume, weather.wind, air)
    if density <= air or not bool(richardson.is_dense(figure)):
        return Cloud(_FAR, np.minimum(passive, density), wide, is_dense=False)
    pull = GRAVITY * (density - air) / air
    wind = max(weather.wind, float((pull**2 * volume) ** 0.2) / 9.99)  # the nomogram's end
    ratios, places = dense_gas.plume_curve(volume, wind, density, air)
    heavy = _along(_rising(places), _thinned(ratios, warm, density), passive)
    half = dense_gas.width(_FAR, volume, weather.wind, density, air)
    start = float(dense_gas.width(0.0, volume, weather.wind, density, air))
    back = dense_gas.upwind(volume, weather.wind, density, air)
    return Cloud(_FAR, heavy, np.maximum(half / _EDGE, wide), is_dense=True, upwind=start / back)


@lru_cache(maxsize=4096)
def instant_cloud(
    mass: float, substance: Substance, weather: WeatherClass
) -> tuple[Cloud, float] | None:
    """The cloud of `mass` (kg) of vapour let go at once, and the seconds it takes to pass a place.

    Concentration is the greatest as the cloud passes; it passes in twice its radius over 0.4 of the
    wind, taken where it has thinned to a hundredth. None where it is not dense.

    Raises
    ------
    errors.OutOfRange
        From the laws, for figures outside their ranges.

    A cloud denser than the nomogram goes is taken at its end, as in the wind where it would lie
    there: the concentrations there hardly depend on the wind.

    Source: Britter and McQuaid (1988), HSE CRR 17/1988, section 4.2: b^2 = b0^2 + 1.2 t (g0'
    V0)^(1/2), x = 0.4 u t + b; docs/models/dense_gas.md.
    """
    warm, density = _vapour(substance)
    air, volume = air_density(), mass / density
    if density <= air:
        return None
    figure = richardson.instant(density, volume, weather.wind, air)
    if not bool(richardson.is_dense(figure, is_instant=True)):
        return None
    wind = weather.wind * max(1.0, float(figure) / 9.99)
    places, values = _puff_places(volume, wind, warm, density)
    centre = np.exp(np.interp(np.log(_FAR), np.log(places), np.log(values)))
    centre = np.where(places[-1] >= _FAR, centre, values[-1] * (_FAR / places[-1]) ** -2.0)
    radius = _radius(_FAR, volume, density, air, weather.wind)
    passing = 2 * float(np.interp(places[-2], _FAR, radius)) / (0.4 * weather.wind)
    return Cloud(_FAR, np.minimum(centre, density), radius / _EDGE, is_dense=True), passing


def _puff_places(
    volume: float, wind: float, warm: float, density: float
) -> tuple[FloatArray, FloatArray]:
    """Distances (m), rising, and the concentrations (kg/m3) that a dense puff has there."""
    ratios, places = dense_gas.puff_curve(volume, wind, density, air_density())
    known = np.append(float(np.cbrt(volume / np.pi)), places)
    return _rising(known), np.append(density, _thinned(ratios, warm, density))


def _rising(places: FloatArray) -> FloatArray:
    return np.maximum.accumulate(places) * (1 + 1e-9 * np.arange(len(places)))


def _thinned(ratios: FloatArray, warm: float, density: float) -> FloatArray:
    """Concentration (kg/m3), warmed to the air, where a cold cloud has the nomogram's `ratios`.

    The nomogram's ratio of a cold cloud is that of `dense_gas.effective_ratio`, solved back.
    """
    fraction = ratios / (ratios + (1 - ratios) * warm / 293.15)
    return fraction * density * warm / 293.15


def toxic_plume(
    cloud: Cloud, cas: str, seconds: float, kept: float = 1.0, shift: float = 0.0
) -> Plume | None:
    """Death in the open by breathing the cloud for `seconds` (at most 1800 count).

    `kept` is the share of the cloud that barriers let through; `shift` is added to the probit
    (`toxic.indoor_shift`: then it is death indoors).

    Raises
    ------
    errors.OutOfRange
        If the substance has no probit.
    """
    law = toxic.law(cas)
    minutes = min(seconds, toxic.LONGEST) / 60
    probit = law.a + shift + law.b * np.log((cloud.centre * kept * 1e6) ** law.n * minutes)
    return _plume(cloud, probit, law.b * law.n)


def flash_plume(cloud: Cloud, substance: Substance, kept: float = 1.0) -> Plume | None:
    """Death in the open within the lower limit of a cloud that is lit; nobody beyond it."""
    if substance.lower_limit is None:
        return None
    limit = limit_concentration(substance.lower_limit, substance.molar_mass)
    return _plume(cloud, 5 + _FLASH * np.log(cloud.centre * kept / limit), _FLASH)


def mass_within_limits(cloud: Cloud, substance: Substance, rate: float, wind: float) -> float:
    """Mass (kg) of a steady cloud between its source and its lower limit, at most rate x 600 s."""
    if substance.lower_limit is None:
        return 0.0
    limit = limit_concentration(substance.lower_limit, substance.molar_mass)
    inside = cloud.distance[cloud.centre >= limit]
    length = float(inside[-1]) if len(inside) else 0.0
    return min(rate * length / wind, rate * 600.0)


def _vapour(substance: Substance) -> tuple[float, float]:
    """Temperature (K) and density (kg/m3) of a substance's vapour as it leaves a spill."""
    is_vapour_cold = substance.boiling_point < 293.15 < substance.critical_temperature
    warm = max(substance.boiling_point, 200.0) if is_vapour_cold else 293.15
    return warm, ATMOSPHERE * substance.molar_mass / (GAS_CONSTANT * warm)


def _radius(
    distance: FloatArray, volume: float, density: float, air: float, wind: float
) -> FloatArray:
    """Radius (m) of a dense cloud when its front has come to `distance` (m)."""
    start = np.cbrt(volume / np.pi)
    pull = 1.2 * np.sqrt(GRAVITY * (density - air) / air * volume)
    time = np.geomspace(0.01, 1e5, 400)
    radius = np.sqrt(start**2 + pull * time)
    return np.interp(distance, 0.4 * wind * time + radius, radius)


def _along(places: FloatArray, values: FloatArray, passive: FloatArray) -> FloatArray:
    x = np.log(_FAR)
    near = np.exp(np.interp(x, np.log(places), np.log(values)))
    join = float(np.exp(np.interp(np.log(places[-1]), x, np.log(passive))))
    return np.where(places[-1] >= _FAR, near, passive * values[-1] / join)


def _plume(cloud: Cloud, probit: FloatArray, slope: float) -> Plume | None:
    hurts = np.flatnonzero(probit > _NOBODY)
    if not len(hurts):
        return None
    end = min(int(hurts[-1]) + 2, len(probit))
    if end < 2:
        return None
    return Plume(cloud.distance[:end], probit[:end], cloud.spread[:end], slope, cloud.upwind)
