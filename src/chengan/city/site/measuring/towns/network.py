"""A made-up town: six districts, seven tanks, five pumping stations; its measures are drawn."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from chengan.city.site.measuring.towns import control, demand

_TANKS: Final = {
    "T1": (105.0, 24.0, 6.5), "T2": (82.0, 16.0, 5.9), "T3": (140.0, 18.0, 6.75),
    "T4": (145.0, 18.0, 4.7), "T5": (178.0, 13.0, 4.5), "T6": (136.0, 11.0, 5.5),
    "T7": (135.5, 14.0, 5.0),
}  # fmt: skip
"""Elevation, diameter and height in m, the last two before they are varied."""
TANKS: Final = tuple(_TANKS)
FILLED: Final = 0.6
"""Share of its height to which every tank is filled when a simulation begins."""
STATION: Final = {
    "PU1": 1, "PU2": 1, "PU3": 1, "PU4": 2, "PU5": 2, "PU6": 3, "PU7": 3, "PU8": 4, "PU9": 4,
    "PU10": 5, "PU11": 5,
}  # fmt: skip
"""The station in which each pump stands: it takes from node `s1` to `s5`, gives to `d1` to `d5`."""
STATIONS: Final = {
    "s1": 50, "d1": 50, "s2": 55, "d2": 55, "s3": 55, "d3": 55, "s4": 90, "d4": 90, "s5": 55,
    "d5": 55, "u2": 50, "w2": 45,
}  # fmt: skip
"""Nodes before and after each station and the valve, with their elevation in m."""
_PUMPS: Final = {1: (95, 54), 2: (42, 46), 3: (52, 50), 4: (24, 42), 5: (30, 41)}
"""Flow (L/s) and head (m) at which a pump of each station works."""
_RING: Final = ((0, 1), (1, 2), (0, 3), (3, 4), (2, 4))
"""Pipes of a district, between its five junctions."""


@dataclass(frozen=True)
class _District:
    """Elevation of its junctions, where its water enters, width of its pipes (m), its tanks."""

    elevation: float
    entry: str
    width: float
    tanks: tuple[str, ...]


_CENTRE: Final = _District(58, "d1", 0.40, ("T1",))
_HILL: Final = _District(90, "d3", 0.27, ("T4",))
_OTHERS: Final = {
    "B": _District(48, "w2", 0.20, ("T2",)),
    "C": _District(85, "d2", 0.27, ("T3",)),
    "D": _HILL,
    "E": _District(120, "d4", 0.20, ("T5",)),
    "G": _District(85, "d5", 0.23, ("T7", "T6")),
}


@dataclass(eq=False)
class Town:
    """WNTR's model, heights of its tanks (m), its junctions, and what drives it.

    noise : of a flow, as a share; of a level three times, of a pressure ten times as much in m.
    is_rounded : whether what is judged is rounded to hundredths.
    """

    seed: int
    model: Any
    heights: dict[str, float]
    junctions: dict[str, demand.Junction] = field(default_factory=dict)
    laws: dict[str, control.Law] = field(default_factory=dict)
    days: demand.Shapes = field(default_factory=dict)

    @property
    def noise(self) -> float:
        """Two towns of four have exact readings."""
        return (0.0, 0.0, 0.003, 0.001)[self.seed % 4]

    @property
    def is_rounded(self) -> bool:
        """Every other town's are rounded."""
        return self.seed % 2 == 0


def made(seed: int) -> Town:
    """Make the town of this number, always the same."""
    import wntr

    chance = np.random.default_rng(1000 + seed)
    heights = {name: _about(tank[2], chance, 0.1) for name, tank in _TANKS.items()}
    town = Town(seed, wntr.network.WaterNetworkModel(), heights)
    town.model.options.hydraulic.headloss = "H-W"
    town.model.options.hydraulic.accuracy = 1e-3
    _nodes(town, chance)
    _pipes(town, chance)
    _pumps(town, chance)
    town.laws = control.drawn(heights, chance)
    town.days = demand.shapes(chance)
    return town


def _about(value: float, chance: np.random.Generator, width: float = 0.12) -> float:
    return float(value * chance.uniform(1 - width, 1 + width))


def _nodes(town: Town, chance: np.random.Generator) -> None:
    town.model.add_reservoir("R", base_head=60.0)
    for name, (elevation, diameter, _height) in _TANKS.items():
        height = town.heights[name]
        town.model.add_tank(
            name, elevation=elevation, init_level=height * FILLED, min_level=0.0,
            max_level=height, diameter=_about(diameter, chance), overflow=True,
        )  # fmt: skip
    for name, elevation in STATIONS.items():
        town.model.add_junction(name, elevation=elevation)
    town.model.add_pipe("r", "R", "s1", length=300, diameter=0.6, roughness=120)


def _pipes(town: Town, chance: np.random.Generator) -> None:
    """Lay the centre, the mains from it to the stations, then the other districts."""
    centre = _district(town, "A", _CENTRE, chance)
    for station, source in (("s2", centre[1]), ("s3", centre[2]), ("s5", centre[3])):
        _pipe(town, source, station, 400, 0.30, chance, 0.4)
    length = _about(300, chance)
    town.model.add_pipe("qu2", centre[4], "u2", length=length, diameter=0.22, roughness=115)
    for name, district in _OTHERS.items():
        laid = _district(town, name, district, chance)
        if district is _HILL:
            length = _about(400, chance)
            town.model.add_pipe("qs4", laid[3], "s4", length=length, diameter=0.22, roughness=115)


def _district(town: Town, name: str, district: _District, chance: np.random.Generator) -> list[str]:
    """Lay five junctions in a ring, their entry and their tanks; give the junctions' names."""
    laid = [f"{name}{k}" for k in range(len(_RING))]
    for k, node in enumerate(laid):
        elevation = district.elevation + chance.uniform(-8, 8)
        town.model.add_junction(node, base_demand=0.0, elevation=elevation)
        share = chance.dirichlet(np.ones(len(laid)) * 4)[k]
        town.junctions[node] = demand.Junction(name, demand.MEANS[name] * float(share))
    for a, b in _RING:
        _pipe(town, laid[a], laid[b], 500, district.width, chance, 0.4)
    _pipe(town, district.entry, laid[0], 700, district.width * 1.15, chance, 0.4)
    for k, tank in enumerate(district.tanks):
        _pipe(town, laid[4 - 2 * k], tank, 400, district.width * (1.1 - 0.3 * k), chance, 0.4)
    return laid


def _pipe(
    town: Town, start: str, end: str, length: float, width: float,
    chance: np.random.Generator, varied: float,
) -> None:  # fmt: skip
    """Lay a pipe of about `length`, of about the usual roughness."""
    town.model.add_pipe(
        f"{start}-{end}", start, end, length=_about(length, chance, varied), diameter=width,
        roughness=_about(115, chance),
    )  # fmt: skip


def _pumps(town: Town, chance: np.random.Generator) -> None:
    for pump, station in STATION.items():
        flow, head = _PUMPS[station]
        works_at = (_about(flow, chance, 0.08) / 1000, _about(head, chance, 0.04))
        town.model.add_curve(f"c{pump}", "HEAD", [works_at])
        town.model.add_pump(pump, f"s{station}", f"d{station}", "HEAD", f"c{pump}")
    length = _about(250, chance)
    town.model.add_pipe("V2", "u2", "w2", length=length, diameter=0.135, roughness=110)
