"""Points that lie near each other, link by link."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from chengan.core.arrays import IntArray
from chengan.core.geo.errors import NotInSystem
from chengan.core.geo.local import LocalPlan


def clusters(lon: ArrayLike, lat: ArrayLike, reach_m: float) -> IntArray:
    """Number of each point's cluster, from 0: steps of `reach_m` at most lead from one to another.

    Parameters
    ----------
    lon, lat : array of float, shape (points,), degrees WGS 84, within some 50 km

    Raises
    ------
    NotInSystem
        If the reach is negative or not a number.
    """
    if not reach_m >= 0:
        raise NotInSystem(f"a distance is 0 m or more, got {reach_m:g} m")
    lons, lats = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if not len(lons):
        return np.zeros(0, np.int64)
    plan = LocalPlan(float(lons.mean()), float(lats.mean()))
    tree = cKDTree(np.stack(plan.to_metres(lons, lats), axis=1))
    near = tree.sparse_distance_matrix(tree, reach_m, output_type="coo_matrix")
    near.data += 1.0  # points in one place are linked too
    _count, labels = connected_components(near, directed=False)
    return np.asarray(labels, np.int64)
