"""Who is fed over lines: the nodes that lose every source when a link is closed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from chengan.core import errors
from chengan.core.arrays import BoolArray, FloatArray, IntArray


def fed(nodes: int, start: npt.ArrayLike, end: npt.ArrayLike, sources: npt.ArrayLike) -> BoolArray:
    """Say which nodes are joined to a source, whichever way the links run.

    Parameters
    ----------
    nodes : int, nodes are 0 … nodes - 1
    start, end : arrays of int, shape (links,)
    sources : array of int

    Raises
    ------
    errors.OutOfRange
        If a link or a source names no node.
    """
    begin, stop, feeding = (np.asarray(each, np.int64) for each in (start, end, sources))
    named = np.concatenate([begin, stop, feeding])
    if named.size and (named.min() < 0 or named.max() >= nodes):
        raise errors.OutOfRange(
            "nodes are 0 … {last}, got {least} … {most}",
            last=nodes - 1,
            least=int(named.min()),
            most=int(named.max()),
        )
    graph = coo_array((np.ones(begin.size, np.int8), (begin, stop)), shape=(nodes, nodes))
    _count, piece = connected_components(graph, directed=False)
    return np.asarray(np.isin(piece, piece[feeding]), bool)


def cut_off(
    nodes: int,
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    sources: npt.ArrayLike,
    closed: Sequence[int],
) -> BoolArray:
    """Say which nodes are fed now and not once the links `closed` (their numbers) are shut."""
    begin, stop = np.asarray(start, np.int64), np.asarray(end, np.int64)
    is_open = np.ones(begin.size, bool)
    is_open[list(closed)] = False
    after = fed(nodes, begin[is_open], stop[is_open], sources)
    return fed(nodes, begin, stop, sources) & ~after


def joined(x_m: npt.ArrayLike, y_m: npt.ArrayLike, within_m: float) -> IntArray:
    """Number the places of points: those nearer than `within_m` (also by way of others) are one.

    Parameters
    ----------
    x_m, y_m : arrays, shape (points,), metres on a plane
    """
    points: FloatArray = np.column_stack([np.asarray(x_m, float), np.asarray(y_m, float)])
    if not len(points):
        return np.zeros(0, np.int64)
    pairs = cKDTree(points).query_pairs(within_m, output_type="ndarray")
    near = coo_array((np.ones(len(pairs), np.int8), pairs.T), shape=(len(points),) * 2)
    return np.asarray(connected_components(near, directed=False)[1], np.int64)
