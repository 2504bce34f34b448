"""EPANET by WNTR: what pressure a leak at each junction would take from each sensor's node.

Run as `python -m chengan.city.assess.engines.leak`: question as JSON on standard input (`text` of
the model, `sensors`: names of nodes), answer as JSON on standard output.
"""

import json
import math
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from chengan.core import errors

LEAK_SHARE: Final = 0.05
"""The leak tried, of the network's mean demand, at a head of `HEAD_M` [ours]."""
HEAD_M: Final = 30.0
HOURS: Final = 24
MOST_HOURLY: Final = 300
"""Networks with more junctions are run for their first hour only."""
STEP_S: Final = 3600
Answer = dict[str, Any]


def ask(question: Answer, tell: Callable[[float], None] = lambda _share: None) -> Answer:
    """Run the model without and with a leak at each junction; give the means of what is lost, m.

    `tell` is told the share done before each run.
    """
    import wntr

    with tempfile.TemporaryDirectory(prefix="chengan-leak-") as folder:
        file = Path(folder) / "model.inp"
        file.write_text(question["text"], encoding="utf-8")
        model = wntr.network.WaterNetworkModel(str(file))
        known, junctions = set(model.node_name_list), model.junction_name_list
        sensors = [name for name in question["sensors"] if name in known]
        if not sensors or not junctions:
            raise errors.OutOfRange("no sensor stands at a node of the model")
        _prepare(model, len(junctions))
        size = _size(wntr, model)
        calm = _pressures(wntr, model, folder, sensors)
        lost = []
        for done, name in enumerate(junctions):
            tell(done / len(junctions))
            node = model.get_node(name)
            before, node.emitter_coefficient = node.emitter_coefficient, size
            with_leak = _pressures(wntr, model, folder, sensors)
            node.emitter_coefficient = before
            lost.append([round(float(each), 6) for each in (calm - with_leak).mean(axis=0)])
    ends = [(name, link.start_node_name, link.end_node_name) for name, link in model.pipes()]
    return {
        "junctions": junctions,
        "sensors": sensors,
        "lost_m": lost,
        "pipes": ends,
        "engine": f"wntr {wntr.__version__}, EPANET 2.2",
    }


def _prepare(model: Any, junctions: int) -> None:
    hours = HOURS if junctions <= MOST_HOURLY else 0
    model.options.time.duration = hours * STEP_S
    model.options.time.report_timestep = model.options.time.hydraulic_timestep = STEP_S
    model.options.time.report_start = 0
    model.options.time.statistic = "NONE"
    model.options.quality.parameter = "NONE"


def _size(wntr: Any, model: Any) -> float:
    """Coefficient of the leak that is tried, m³/s at 1 m."""
    demand = float(wntr.metrics.average_expected_demand(model).clip(lower=0.0).sum())
    if not demand > 0:
        raise errors.OutOfRange("nobody takes water from the model")
    return LEAK_SHARE * demand / math.sqrt(HEAD_M)


def _pressures(wntr: Any, model: Any, folder: str, sensors: list[str]) -> Any:
    found = wntr.sim.EpanetSimulator(model).run_sim(file_prefix=str(Path(folder) / "run"))
    return found.node["pressure"][sensors].to_numpy()


def _tell(share: float) -> None:
    """Say how far it is, for `process`."""
    print(f"@{share:.3f}", file=sys.stderr, flush=True)  # noqa: T201 - the road beside the answer


def main() -> None:
    """Answer one question."""
    warnings.simplefilter("ignore")
    try:
        answer = ask(json.load(sys.stdin), _tell)
    except errors.CoreError as error:
        answer = {"refused": error.sentence.plain()}
    print(json.dumps(answer))  # noqa: T201 - the answer's road


if __name__ == "__main__":
    main()
