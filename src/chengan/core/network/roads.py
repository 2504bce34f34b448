"""Travel times over roads: lines that share positions are joined there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from chengan.core.arrays import FloatArray, IntArray
from chengan.core.errors import ShapeMismatch
from chengan.core.network import straight

SNAP_M = 300.0
"""A place farther than this from every road is not on the roads."""
DECIMALS = 7  # degrees: 1 cm


@dataclass(frozen=True)
class Roads:
    """The largest connected part of the roads: nodes and how far neighbours are apart.

    `lon`, `lat`: shape (nodes,), degrees; `lengths`: sparse (nodes, nodes), metres, both ways.
    """

    lon: FloatArray
    lat: FloatArray
    lengths: csr_matrix


def build(lines: Sequence[ArrayLike]) -> Roads:
    """Join road lines, each an array of shape (positions, 2) of degrees, into a graph.

    Raises
    ------
    ShapeMismatch
        If a line has fewer than two positions, or there is no line.
    """
    arrays = [np.round(np.asarray(line, float)[:, :2], DECIMALS) for line in lines]
    if not arrays or any(len(each) < 2 for each in arrays):
        raise ShapeMismatch("roads are lines of two positions or more")
    places, index = np.unique(np.concatenate(arrays), axis=0, return_inverse=True)
    index = np.asarray(index).ravel()
    ends = np.cumsum([len(each) for each in arrays])
    is_step = np.ones(len(index) - 1, bool)
    is_step[ends[:-1] - 1] = False
    start, end = index[:-1][is_step], index[1:][is_step]
    metres = _pair_lengths(places[start], places[end])
    return _largest(places, start, end, metres)


def _pair_lengths(start: FloatArray, end: FloatArray) -> FloatArray:
    middle = np.radians((start[:, 1] + end[:, 1]) / 2)
    east = np.radians(end[:, 0] - start[:, 0]) * np.cos(middle)
    north = np.radians(end[:, 1] - start[:, 1])
    return np.asarray(straight.EARTH_RADIUS_M * np.hypot(east, north), float)


def _largest(places: FloatArray, start: IntArray, end: IntArray, metres: FloatArray) -> Roads:
    count = len(places)
    both = (np.concatenate([start, end]), np.concatenate([end, start]))
    keys, first = np.unique(both[0] * count + both[1], return_inverse=True)
    shortest = np.full(len(keys), np.inf)
    np.minimum.at(shortest, first, np.maximum(np.concatenate([metres, metres]), 1e-3))
    graph = coo_matrix((shortest, (keys // count, keys % count)), shape=(count, count)).tocsr()
    _, part = connected_components(graph, directed=False)
    kept = part == np.bincount(part).argmax()
    return Roads(places[kept, 0], places[kept, 1], graph[kept][:, kept])


def ways_m(
    roads: Roads, from_lon: ArrayLike, from_lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike
) -> FloatArray:
    """Give the shortest way over roads of each pair, metres; NaN where an end is off the roads.

    Each end joins the roads at the nearest node; that straight piece counts too.

    Parameters
    ----------
    from_lon, from_lat : array of float, shape (origins,), degrees
    to_lon, to_lat : array of float, shape (targets,), degrees

    Returns
    -------
    array of float, shape (origins, targets)

    Source: Dijkstra (1959), scipy's implementation.
    """
    begin, begin_m = _nearest(roads, from_lon, from_lat)
    end, end_m = _nearest(roads, to_lon, to_lat)
    nodes, back = np.unique(begin, return_inverse=True)
    over = dijkstra(roads.lengths, directed=False, indices=nodes)[np.asarray(back).ravel()][:, end]
    total = over + begin_m[:, None] + end_m[None, :]
    is_off = (begin_m > SNAP_M)[:, None] | (end_m > SNAP_M)[None, :]
    return np.asarray(np.where(is_off | ~np.isfinite(total), np.nan, total), float)


def _nearest(roads: Roads, lon: ArrayLike, lat: ArrayLike) -> tuple[IntArray, FloatArray]:
    squeeze = np.cos(np.radians(roads.lat.mean()))
    tree = cKDTree(np.column_stack([roads.lon * squeeze, roads.lat]))
    points = np.column_stack([np.asarray(lon, float) * squeeze, np.asarray(lat, float)])
    degrees, node = tree.query(points)
    metres = np.radians(degrees) * straight.EARTH_RADIUS_M
    return np.asarray(node, np.int64), np.asarray(metres, float)
