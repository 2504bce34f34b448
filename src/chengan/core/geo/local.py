"""Metres on the ground around a point, and back: for what is reckoned in a few kilometres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from chengan.core.arrays import FloatArray
from chengan.core.geo.distance import ELLIPSOID


@dataclass(frozen=True)
class LocalPlan:
    """Metres east and north of a point (degrees, WGS 84): distance and bearing laid flat.

    This is the azimuthal equidistant projection: distances from the point are exact; at 10 km
    from it others err by less than 1e-6.

    Source: Snyder (1987), USGS Professional Paper 1395, chapter 25; Karney (2013) through PROJ.
    """

    lon: float
    lat: float

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Give metres east and north of positions in degrees, of the given shape."""
        lons, lats = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
        here = np.full(lons.size, self.lon), np.full(lons.size, self.lat)
        bearing, _back, far = ELLIPSOID.inv(*here, lons.ravel(), lats.ravel())
        angle = np.radians(bearing).reshape(lons.shape)
        away = np.asarray(far, float).reshape(lons.shape)
        return away * np.sin(angle), away * np.cos(angle)

    def to_degrees(self, east: ArrayLike, north: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Give longitude and latitude of points in metres, of the given shape."""
        x, y = np.broadcast_arrays(np.asarray(east, float), np.asarray(north, float))
        here = np.full(x.size, self.lon), np.full(x.size, self.lat)
        bearing = np.degrees(np.arctan2(x, y)).ravel()
        lon, lat, _back = ELLIPSOID.fwd(*here, bearing, np.hypot(x, y).ravel())
        return np.asarray(lon, float).reshape(x.shape), np.asarray(lat, float).reshape(x.shape)
