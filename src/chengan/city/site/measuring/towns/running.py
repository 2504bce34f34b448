"""A town run by EPANET: its pumps are switched by their laws every quarter of an hour."""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from chengan.city.site.measuring.towns.attacks import Attack
from chengan.city.site.measuring.towns.control import SUPPLY
from chengan.city.site.measuring.towns.network import FILLED, STATIONS, TANKS, Town
from chengan.core.arrays import BoolArray, FloatArray

STEP_S: Final = 900
HOUR_S: Final = 3600
_LEAST_FLOW: Final = 1e-3
"""L/s: what the solver leaves in a closed link is less."""
_LEAST_PRESSURE: Final = 0.0
"""m: a gauge reads no vacuum. Of a district that ran dry the solver says millions below nothing."""


@dataclass(frozen=True, eq=False)
class Course:
    """Values (hours, columns) as the controllers read them; hours in which an attack acted.

    An attack acts when a pump is not as its true law, by the true levels, would have it.
    """

    values: FloatArray
    acted: BoolArray


def run(town: Town, demands: Mapping[str, FloatArray], attacks: Sequence[Attack] = ()) -> Course:
    """Run the town through `demands` (L/s by junction, each (hours,)), tanks part full at first."""
    hours = len(next(iter(demands.values())))
    with tempfile.TemporaryDirectory() as scratch:
        solver = _Solver.opened(town, hours, Path(scratch))
        try:
            return _followed(town, solver, demands, attacks, hours)
        finally:
            solver.engine.ENclose()


def _followed(
    town: Town, solver: "_Solver", demands: Mapping[str, FloatArray],
    attacks: Sequence[Attack], hours: int,
) -> Course:  # fmt: skip
    switches, rows, acted = _Switches(town), [], np.zeros(hours, np.bool_)
    levels = {name: height * FILLED for name, height in town.heights.items()}
    for step in range(hours * HOUR_S // STEP_S):
        hour, since = divmod(step * STEP_S, HOUR_S)
        if since == 0:
            solver.take({name: taken[hour] for name, taken in demands.items()})
        levels = solver.levels() if step else levels
        now = [attack for attack in attacks if attack.begin <= hour < attack.end]
        read = _read(levels, now, step * STEP_S / HOUR_S)
        acted[hour] |= switches.turn(levels, read, now)
        solver.switch(switches.on)
        solver.solve()
        if since == 0:
            rows.append([*read.values(), *solver.recorded(switches.on)])
        solver.advance((step + 1) * STEP_S)
    return Course(np.array(rows), acted)


def _read(levels: Mapping[str, float], now: Sequence[Attack], hour: float) -> dict[str, float]:
    """Levels that the controllers read while the attacks of `now` last."""
    read = dict(levels)
    for attack in now:
        read[attack.tank] = attack.read(levels[attack.tank], hour - attack.begin)
    return read


@dataclass(eq=False)
class _Switches:
    """Which pumps are on; all before the first turn."""

    town: Town
    on: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(SUPPLY, True))

    def turn(
        self, levels: Mapping[str, float], read: Mapping[str, float], now: Sequence[Attack]
    ) -> bool:
        """Switch by what is `read`; say whether true laws and levels would have it otherwise."""
        false_laws = {attack.pump: attack.law for attack in now}
        is_otherwise = False
        for pump, law in self.town.laws.items():
            tank, was = SUPPLY[pump], self.on[pump]
            self.on[pump] = (false_laws.get(pump) or law).decided(read[tank], was)
            is_otherwise |= self.on[pump] != law.decided(levels[tank], was)
        return is_otherwise


@dataclass(frozen=True, eq=False)
class _Solver:
    """EPANET with a town's model open; its places of nodes and links by name."""

    engine: Any
    codes: Any
    nodes: dict[str, int]
    links: dict[str, int]
    floors: dict[str, float]

    @classmethod
    def opened(cls, town: Town, hours: int, scratch: Path) -> "_Solver":
        """Write the model into `scratch` and open it."""
        import wntr
        from wntr.epanet.toolkit import ENepanet
        from wntr.epanet.util import EN

        logging.getLogger("wntr").setLevel(logging.ERROR)
        _time(town.model, hours)
        file = scratch / "town.inp"
        wntr.network.write_inpfile(town.model, str(file), version=2.2, units="LPS")
        engine = ENepanet(str(file), str(scratch / "rpt"), str(scratch / "bin"), version=2.2)
        engine.ENopen()
        names = (*town.junctions, *STATIONS, *TANKS)
        nodes = {name: engine.ENgetnodeindex(name) for name in names}
        links = {name: engine.ENgetlinkindex(name) for name in SUPPLY}
        floors = {name: engine.ENgetnodevalue(nodes[name], EN.ELEVATION) for name in TANKS}
        engine.ENopenH()
        engine.ENinitH(0)
        return cls(engine, EN, nodes, links, floors)

    def take(self, demands: Mapping[str, float]) -> None:
        """Set the demand of junctions, L/s."""
        for name, taken in demands.items():
            self.engine.ENsetnodevalue(self.nodes[name], self.codes.BASEDEMAND, taken)

    def levels(self) -> dict[str, float]:
        """Level of each tank, m."""
        return {name: self._node(name, self.codes.HEAD) - low for name, low in self.floors.items()}

    def switch(self, on: Mapping[str, bool]) -> None:
        """Open and close the pumps."""
        for name, is_on in on.items():
            self.engine.ENsetlinkvalue(self.links[name], self.codes.STATUS, float(is_on))

    def recorded(self, on: Mapping[str, bool]) -> list[float]:
        """Flow and state of each pump, then pressure at each station, as last solved."""
        out: list[float] = []
        for name, link in self.links.items():
            flow = abs(self.engine.ENgetlinkvalue(link, self.codes.FLOW))
            out += [flow if flow > _LEAST_FLOW else 0.0, float(on[name])]
        pressures = (self._node(name, self.codes.PRESSURE) for name in STATIONS)
        return out + [max(pressure, _LEAST_PRESSURE) for pressure in pressures]

    def solve(self) -> None:
        """Solve flows and pressures as they are now."""
        self.engine.ENrunH()

    def advance(self, until: int) -> None:
        """Go on to `until` (s), through what happens on the way, as a tank that runs full."""
        ahead = self.engine.ENnextH()
        while ahead > 0 and self.engine.cur_time + ahead < until:
            self.engine.ENrunH()
            ahead = self.engine.ENnextH()

    def _node(self, name: str, code: int) -> float:
        return float(self.engine.ENgetnodevalue(self.nodes[name], code))


def _time(model: Any, hours: int) -> None:
    model.options.time.duration = hours * HOUR_S
    model.options.time.hydraulic_timestep = STEP_S
    model.options.time.pattern_timestep = model.options.time.report_timestep = HOUR_S
    model.options.hydraulic.unbalanced = "CONTINUE"
    model.options.hydraulic.unbalanced_value = 10
    model.options.report.report_filename = None
