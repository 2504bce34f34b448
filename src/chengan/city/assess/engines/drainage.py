"""SWMM by pyswmm: a storm on the gages, or a link that is blocked; which nodes flood, and when.

Run as `python -m chengan.city.assess.engines.drainage`; question and answer as JSON. One
simulation a process: the engine's state is global.
"""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

MOST_ERROR: Final = 10.0
"""Continuity error, percent, beyond which a run is not believed [ours]."""
FLOWS: Final = {
    "CFS": 0.028316846592, "GPM": 6.30901964e-5, "MGD": 0.0438126364, "CMS": 1.0, "LPS": 0.001,
    "MLD": 0.0115740741,
}  # fmt: skip
"""m3/s of one of the model's flow units."""
MM_AN_INCH: Final = 25.4
Answer = dict[str, Any]


def ask(question: Answer) -> Answer:
    """Run the model under the question; faults mean that nothing is believed."""
    import pyswmm

    errors: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="chengan-drain-") as folder:
        file = Path(folder) / "model.inp"
        file.write_text(question["text"], encoding="utf-8")
        with _opened(pyswmm, file) as run:
            # The engine balances its books only at the end of a run, before it closes.
            run.add_after_end(lambda: errors.update(_balance(run)))
            found = _follow(pyswmm, run, question)
    faults = [
        f"{name} continuity error {value:.1f} %"
        for name, value in errors.items()
        if not abs(value) <= MOST_ERROR
    ]
    if not errors:
        faults.append("the engine closed no balance")
    answer: Answer = {**found, "faults": faults, "checks": errors}
    answer["engine"] = f"pyswmm {pyswmm.__version__}"
    return answer | ({"hits": [], "flooded_m3": None} if faults else {})


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


def _follow(pyswmm: Any, run: Any, question: Answer) -> Answer:
    nodes, links, gages = (kind(run) for kind in (pyswmm.Nodes, pyswmm.Links, pyswmm.RainGages))
    _break(links, question)
    rain = list(gages) if question["kind"] == "storm" else []
    if question["kind"] == "storm" and not rain:
        raise ValueError("the model has no rain gage: no storm can fall on it")
    first: dict[str, float] = {}
    volume: dict[str, float] = {}
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
                first.setdefault(node.nodeid, round(hours, 3))
                volume[node.nodeid] = (
                    volume.get(node.nodeid, 0.0) + rate * flow * (hours - before) * 3600
                )
        before = hours
    hits = [
        {"node": name, "first_h": at, "volume_m3": round(volume[name], 2)}
        for name, at in sorted(first.items(), key=lambda pair: pair[1])
    ]
    return {
        "nodes": len(all_nodes),
        "links": len(list(links)),
        "hours": round(before, 2),
        "hits": hits,
        "flooded_m3": round(sum(volume.values()), 1),
    }


def _break(links: Any, question: Answer) -> None:
    name = str(question.get("link") or "")
    if question["kind"] != "close":
        return
    found = next((each for each in links if each.linkid == name), None)
    if found is None:
        raise ValueError(f"the network has no link {name!r}")
    if found.is_conduit():
        found.flow_limit = 1e-6
    else:
        found.target_setting = 0.0


def main() -> None:
    """Answer one question."""
    out, sys.stdout = sys.stdout, sys.stderr  # the engine prints its progress
    answer = ask(json.load(sys.stdin))
    out.write(json.dumps(answer))


if __name__ == "__main__":
    main()
