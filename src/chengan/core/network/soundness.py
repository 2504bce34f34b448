"""Is what a foreign engine calls "converged" physically possible? Mass balance and pressure."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.sentences import Sentence

BALANCE_SHARE: Final = 0.01
"""Largest flow lost or made at a node, as a share of the network's whole demand [ours]."""
SILLY_HEAD: Final = 1000.0
"""Pressure head, m, beyond which no city network works [ours]."""


@dataclass(frozen=True)
class Verdict:
    """`faults` empty: believed; `negative_share` of node-times with pressure below zero."""

    faults: tuple[Sentence, ...]
    worst_imbalance: float
    negative_share: float


def hydraulics(
    *,
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    flow: npt.ArrayLike,
    demand: npt.ArrayLike,
    pressure: npt.ArrayLike,
    is_source: npt.ArrayLike,
    is_demand_fixed: bool,
) -> Verdict:
    """Check a run of a pipe network.

    Parameters
    ----------
    start, end : arrays of int, shape (links,): the nodes that each link joins
    flow : array, shape (times, links), m3/s, from start to end
    demand : array, shape (times, nodes), m3/s, what leaves the network at each node
    pressure : array, shape (times, nodes), m of water
    is_source : array of bool, shape (nodes,): tanks and reservoirs, where water may come or stay
    is_demand_fixed : bool
        True when the engine delivers demands whatever the pressure: then delivery at negative
        pressure is nonsense and refused.

    Raises
    ------
    errors.ShapeMismatch
        If the columns do not belong together.
    """
    flow_, demand_ = np.atleast_2d(flow), np.atleast_2d(demand)
    head, source = np.atleast_2d(pressure), np.asarray(is_source, dtype=bool)
    if flow_.shape[0] != demand_.shape[0] or demand_.shape != head.shape:
        raise errors.ShapeMismatch(f"flow {flow_.shape}, demand {demand_.shape}, {head.shape}")
    faults = []
    if not (np.isfinite(flow_).all() and np.isfinite(head).all() and np.isfinite(demand_).all()):
        return Verdict((Sentence("flows or pressures are not numbers"),), math.nan, math.nan)
    net = -demand_.astype(np.float64)
    for time in range(flow_.shape[0]):
        np.add.at(net[time], np.asarray(end), flow_[time])
        np.subtract.at(net[time], np.asarray(start), flow_[time])
    whole = max(float(np.abs(demand_[:, ~source]).sum(axis=1).max(initial=0.0)), 1e-6)
    worst = float(np.abs(net[:, ~source]).max(initial=0.0)) / whole
    if worst > BALANCE_SHARE:
        faults.append(
            Sentence(
                "water is lost or made at a node: {share:.1%} of the whole demand", share=worst
            )
        )
    if np.abs(head).max(initial=0.0) > SILLY_HEAD:
        faults.append(
            Sentence("a pressure of {head:.0f} m is not possible", head=float(np.abs(head).max()))
        )
    served = (demand_ > 1e-9) & ~source
    below = served & (head < -0.01)
    share = float(below.sum()) / max(int(served.sum()), 1)
    if is_demand_fixed and share > 0:
        faults.append(
            Sentence(
                "water is delivered at negative pressure at {share:.1%} of the nodes", share=share
            )
        )
    return Verdict(tuple(faults), worst, share)
