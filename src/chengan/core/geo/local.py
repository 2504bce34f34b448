"""Metres on the ground around a point, and back: for what is reckoned in a few kilometres."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Transformer

from chengan.core.arrays import FloatArray


@dataclass(frozen=True)
class LocalPlan:
    """Metres east and north of a point (degrees, WGS 84), by the azimuthal equidistant projection.

    Distances from the point are exact; at 10 km from it others err by less than 1e-6.

    Source: Snyder (1987), USGS Professional Paper 1395, chapter 25, through PROJ.
    """

    lon: float
    lat: float

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Give metres east and north of positions in degrees."""
        east, north = self._turn().transform(np.asarray(lon, float), np.asarray(lat, float))
        return np.asarray(east, float), np.asarray(north, float)

    def to_degrees(self, east: ArrayLike, north: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Give longitude and latitude of points in metres."""
        turn = self._turn()
        lon, lat = turn.transform(
            np.asarray(east, float), np.asarray(north, float), direction="INVERSE"
        )
        return np.asarray(lon, float), np.asarray(lat, float)

    def _turn(self) -> Transformer:
        return _around(self.lon, self.lat)


@lru_cache(maxsize=256)
def _around(lon: float, lat: float) -> Transformer:
    """The projection around a point; to make one takes 14 ms, and one plan turns thousands."""
    plan = f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +ellps=WGS84 +units=m"
    return Transformer.from_crs("EPSG:4326", plan, always_xy=True)
