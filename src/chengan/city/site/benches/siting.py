"""How long one plant's siting review takes, its map drawn: 3 vessels, 12 targets, 24 samples.

Each run is of another plant (its vessels one per cent fuller), so that nothing is remembered.
`cpu_seconds` is what all threads used, `cores_had` what the machine gave of it.
"""

import time
from collections.abc import Callable
from typing import Any

from chengan.city.assess import api as assess

VESSELS = (("7664-41-7", 40_000.0, 1), ("74-98-6", 200_000.0, 2), ("7782-50-5", 1_000.0, 4))


def inputs(fill: float = 1.0) -> dict[str, Any]:
    """Give the inputs of a review, as `assess` keeps them; `fill` times what the vessels hold."""
    plants: list[dict[str, Any]] = [
        {
            "id": n, "name": f"vessel {n}", "name_en": f"vessel {n}", "kind": "chemical_plant",
            "is_own": True, "equipment": "pressure_vessel", "cas": cas, "mass": mass * fill,
            "temperature": 293.15, "pressure": None, "bund_area": 1500.0, "count": count,
            "barriers": [], "x": 40.0 * n, "y": 0.0,
        }
        for n, (cas, mass, count) in enumerate(VESSELS)
    ]  # fmt: skip
    targets = [
        {
            "name": f"target {n}", "name_en": "", "object": None, "kind": "high_sensitive",
            "people_day": 600, "people_night": 50, "is_new": True,
            "outline": [[250.0 * n + 200, 80], [250.0 * n + 260, 80], [250.0 * n + 260, 140]],
        }
        for n in range(12)
    ]  # fmt: skip
    return {
        "origin": [24.94, 60.17],
        "project": {"outline": [[-50, -50], [50, -50], [50, 50], [-50, 50]], "is_hazard": True},
        "installations": plants,
        "targets": targets,
        "weather": {"name": "", "source": "", "share": None},
        "options": {"criteria_code": "GB36894-2018", "samples": 24, "seed": 1},
        "ground": [],
    }


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Measure a review and its map, once compiled; the median of `runs` (3)."""
    _review(inputs())
    runs = int(options.get("runs", "3"))
    took = []
    for n in range(runs):
        given = inputs(1.0 + 0.01 * (n + 1))
        begin, used = time.perf_counter(), time.process_time()
        verdict = _review(given)
        took.append((time.perf_counter() - begin, time.process_time() - used))
        progress((n + 1) / runs, f"{took[-1][0]:.2f} s")
    seconds, used = sorted(took)[len(took) // 2]
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(used, 2),
        "cores_had": round(used / seconds, 2),
        "verdict": verdict,
    }


def _review(given: dict[str, Any]) -> str:
    result = assess.calculate_site(given)
    assess.site_map(given, result)
    return str(result["verdict"])
