"""EPANET by WNTR: a burst main or a closed link, pressure-dependent, with and without it.

Run as `python -m chengan.city.assess.engines.water`: question as JSON on standard input (`text` of
the model, `kind` burst or close, `link`, `hours`, `needed_m`), answer as JSON on standard output.
"""

import json
import math
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np

from chengan.core import errors
from chengan.core.network.soundness import hydraulics
from chengan.core.sentences import Sentence

GRAVITY: Final = 9.80665
DISCHARGE: Final = 0.75
"""Coefficient of the opening of a burst pipe, as an orifice [ours; the share is `opening`]."""
STEP_S: Final = 3600
HIT_BELOW: Final = 0.95
"""A customer with less than this share of the demand counts as hit [ours]."""
Answer = dict[str, Any]


def ask(question: Answer) -> Answer:
    """Run the model with and without the event and compare.

    Gives faults (then nothing else is believed), hits by node and the water lost and unserved.
    """
    import wntr

    with tempfile.TemporaryDirectory(prefix="chengan-water-") as folder:
        file = Path(folder) / "model.inp"
        file.write_text(question["text"], encoding="utf-8")
        calm = _model(wntr, file, question)
        expected = wntr.metrics.expected_demand(calm)
        before = _run(wntr, calm, Path(folder) / "calm")
        broken = _model(wntr, file, question)
        leak = _break(wntr, broken, question)
        after = _run(wntr, broken, Path(folder) / "broken")
    verdicts = {"without": _verdict(calm, before), "with": _verdict(broken, after)}
    faults = [
        within(name, fault) for name, found in verdicts.items() for fault in found.pop("faults")
    ]
    lost = float(after.node["demand"][leak].mul(STEP_S).sum()) if leak else 0.0
    if leak and float(after.node["demand"][leak].min()) < -1e-6:
        air = Sentence("the burst sucks air in: the model has no vacuum breakers")
        faults.append(within("with", air))
    answer: Answer = {
        "nodes": calm.num_nodes,
        "links": calm.num_links,
        "hours": question["hours"],
        "faults": faults,
        "checks": verdicts,
        "engine": f"wntr {wntr.__version__}, EPANET 2.2, pressure-dependent",
    }
    if not faults:
        answer |= _hits(calm, expected, before, after) | {"lost_m3": round(lost, 1)}
    return answer


def within(run: str, fault: Sentence) -> dict[str, Any]:
    """Say in which of the two runs a fault is, as JSON keeps a sentence."""
    said = {"without": "without the event: {fault}", "with": "with the event: {fault}"}
    return Sentence(said[run], fault=fault).plain()


def _model(wntr: Any, file: Path, question: Answer) -> Any:
    model = wntr.network.WaterNetworkModel(str(file))
    model.options.time.duration = int(float(question["hours"]) * 3600)
    model.options.time.report_timestep = model.options.time.hydraulic_timestep = STEP_S
    model.options.time.report_start = 0
    model.options.time.statistic = "NONE"
    model.options.hydraulic.demand_model = "PDD"
    model.options.hydraulic.required_pressure = float(question["needed_m"])
    model.options.hydraulic.minimum_pressure = 0.0
    model.options.quality.parameter = "NONE"
    model.options.hydraulic.trials = max(200, model.options.hydraulic.trials or 0)
    return model


def _break(wntr: Any, model: Any, question: Answer) -> str:
    """Close a link from the start, or open a burst in its middle; give the burst's node."""
    name = str(question["link"])
    if name not in model.link_name_list:
        raise errors.OutOfRange("the network has no link “{link}”", link=name)
    link = model.get_link(name)
    if question["kind"] == "close":
        _close(wntr, model, link)
        return ""
    if link.link_type != "Pipe":
        raise errors.OutOfRange(
            "only a pipe bursts; “{link}” is a {kind}", link=name, kind=str(link.link_type)
        )
    diameter = link.diameter
    wntr.morph.split_pipe(model, name, f"{name}-below", "BURST", return_copy=False)
    area = math.pi * diameter**2 / 4 * float(question.get("opening", 0.2))
    model.get_node("BURST").emitter_coefficient = DISCHARGE * area * math.sqrt(2 * GRAVITY)
    return "BURST"


def _close(wntr: Any, model: Any, link: Any) -> None:
    link.initial_status = wntr.network.LinkStatus.Closed
    for name in list(model.control_name_list):
        targets = [str(action.target()[0].name) for action in model.get_control(name).actions()]
        if link.name in targets:
            model.remove_control(name)


def _run(wntr: Any, model: Any, prefix: Path) -> Any:
    return wntr.sim.EpanetSimulator(model).run_sim(file_prefix=str(prefix))


def _verdict(model: Any, results: Any) -> Answer:
    nodes, links = model.node_name_list, model.link_name_list
    place = {name: n for n, name in enumerate(nodes)}
    found = hydraulics(
        start=[place[model.get_link(name).start_node_name] for name in links],
        end=[place[model.get_link(name).end_node_name] for name in links],
        flow=results.link["flowrate"][links].to_numpy(),
        demand=results.node["demand"][nodes].to_numpy(),
        pressure=results.node["pressure"][nodes].to_numpy(),
        is_source=[name not in set(model.junction_name_list) for name in nodes],
        is_demand_fixed=False,
    )
    times = results.node["demand"].index.to_numpy()
    faults = list(found.faults)
    if times.size < model.options.time.duration / STEP_S:
        hours = float(times.max() / 3600)
        faults.append(Sentence("the engine stopped after {hours:.1f} h", hours=hours))
    return {
        "faults": faults,
        "worst_imbalance": found.worst_imbalance,
        "negative_share": found.negative_share,
    }


def _hits(model: Any, expected: Any, before: Any, after: Any) -> Answer:
    """Who gets less water than without the event, from when on, for how long, how little."""
    names = [name for name in model.junction_name_list if name in after.node["demand"].columns]
    times = after.node["demand"].index
    wanted = expected.reindex(index=times, columns=names).ffill().to_numpy()
    served = after.node["demand"][names].to_numpy()
    calm = before.node["demand"][names].reindex(times).to_numpy()
    reachable = np.minimum(wanted, calm)
    has_demand = reachable > 1e-7
    share = np.where(has_demand, served / np.where(has_demand, reachable, 1.0), 1.0)
    hit = has_demand & (share < HIT_BELOW)
    hours = np.asarray(times, dtype=np.float64) / 3600
    found = [
        {
            "node": name,
            "first_h": float(hours[np.argmax(hit[:, n])]),
            "hours": float(hit[:, n].sum() * STEP_S / 3600),
            "least_share": round(float(np.clip(share[hit[:, n], n].min(), 0, 1)), 3),
        }
        for n, name in enumerate(names)
        if hit[:, n].any()
    ]
    found.sort(key=lambda each: (each["first_h"], each["least_share"]))
    unserved = np.clip(reachable - served, 0, None).sum() * STEP_S
    return {
        "hits": found,
        "customers": int(has_demand.any(axis=0).sum()),
        "unserved_m3": round(float(unserved), 1),
    }


def main() -> None:
    """Answer one question."""
    warnings.simplefilter("ignore")
    try:
        answer = ask(json.load(sys.stdin))
    except errors.CoreError as error:
        answer = {"refused": error.sentence.plain()}
    print(json.dumps(answer))  # noqa: T201 - the answer's road


if __name__ == "__main__":
    main()
