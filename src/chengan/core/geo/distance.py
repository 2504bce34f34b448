"""Distances on the ellipsoid, and plans laid on the ground."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Geod

from chengan.core.arrays import BoolArray, FloatArray
from chengan.core.geo.errors import NotInSystem

ELLIPSOID = Geod(ellps="WGS84")


def distances_m(lon: float, lat: float, lons: ArrayLike, lats: ArrayLike) -> FloatArray:
    """Give the distance of each point from one point, metres; NaN for a point not on Earth.

    Parameters
    ----------
    lon, lat : float, degrees, WGS 84
    lons, lats : array of float, shape (points,), degrees

    Source: Karney (2013), geodesics on the ellipsoid, through PROJ; nanometres.
    """
    east, north = (
        part.ravel()
        for part in np.broadcast_arrays(np.asarray(lons, np.float64), np.asarray(lats, np.float64))
    )
    _, _, metres = ELLIPSOID.inv(np.full(east.shape, lon), np.full(north.shape, lat), east, north)
    return np.asarray(metres, np.float64)


def within_distance_m(
    lon: float, lat: float, lons: ArrayLike, lats: ArrayLike, metres: float
) -> BoolArray:
    """Say which points lie within `metres` of one point, that distance included.

    Parameters
    ----------
    lon, lat : float, degrees, WGS 84
    lons, lats : array of float, shape (points,), degrees
    metres : float, >= 0

    Raises
    ------
    NotInSystem
        If the distance is negative or not a number.
    """
    if not metres >= 0:
        raise NotInSystem(f"a distance is 0 m or more, got {metres:g} m")
    return distances_m(lon, lat, lons, lats) <= metres


def box_around(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """Give west, south, east, north (degrees) of a box that holds the circle around a point.

    It may be a little larger; near a pole it is as wide as a hundredth of a full turn allows.

    Parameters
    ----------
    lon, lat : float, degrees, WGS 84
    metres : float, >= 0
    """
    least_radius = ELLIPSOID.a * (1 - ELLIPSOID.es)  # of the meridian, at the equator
    north = math.degrees(metres / least_radius)
    east = north / max(0.01, math.cos(math.radians(min(90.0, abs(lat) + north))))
    return lon - east, lat - north, lon + east, lat + north


@dataclass(frozen=True)
class Placement:
    """Where a plan without coordinates lies: an affine turn, scale and shift.

    The plan's point (x, y) lies at the anchor; one plan unit is `metres_per_unit` long; the
    plan's y axis points `rotation_deg` clockwise from north.
    """

    lon: float
    lat: float
    metres_per_unit: float = 1.0
    rotation_deg: float = 0.0
    x: float = 0.0
    y: float = 0.0

    def __post_init__(self) -> None:
        if not (self.metres_per_unit > 0 and abs(self.lon) <= 180 and abs(self.lat) < 90):
            raise NotInSystem(
                f"a plan needs an anchor on Earth and more than 0 m a unit, got ({self.lon:g}, "
                f"{self.lat:g}) and {self.metres_per_unit:g} m"
            )


def placed(x: ArrayLike, y: ArrayLike, placement: Placement) -> tuple[FloatArray, FloatArray]:
    """Give longitude and latitude, degrees WGS 84, of a plan's points.

    Distances and directions from the anchor are kept exactly (azimuthal equidistant).

    Parameters
    ----------
    x, y : array of float, plan units
    """
    right = (np.asarray(x, np.float64) - placement.x) * placement.metres_per_unit
    up = (np.asarray(y, np.float64) - placement.y) * placement.metres_per_unit
    right, up = np.broadcast_arrays(right, up)
    azimuth = np.degrees(np.arctan2(right, up)) + placement.rotation_deg
    start = np.full(right.shape, placement.lon), np.full(right.shape, placement.lat)
    lon, lat, _ = ELLIPSOID.fwd(*start, azimuth, np.hypot(right, up))
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)
