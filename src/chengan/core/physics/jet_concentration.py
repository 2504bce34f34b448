"""Concentration in a free, round, turbulent jet of gas that may rise: one-dimensional integrals."""

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from chengan.core.arrays import FloatArray
from chengan.core.physics.constants import GRAVITY
from chengan.core.physics.ranges import positive, within

SPREAD = 1.16  # width of concentration over width of velocity
MOMENTUM_ENTRAINMENT = 0.282  # Ricou and Spalding (1961)
_LARGEST = 0.082  # entrainment coefficient of a plume, Houf and Schefer (2008)
_CORE = 6.2  # diameters until the profiles are Gaussian
_RATIO = SPREAD**2


@dataclass(frozen=True)
class Jet:
    """A jet along its axis, one row a point: path, place (m), widths (m), speed, mass fraction."""

    path: FloatArray
    across: FloatArray
    height: FloatArray
    width: FloatArray
    speed: FloatArray
    mass_fraction: FloatArray
    mole_fraction: FloatArray
    density: FloatArray


def free_jet(
    diameter: float,
    speed: float,
    density: float,
    *,
    density_air: float,
    molar_mass_ratio: float,
    angle: float = 0.0,
    momentum_factor: float = 1.0,
    length: float | None = None,
    points: int = 400,
) -> Jet:
    """Follow a jet of a gas at the temperature of the air, from its (notional) nozzle.

    Parameters
    ----------
    diameter : m, above 0; speed : m/s, 0.1 to 5000; density : kg/m3 of the gas at the nozzle
    molar_mass_ratio : of air over gas; angle : rad above the horizon
    momentum_factor : of the nozzle's profile, 1 flat, 4/3 fully developed laminar pipe flow
    length : m to follow; 4000 diameters unless told

    Raises
    ------
    errors.OutOfRange
        For figures outside the ranges above, or a densimetric Froude number below 10, where the
        jet is a plume from the first and the law has no data.

    Source: Houf and Schefer (2008), Int. J. Hydrogen Energy 33:1435; docs/models/
    jet_concentration.md.
    """
    d = float(positive("diameter", diameter, unit="m"))
    v = float(within("speed", speed, 0.1, 5000, unit="m/s"))
    gas = float(positive("density", density, unit="kg/m3"))
    air = float(positive("density_air", density_air, unit="kg/m3"))
    froude = v / np.sqrt(GRAVITY * d * max(abs(air - gas), 1e-9) / gas)
    within("densimetric Froude number", froude, 10)
    flow = _Flow(d, v, gas, air, froude, momentum_factor)
    end = length or 4000 * d
    start = _CORE * d
    if end <= start:
        end = start * 2
    path = np.geomspace(start, end, points)
    first = flow.start(angle, start)
    solved = solve_ivp(flow.slope, (start, end), first, t_eval=path, rtol=1e-7, atol=1e-12)
    return flow.jet(solved.t, solved.y, molar_mass_ratio)


def radial_mass_fraction(
    jet: Jet, distance: float, radius: FloatArray, density_air: float
) -> FloatArray:
    """Mass fraction at `radius` (m, any shape) from the axis at path `distance` (m).

    Density times mass fraction is Gaussian, and so is the lack of density, both of one width.

    Raises
    ------
    errors.OutOfRange
        For a distance off the jet's path.
    """
    within("distance", distance, float(jet.path[0]), float(jet.path[-1]), unit="m")
    at = [float(np.interp(distance, jet.path, column)) for column in _profile(jet)]
    width, fraction, density = at
    bell = np.exp(-((np.asarray(radius) / (SPREAD * width)) ** 2))
    return density * fraction * bell / (density_air + (density - density_air) * bell)


def _profile(jet: Jet) -> tuple[FloatArray, FloatArray, FloatArray]:
    return jet.width, jet.mass_fraction, jet.density


class _Flow:
    """Fluxes of one jet: mass, momentum across and up; species is constant."""

    def __init__(self, d: float, v: float, gas: float, air: float, froude: float, b: float) -> None:
        self.gas, self.air = gas, air
        self.species = np.pi / 4 * d**2 * gas * v
        self.force = b * self.species * v
        self.push = MOMENTUM_ENTRAINMENT * np.sqrt(self.force / air)
        self.lift = _buoyant_coefficient(froude)

    def start(self, angle: float, path: float) -> list[float]:
        """Fluxes and place where the profiles have become Gaussian, with the nozzle's speed."""
        mass = self._mass((_RATIO + 1) / (2 * _RATIO))
        forces = [self.force * np.cos(angle), self.force * np.sin(angle)]
        return [mass, *forces, path * np.cos(angle), path * np.sin(angle)]

    def slope(self, _path: float, y: FloatArray) -> list[float]:
        """Change of the fluxes along the path."""
        width, speed, _fraction, density = self._centre(y)
        force = np.hypot(y[1], y[2])
        up = y[2] / force
        lack = np.maximum(np.abs(self.air - density), 1e-12)
        local = speed**2 * self.gas / (GRAVITY * width * lack)
        rise = np.asarray(self.lift / local * 2 * np.pi * speed * width * up)
        most = _LARGEST * 2 * np.pi * speed * width
        inflow = np.maximum(np.minimum(self.push + np.maximum(rise, 0.0), most), self.push)
        weight = np.pi * GRAVITY * _RATIO * width**2 * (self.air - density)
        return [self.air * inflow, 0.0, weight, y[1] / force, up]

    def jet(self, path: FloatArray, y: FloatArray, molar_mass_ratio: float) -> Jet:
        """The finished columns."""
        width, speed, fraction, density = self._centre(y)
        mole = fraction * molar_mass_ratio / (1 + fraction * (molar_mass_ratio - 1))
        return Jet(path, y[3], y[4], width, speed, fraction, mole, density)

    def _mass(self, fraction: float) -> float:
        lack = 1 - self.air / self.gas
        return float(self.species * ((1 + _RATIO) / _RATIO * (1 / fraction - lack) + lack))

    def _centre(self, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        lack = 1 - self.air / self.gas
        inverse = (y[0] / self.species - lack) * _RATIO / (1 + _RATIO) + lack
        fraction = 1 / inverse
        density = 1 / (fraction / self.gas + (1 - fraction) / self.air)
        flow = self.species * (1 + _RATIO) / (np.pi * _RATIO * density * fraction)
        dense = self.air / 2 + (density - self.air) * _RATIO / (2 * _RATIO + 1)
        speed = np.hypot(y[1], y[2]) / (np.pi * flow * dense)
        return np.sqrt(flow / speed), speed, fraction, density


def _buoyant_coefficient(froude: float) -> float:
    """Houf and Schefer's fit of the buoyant entrainment to the nozzle's Froude number."""
    if froude >= 268:
        return 0.97
    return 17.313 - 0.11665 * froude + 2.0771e-4 * froude**2
