"""How soon and how surely attacks on water towns are told, several series judged together.

Simulation: `towns` made-up towns from number `first` on, each with its own network, laws and
demand, solved by EPANET (`measuring.towns`); no recording of a real town is in it. Each is learned
from a year without attacks, and judged over 2,089 hours with seven, both from files, as
`chengan detect FILE --learn NORMAL` reads them. `growth` is what demand in the test is times.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chengan.city.site.measuring.towns import recording, scoring, trial
from chengan.city.site.wide.judging import judged
from chengan.city.site.wide.table import Table
from chengan.core.arrays import BoolArray


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Score the towns: means of S and of its parts (simulated), and the attacks never told."""
    towns, first = int(options.get("towns", 4)), int(options.get("first", 16))
    growth, scores = float(options.get("growth", 1.0)), []
    for turn in range(towns):
        made = trial.made(first + turn, growth)
        spans = [(attack.begin, attack.end) for attack in made.attacks]
        scores.append(scoring.scored(_alarms(made), spans))
        progress((turn + 1) / towns, f"town {first + turn}: S {scores[-1].s:.3f}")
    return _figures(scores)


def _alarms(made: trial.Trial) -> BoolArray:
    """Judge the test by the road of the command line, through two files."""
    with tempfile.TemporaryDirectory() as scratch:
        normal, test = Path(scratch) / "normal.csv", Path(scratch) / "test.csv"
        recording.write(normal, 0, made.normal)
        recording.write(test, made.first, made.test)
        parts = list(judged(Table(test, None), Table(normal, None)))
    return np.concatenate([part.alarm for part in parts])


def _figures(scores: list[scoring.Score]) -> dict[str, Any]:
    means = {
        "s": float(np.mean([score.s for score in scores])),
        "least_s": min(score.s for score in scores),
        "ttd": float(np.mean([score.ttd for score in scores])),
        "tpr": float(np.mean([score.tpr for score in scores])),
        "tnr": float(np.mean([score.tnr for score in scores])),
    }
    return {
        "towns": len(scores),
        **{name: round(value, 3) for name, value in means.items()},
        "attacks": trial.ATTACKS * len(scores),
        "never_found": sum(score.never_found for score in scores),
    }
