"""SWMM by pyswmm: a storm on the gages, or a link that is blocked; which nodes flood, and when.

Run as `python -m chengan.city.assess.engines.drainage`; question and answer as JSON. One
simulation a process: the engine's state is global.
"""

import json
import sys
import tempfile
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from chengan.city.assess.engines.water import within
from chengan.core import errors
from chengan.core.sentences import Sentence

MOST_ERROR: Final = 10.0
"""Continuity error, percent, beyond which a run is not believed [ours]."""
FLOWS: Final = {
    "CFS": 0.028316846592, "GPM": 6.30901964e-5, "MGD": 0.0438126364, "CMS": 1.0, "LPS": 0.001,
    "MLD": 0.0115740741,
}  # fmt: skip
"""m3/s of one of the model's flow units."""
MM_AN_INCH: Final = 25.4
MORE: Final = 0.01
"""A node that floods anyway is hit when it floods by more than this share more [ours]."""
LEAST_M3: Final = 0.01
TIME_STEP_H: Final = 60 / 3600
"""Two runs' clocks agree to a step of following."""
Answer = dict[str, Any]
Flooded = dict[str, list[tuple[float, float]]]
"""By node: hours and the volume flooded until then, m3, while it floods."""


@dataclass(frozen=True)
class Run:
    """One simulation: size of the model, hours followed, floods, errors of continuity (percent)."""

    nodes: int
    links: int
    hours: float
    flooded: Flooded
    balance: dict[str, float]

    @property
    def volume(self) -> float:
        """What flooded in all, m3."""
        return sum(course[-1][1] for course in self.flooded.values())


def ask(question: Answer) -> Answer:
    """Run the model without and with the event; a node is hit where it floods more by it.

    Faults mean that nothing is believed. `flooded_m3` is what the event adds to
    `flooded_without_m3`, which floods in the model's own weather.
    """
    import pyswmm

    with tempfile.TemporaryDirectory(prefix="chengan-drain-") as folder:
        file = Path(folder) / "model.inp"
        file.write_text(question["text"], encoding="utf-8")
        calm = _simulated(pyswmm, file, {**question, "kind": "calm"})
        event = _simulated(pyswmm, file, question)
    runs = {"without": calm, "with": event}
    faults = [within(name, fault) for name, run in runs.items() for fault in _faults(run.balance)]
    hits = [] if faults else _hits(calm.flooded, event.flooded)
    more = None if faults else round(sum(each["volume_m3"] for each in hits), 1)
    return {
        "nodes": event.nodes,
        "links": event.links,
        "hours": round(event.hours, 2),
        "hits": hits,
        "flooded_m3": more,
        "flooded_without_m3": None if faults else round(calm.volume, 1),
        "faults": faults,
        "checks": {name: run.balance for name, run in runs.items()},
        "engine": f"pyswmm {pyswmm.__version__}",
    }


def _simulated(pyswmm: Any, file: Path, question: Answer) -> Run:
    balance: dict[str, float] = {}
    with _opened(pyswmm, file) as run:
        # The engine balances its books only at the end of a run, before it closes.
        run.add_after_end(lambda: balance.update(_balance(run)))
        return _follow(pyswmm, run, question, balance)


SAID: Final = {
    "runoff": "surface runoff: continuity error {error:.1f} %",
    "routing": "routing: continuity error {error:.1f} %",
}


def _faults(balance: dict[str, float]) -> list[Sentence]:
    found = [
        Sentence(SAID[name], error=value)
        for name, value in balance.items()
        if not abs(value) <= MOST_ERROR
    ]
    return found if balance else [Sentence("the engine closed no balance")]


def _hits(calm: Flooded, event: Flooded) -> list[Answer]:
    """Nodes that flood more by the event, from when on, and by how much, the first ones first."""
    found = []
    for name, course in event.items():
        times, volumes = zip(*calm.get(name, [(0.0, 0.0)]), strict=True)
        for hours, volume in course:
            place = bisect_right(times, hours + TIME_STEP_H)
            if volume > (1 + MORE) * (volumes[place - 1] if place else 0.0) + LEAST_M3:
                more = course[-1][1] - volumes[-1]
                found.append({"node": name, "first_h": round(hours, 3), "volume_m3": more})
                break
    kept = [each | {"volume_m3": round(each["volume_m3"], 2)}
            for each in found if each["volume_m3"] > LEAST_M3]  # fmt: skip
    return sorted(kept, key=lambda each: each["first_h"])


def _opened(pyswmm: Any, file: Path) -> Any:
    """Open a model; what is wrong with it stands in the engine's report, line by line."""
    try:
        return pyswmm.Simulation(str(file))
    except Exception as error:  # noqa: BLE001 - the engine raises nothing finer
        report = file.with_suffix(".rpt")
        text = report.read_text("utf-8", "replace") if report.exists() else ""
        lines = [line.strip() for line in text.splitlines() if "ERROR" in line.upper()]
        raise ValueError("; ".join(lines[:6]) or str(error)) from None


def _balance(run: Any) -> dict[str, float]:
    return {"runoff": float(run.runoff_error), "routing": float(run.flow_routing_error)}


def _follow(pyswmm: Any, run: Any, question: Answer, balance: dict[str, float]) -> Run:
    nodes, links, gages = (kind(run) for kind in (pyswmm.Nodes, pyswmm.Links, pyswmm.RainGages))
    _break(links, question)
    rain = list(gages) if question["kind"] == "storm" else []
    if question["kind"] == "storm" and not rain:
        raise errors.OutOfRange("the model has no rain gage: no storm can fall on it")
    flooded: Flooded = {}
    all_nodes, begin, before = list(nodes), run.start_time, 0.0
    run.end_time = begin + timedelta(hours=float(question["hours"]))
    flow = FLOWS[run.flow_units]
    depth = float(question.get("mm_per_h", 0))
    depth = depth / MM_AN_INCH if run.system_units == "US" else depth
    run.step_advance(60)
    for _step in run:
        hours = (run.current_time - begin).total_seconds() / 3600
        falls = hours < float(question.get("storm_h", 1))
        for gage in rain:
            gage.total_precip = depth if falls else 0.0
        for node in all_nodes:
            if (rate := node.flooding) > 1e-9:
                course = flooded.setdefault(node.nodeid, [])
                volume = course[-1][1] if course else 0.0
                course.append((hours, volume + rate * flow * (hours - before) * 3600))
        before = hours
    return Run(len(all_nodes), len(list(links)), before, flooded, balance)


def _break(links: Any, question: Answer) -> None:
    name = str(question.get("link") or "")
    if question["kind"] != "close":
        return
    found = next((each for each in links if each.linkid == name), None)
    if found is None:
        raise errors.OutOfRange("the network has no link “{link}”", link=name)
    if found.is_conduit():
        found.flow_limit = 1e-6
    else:
        found.target_setting = 0.0


def main() -> None:
    """Answer one question."""
    out, sys.stdout = sys.stdout, sys.stderr  # the engine prints its progress
    try:
        answer = ask(json.load(sys.stdin))
    except errors.CoreError as error:
        answer = {"refused": error.sentence.plain()}
    out.write(json.dumps(answer))


if __name__ == "__main__":
    main()
