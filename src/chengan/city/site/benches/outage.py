"""How long a burst main takes in a network of about 800 nodes: EPANET in its own process, checked.

Without `file` a network of streets is made here: a grid of pipes, a source at one corner, a tank
at the other; with it, any EPANET input file.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chengan.city.assess import api as assess

SIDE = 28
DEMAND_LPS = 0.15


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Break one pipe and follow it for `hours` (24)."""
    given = options.get("file", "")
    text = Path(given).read_text("utf-8", "replace") if given else grid()
    link = options.get("link", "H14_14")
    progress(0.1, "asked")
    begin = time.perf_counter()
    answer = assess.ask_engine(
        "water",
        {"text": text, "kind": "burst", "link": link, "hours": float(options.get("hours", 24)),
         "needed_m": 14.0, "opening": 0.2},
    )  # fmt: skip
    took = time.perf_counter() - begin
    if answer["faults"]:
        raise AssertionError("; ".join(answer["faults"]))
    progress(1.0, f"{took:.1f} s")
    return {"nodes": answer["nodes"], "seconds": round(took, 1), "hit": len(answer["hits"])}


def grid(side: int = SIDE) -> str:
    """Write a square network of `side` x `side` junctions as an EPANET input file."""
    places = [(row, column) for row in range(side) for column in range(side)]
    junctions = [f"J{r}_{c} {(r + c) / 4:.2f} {DEMAND_LPS}" for r, c in places]
    pipes = [f"H{r}_{c} J{r}_{c} J{r}_{c + 1} 120 250 110" for r, c in places if c < side - 1]
    pipes += [f"V{r}_{c} J{r}_{c} J{r + 1}_{c} 120 250 110" for r, c in places if r < side - 1]
    pipes += ["IN SOURCE J0_0 50 600 120", f"OUT TANK J{side - 1}_{side - 1} 50 400 120"]
    return "\n".join(
        [
            "[JUNCTIONS]", *junctions, "[RESERVOIRS]", "SOURCE 70",
            "[TANKS]", "TANK 55 5 0 10 20 0", "[PIPES]", *pipes,
            "[OPTIONS]", "Units LPS", "Headloss H-W", "[TIMES]", "Duration 24:00",
            "Hydraulic Timestep 1:00", "Report Timestep 1:00", "[END]",
        ]
    )  # fmt: skip
