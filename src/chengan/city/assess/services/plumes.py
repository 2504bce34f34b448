"""Where a release blows: outlines on the map for an incident, by the risk core's own cloud laws."""

from typing import Any

import numpy as np

from chengan.core.geo.local import LocalPlan
from chengan.core.physics.ranges import within
from chengan.core.physics.substances import OFFERED, substance
from chengan.core.risk import plume_outline
from chengan.core.risk.clouds import steady_cloud
from chengan.core.risk.weather import WeatherClass

METHANE = ("74-82-8", "甲烷（天然气）", "methane (natural gas)")
SUBSTANCES = (METHANE, *OFFERED)
LEAST_WIND = 0.5
"""m/s; the laws hold from here on: in a calm nobody can say where a cloud goes."""


def plume(
    *, cas: str, rate: float, stability: str, wind: float, wind_from: float, lon: float, lat: float
) -> dict[str, Any]:
    """Give the outlines of a steady release, the largest first, as plain values.

    Parameters
    ----------
    rate : kg/s; wind : m/s at 10 m; wind_from : degrees, as weather stations say it
    stability : Pasquill's letter, A to F

    Returns
    -------
    dict
        `outlines`: for each limit its code, kg/m3, source, mark, reach (m) and a closed ring of
        [longitude, latitude]; `is_dense`; `law`: the page of docs/models that holds.

    Raises
    ------
    core.errors.OutOfRange
        For figures outside the laws' ranges, or a substance of which no limit is known.
    """
    within("rate", rate, 1e-6, 1e4, unit="kg/s")
    within("wind_from", wind_from, 0, 360, unit="°")
    what, plan = substance(cas), LocalPlan(lon, lat)
    cloud = steady_cloud(rate, what, WeatherClass(stability, wind))
    turn = np.radians(wind_from + 180.0)
    outlines = []
    for limit in reversed(plume_outline.limits_of(what)):
        line = plume_outline.outline(cloud, limit.concentration)
        if line is None:
            continue
        along, across = line
        east = along * np.sin(turn) + across * np.cos(turn)
        north = along * np.cos(turn) - across * np.sin(turn)
        ring = np.round(np.column_stack(plan.to_degrees(east, north)), 6).tolist()
        ring[-1] = ring[0]
        outlines.append({**vars(limit), "reach_m": float(along.max()), "ring": ring})
    return {
        "outlines": outlines,
        "is_dense": cloud.is_dense,
        "law": "dense_gas" if cloud.is_dense else "gaussian_plume",
    }
