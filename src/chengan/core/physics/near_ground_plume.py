"""A passive plume from a source near the ground, by surface-layer similarity.

The vertical spread solves the diffusion equation of the surface layer (wind and diffusivity both
grow with height); the sideways spread is Gaussian. Nothing is fitted to single experiments.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_banded

from chengan.core.arrays import FloatArray
from chengan.core.physics import stability as pasquill
from chengan.core.physics import surface_layer
from chengan.core.physics.constants import VON_KARMAN
from chengan.core.physics.ranges import positive, within

_LEVELS = 160
_STEPS = 600
_MIXING = 1000.0  # m, depth in which thermals turn over, for the sideways gusts of unstable air


@dataclass(frozen=True)
class Air:
    """The surface layer: wind (m/s) at a height (m), roughness (m), and 1/L (1/m)."""

    wind: float
    wind_height: float
    roughness: float
    obukhov_inverse: float

    @classmethod
    def of_class(cls, stability: str, wind: float, wind_height: float, roughness: float) -> "Air":
        """The layer of a Pasquill class, its 1/L after Golder."""
        inverse = float(pasquill.obukhov_inverse(stability, roughness))
        return cls(float(wind), float(wind_height), float(roughness), inverse)


def near_ground_concentration(
    rate: float,
    distance: npt.ArrayLike,
    air: Air,
    *,
    source_height: float = 0.5,
    height: float = 1.5,
    offset: npt.ArrayLike = 0.0,
    averaging: float = 600.0,
) -> FloatArray:
    """Concentration (kg/m3) downwind of a steady source of passive gas near the ground.

    Parameters
    ----------
    rate : kg/s; distance : downwind, m, 10 to 2000; offset : crosswind, m
    air : the surface layer; source_height : m, 0.1 to 5; height : of the receptor, m, 0 to 10
    averaging : s, 60 to 3600

    Returns
    -------
    array of the broadcast shape of distance and offset

    Raises
    ------
    errors.OutOfRange
        For an argument outside its range. A dense or hot gas is not passive: see `richardson`.

    Source: van Ulden (1978), Atmos. Environ. 12:2125 (theory); diffusivity k u* z / phi_h after
    Dyer (1974); sideways gusts after Panofsky et al. (1977), Boundary-Layer Meteorol. 11:355;
    docs/models/near_ground_plume.md.
    """
    q = float(positive("rate", rate, unit="kg/s"))
    x = within("distance", distance, 10, 2000, unit="m")
    y = np.asarray(offset, dtype=np.float64)
    within("source_height", source_height, 0.1, 5, unit="m")
    within("height", height, 0, 10, unit="m")
    within("averaging", averaging, 60, 3600, unit="s")
    across, speed = crosswind_integrated(x, air, source_height, height)
    wide = sideways_spread(x, air, speed, averaging)
    return q * across / (np.sqrt(2 * np.pi) * wide) * np.exp(-0.5 * (y / wide) ** 2)


def crosswind_integrated(
    distance: npt.ArrayLike, air: Air, source_height: float, height: float
) -> tuple[FloatArray, FloatArray]:
    """Concentration summed across the wind for 1 kg/s (s/m2), and the plume's own speed (m/s).

    Thermals carry a plume up faster than any diffusivity: in unstable air the free-convection
    limit of Nieuwstadt (1980), J. Appl. Meteorol. 19:157, holds where it is the lower.
    """
    path, fields, speeds, levels = _march(air, float(source_height))
    x = np.asarray(distance, dtype=np.float64)
    at_height = np.array([np.interp(height, levels, row) for row in fields])
    value = np.exp(np.interp(np.log(x), np.log(path), np.log(np.maximum(at_height, 1e-300))))
    speed = np.interp(np.log(x), np.log(path), speeds)
    if air.obukhov_inverse < 0:
        value = np.minimum(value, _free_convection(x, air, speed))
    return value, speed


def sideways_spread(
    distance: npt.ArrayLike, air: Air, speed: npt.ArrayLike, averaging: float
) -> FloatArray:
    """Standard deviation (m) across the wind at `distance` (m) of a plume that moves at `speed`.

    Source: Panofsky et al. (1977): (1.9 u*)^2 from shear, an hour's mean, and 0.35 w*^2 from
    thermals, which ten minutes already hold (Nieuwstadt 1980); the fall-off with travel time by
    Irwin (1983), J. Clim. Appl. Meteorol. 22:92; averaging time to the power 0.2.
    """
    friction = _friction(air)
    thermals = max(-_MIXING * air.obukhov_inverse / VON_KARMAN, 0.0) ** (2 / 3) * friction**2
    shear = (1.9 * friction) ** 2 * (averaging / 3600.0) ** 0.4
    gust = np.sqrt(shear + 0.35 * thermals * (averaging / 600.0) ** 0.4)
    time = np.asarray(distance, dtype=np.float64) / np.asarray(speed)
    return gust * time / (1 + 0.9 * np.sqrt(time / 1000.0))


def _free_convection(x: FloatArray, air: Air, speed: FloatArray) -> FloatArray:
    length = -1 / air.obukhov_inverse
    scale = np.sqrt(VON_KARMAN * length * speed) / _friction(air) ** 1.5
    return 0.9 * scale * x**-1.5


def _friction(air: Air) -> float:
    return float(
        surface_layer.friction_velocity(
            air.wind, air.wind_height, air.roughness, air.obukhov_inverse
        )
    )


@lru_cache(maxsize=256)
def _march(air: Air, source_height: float) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """March the crosswind-integrated plume downwind: path (m), fields, mean speeds, levels."""
    inverse, z0 = air.obukhov_inverse, air.roughness
    friction = _friction(air)
    edges = np.geomspace(z0 * 1.5, 600.0, _LEVELS + 1)
    levels = np.sqrt(edges[1:] * edges[:-1])
    thick = np.diff(edges)
    wind = np.maximum(surface_layer.wind_at(levels, friction, z0, inverse), 0.05)
    between = edges[1:-1]
    mixing = VON_KARMAN * friction * between / surface_layer.heat_gradient(between, inverse)
    lift = mixing / np.diff(levels)
    path = np.geomspace(0.05, 2100.0, _STEPS)
    column = np.zeros(_LEVELS)
    cell = int(np.argmin(np.abs(levels - source_height)))
    column[cell] = 1.0 / (wind[cell] * thick[cell])
    fields, speeds, before = [], [], 0.0
    for here in path:
        column = _diffuse(column, wind * thick, lift, here - before)
        before = here
        fields.append(column)
        total = column * thick
        speeds.append(float(np.sum(total * wind) / np.sum(total)))
    return path, np.array(fields), np.array(speeds), levels


def _diffuse(column: FloatArray, carry: FloatArray, lift: FloatArray, step: float) -> FloatArray:
    """One implicit step of u dc/dx = d/dz (K dc/dz), no flux through ground and lid."""
    bands = np.zeros((3, len(column)))
    bands[1] = carry
    bands[1, :-1] += step * lift
    bands[1, 1:] += step * lift
    bands[0, 1:] = -step * lift
    bands[2, :-1] = -step * lift
    return solve_banded((1, 1), bands, carry * column)
