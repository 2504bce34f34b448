"""From the datums in use in China to WGS 84 and back.

GCJ-02 is WGS 84 shifted by a published-by-measurement series of sines, up to some 700 m; BD-09
shifts GCJ-02 again. Neither authority gives the formulas; these are the ones that became known
in 2010 (an anonymous C# source, "WGS2Mars") and in BD-09's polar form, and that the map services'
own answers agree with to about a metre. The inverse is found by iteration to below 1e-9 degree,
so that a round trip costs nothing; the metre of the formulas themselves remains.

CGCS2000 (EPSG:4490) differs from today's WGS 84 by centimetres, less than a city's survey:
geographic CGCS2000 is taken as WGS 84; its Gauss-Krueger grids are turned by PROJ.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from pyproj import Transformer
from pyproj.exceptions import CRSError

from chengan.core.arrays import BoolArray, FloatArray
from chengan.core.geo.errors import NotInSystem, UnknownSystem

Degrees = FloatArray
Pair = tuple[Degrees, Degrees]

NAMED_SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
KRASOVSKY_AXIS = 6378245.0  # metres
KRASOVSKY_E2 = 0.00669342162296594323
BD_TURN = np.pi * 3000.0 / 180.0
BD_LON, BD_LAT = 0.0065, 0.006
ROUNDS = 12
CLOSE = 1e-11  # degrees, about a micrometre


def is_shifted(lon: ArrayLike, lat: ArrayLike) -> BoolArray:
    """Say where GCJ-02 shifts: inside the published rectangle round China.

    The rectangle, not the border: it also holds Korea, Mongolia and much of South-East Asia.

    Parameters
    ----------
    lon, lat : array of float, degrees, WGS 84
    """
    east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return (east >= WEST) & (east <= EAST) & (north >= SOUTH) & (north <= NORTH)


def _waves(x: Degrees, *terms: tuple[float, float]) -> Degrees:
    total: Degrees = sum((size * np.sin(x * np.pi * turn) for size, turn in terms), np.zeros(()))
    return total * (2.0 / 3.0)


def _offset(lon: Degrees, lat: Degrees) -> Pair:
    """Give what GCJ-02 adds to longitude and latitude, degrees, whether in China or not."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    short = _waves(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + short
    north = north + _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + short
    east = east + _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    angle = np.radians(lat)
    squash = 1.0 - KRASOVSKY_E2 * np.sin(angle) ** 2
    meridian = KRASOVSKY_AXIS * (1.0 - KRASOVSKY_E2) / squash**1.5
    parallel = KRASOVSKY_AXIS / np.sqrt(squash) * np.cos(angle)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _inverse(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """Find what `forward` turns into lon, lat, by repeated correction."""
    east, north = lon.copy(), lat.copy()
    for _ in range(ROUNDS):
        there = forward(east, north)
        step_east, step_north = lon - there[0], lat - there[1]
        east, north = east + step_east, north + step_north
        if max(np.abs(step_east).max(initial=0), np.abs(step_north).max(initial=0)) < CLOSE:
            break
    return east, north


def _shifted(lon: Degrees, lat: Degrees) -> Pair:
    """Apply the shift of GCJ-02 without asking whether the point is in China."""
    east, north = _offset(lon, lat)
    return lon + east, lat + north


def _pair(lon: ArrayLike, lat: ArrayLike) -> Pair:
    east, north = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    return east, north


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Give GCJ-02 longitude and latitude; unchanged outside the rectangle of `is_shifted`.

    Parameters
    ----------
    lon, lat : array of float, degrees, WGS 84

    Source: the series known as WGS2Mars (2010), Krasovsky 1940 ellipsoid.
    """
    east, north = _pair(lon, lat)
    inside = is_shifted(east, north)
    there = _shifted(np.where(inside, east, 105.0), np.where(inside, north, 35.0))
    return np.where(inside, there[0], east), np.where(inside, there[1], north)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Give WGS 84 longitude and latitude, the exact inverse of `wgs84_to_gcj02` (< 1e-9 degree).

    A point within a kilometre outside the rectangle's edge may have two answers; the one inside
    is given.
    """
    east, north = _pair(lon, lat)
    near = is_shifted(np.clip(east, WEST, EAST), np.clip(north, SOUTH, NORTH))
    near &= (np.abs(east - np.clip(east, WEST, EAST)) < 0.02) & (
        np.abs(north - np.clip(north, SOUTH, NORTH)) < 0.02
    )
    back = _inverse(_shifted, np.where(near, east, 105.0), np.where(near, north, 35.0))
    inside = near & is_shifted(*back)
    return np.where(inside, back[0], east), np.where(inside, back[1], north)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Give BD-09 longitude and latitude of GCJ-02 ones; degrees.

    Source: BD-09's published polar form: radius and angle each moved by a small sine.
    """
    east, north = _pair(lon, lat)
    radius = np.hypot(east, north) + 2e-5 * np.sin(north * BD_TURN)
    angle = np.arctan2(north, east) + 3e-6 * np.cos(east * BD_TURN)
    return radius * np.cos(angle) + BD_LON, radius * np.sin(angle) + BD_LAT


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Give GCJ-02 longitude and latitude, the exact inverse of `gcj02_to_bd09` (< 1e-9 degree)."""
    return _inverse(gcj02_to_bd09, *_pair(lon, lat))


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Give BD-09 longitude and latitude of WGS 84 ones; degrees.

    Outside the rectangle of `is_shifted` BD-09 is not in use: the point is left as it is.
    """
    east, north = _pair(lon, lat)
    there = gcj02_to_bd09(*wgs84_to_gcj02(east, north))
    inside = is_shifted(east, north)
    return np.where(inside, there[0], east), np.where(inside, there[1], north)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Give WGS 84 longitude and latitude, the exact inverse of `wgs84_to_bd09` (< 1e-9 degree)."""
    east, north = _pair(lon, lat)
    flat = bd09_to_gcj02(east, north)
    back = gcj02_to_wgs84(*flat)
    inside = is_shifted(*back)
    return np.where(inside, back[0], east), np.where(inside, back[1], north)


def _same(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return _pair(lon, lat)


TO_WGS84: dict[str, Callable[[ArrayLike, ArrayLike], Pair]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
FROM_WGS84: dict[str, Callable[[ArrayLike, ArrayLike], Pair]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}


def system_named(text: str) -> str:
    """Give the canonical name of a coordinate system: one of NAMED_SYSTEMS or `epsg:NNNN`.

    Raises
    ------
    UnknownSystem
        If nothing goes by that name.
    """
    name = text.strip().lower().replace("-", "").replace("_", "").replace(" ", "")
    name = {"epsg:4326": "wgs84", "epsg:4490": "cgcs2000", "crs84": "wgs84"}.get(name, name)
    if name not in NAMED_SYSTEMS:
        _projection(name)
    return name


@lru_cache(maxsize=64)
def _projection(name: str) -> Transformer:
    code = name.removeprefix("epsg:")
    if not (name.startswith("epsg:") and code.isdecimal()):
        raise UnknownSystem(
            f"{name!r} is no coordinate system: use {', '.join(NAMED_SYSTEMS)}"
            " or epsg: and a number, such as epsg:4528"
        )
    try:
        return Transformer.from_crs(f"EPSG:{code}", "EPSG:4326", always_xy=True)
    except CRSError as error:
        raise UnknownSystem(f"EPSG has no coordinate system {code}") from error


def to_wgs84(first: ArrayLike, second: ArrayLike, system: str) -> Pair:
    """Give WGS 84 longitude and latitude, degrees, of positions in `system`.

    Parameters
    ----------
    first, second : array of float
        Longitude and latitude in degrees; for projected systems easting and northing in the
        system's unit (a Chinese survey's y and x: the easting has the zone number in front).
    system : str
        One of NAMED_SYSTEMS, or `epsg:NNNN`.

    Raises
    ------
    UnknownSystem
        If nothing goes by that name.
    NotInSystem
        If a finite position cannot be turned, or lands outside the Earth.
    """
    name = system_named(system)
    east, north = _pair(first, second)
    given = np.isfinite(east) & np.isfinite(north)
    if name in TO_WGS84:
        lon, lat = TO_WGS84[name](east, north)
    else:
        lon, lat = (
            np.asarray(part, np.float64) for part in _projection(name).transform(east, north)
        )
    lost = given & ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    if lost.any():
        place = int(np.flatnonzero(lost.ravel())[0])
        raise NotInSystem(
            f"({east.ravel()[place]:.10g}, {north.ravel()[place]:.10g}) is no position in {name}; "
            "expected longitude, latitude in degrees, or easting, northing of that projection"
        )
    return lon, lat


def from_wgs84(lon: ArrayLike, lat: ArrayLike, system: str) -> Pair:
    """Give positions in `system` of WGS 84 longitude and latitude; the inverse of `to_wgs84`."""
    name = system_named(system)
    if name in FROM_WGS84:
        return FROM_WGS84[name](lon, lat)
    east, north = _projection(name).transform(*_pair(lon, lat), direction="INVERSE")
    return np.asarray(east, np.float64), np.asarray(north, np.float64)


def gauss_kruger_epsg(lon: float, *, width: int = 3, zone_in_easting: bool = True) -> str:
    """Name the CGCS2000 Gauss-Krueger grid that holds a longitude: `epsg:4513` … `epsg:4554`.

    Parameters
    ----------
    lon : float, degrees; 73.5 to 136.5 (3°) or 72 to 138 (6°)
    width : int, degrees; 3 or 6
    zone_in_easting : bool
        True for eastings of eight digits that begin with the zone number.

    Raises
    ------
    NotInSystem
        If no zone of China holds the longitude.

    Source: GB/T 22021 zones; EPSG 4491-4501, 4502-4512 (6°), 4513-4533, 4534-4554 (3°).
    """
    firsts = {3: (25, 45, 4513, 4534), 6: (13, 23, 4491, 4502)}
    if width not in firsts:
        raise NotInSystem(f"Gauss-Krueger zones are 3 or 6 degrees wide, not {width}")
    low, high, with_zone, without = firsts[width]
    zone = int((lon + 1.5) // 3) if width == 3 else int(lon // 6) + 1
    if not low <= zone <= high:
        raise NotInSystem(f"longitude {lon:g} is in no {width}° zone of China ({low} to {high})")
    return f"epsg:{(with_zone if zone_in_easting else without) + zone - low}"
