"""How long an individual-risk map takes, beside every source, outcome and direction at every cell.

1,000 × 1,000 cells of 10 m, `sources` (200) installations, each with 6 toxic releases of its own
mixture and frequencies, 6 weather classes, 16 directions. The long way is walked on `cells`
(1,000,000: all of them) and the errors taken in every one above 1e-9 a year.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from chengan.core.physics import substances
from chengan.core.risk import clouds, weather
from chengan.core.risk.footprint import Outcome, Plume, Source
from chengan.core.risk.individual_direct import individual_risk_at
from chengan.core.risk.individual_grid import Grid, cut_off, individual_risk

GRID = Grid(west=5.0, south=5.0, spacing=10.0, columns=1000, rows=1000)
RELEASES = [
    (cas, rate) for cas in ("7664-41-7", "7782-50-5") for rate in (0.3, 0.6, 1.0, 2.0, 4.0, 8.0)
]
OUTCOMES = 6
COUNTS = 1e-9
CELLS = 1_000_000


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Measure the map, then the long way, then how far they differ."""
    count = int(options.get("sources", "200"))
    cells = min(int(options.get("cells", CELLS)), CELLS)
    rng = np.random.default_rng(int(options.get("seed", "1")))
    known = [_plumes(cas, rate) for cas, rate in RELEASES]
    progress(0.05, "footprints")
    sources = [_source(rng, known) for _ in range(count)]
    rose = rng.uniform(0.2, 1.0, (len(weather.CLASSES), weather.DIRECTIONS))
    rose /= rose.sum()
    individual_risk(sources[:2], rose, Grid(0, 0, 10, 8, 8))  # compiled beforehand
    individual_risk_at(sources[:1], rose, [0.0], [0.0])
    begin = time.perf_counter()
    risk = individual_risk(sources, rose, GRID)
    seconds = time.perf_counter() - begin
    progress(0.1, f"{seconds:.2f} s")
    chosen = np.sort(rng.choice(CELLS, cells, replace=False))
    exact, brute = _long_way(sources, rose, chosen, progress)
    counts = exact > COUNTS
    errors = np.abs(risk.ravel()[chosen][counts] - exact[counts]) / exact[counts]
    terms = count * OUTCOMES * len(weather.CLASSES) * weather.DIRECTIONS
    return {
        "evaluations": float(CELLS) * terms,
        "seconds": round(seconds, 2),
        "brute_seconds": round(brute * CELLS / cells, 1),
        "brute_cells": cells,
        "max_relative_error": float(f"{errors.max():.2e}"),
        "cells_above_1e-9": int(counts.sum()),
        "cut_off_at_most": cut_off(sources),
    }


def _plumes(cas: str, rate: float) -> list[Plume | None]:
    known = substances.substance(cas)
    return [
        clouds.toxic_plume(clouds.steady_cloud(rate, known, each), cas, 1800.0)
        for each in weather.CLASSES
    ]


def _source(rng: np.random.Generator, known: list[list[Plume | None]]) -> Source:
    chosen = rng.choice(len(known), OUTCOMES, replace=False)
    outcomes = [Outcome(10 ** rng.uniform(-6.5, -4.0), plumes=known[k]) for k in chosen]
    return Source(float(rng.uniform(0, 10_000)), float(rng.uniform(0, 10_000)), outcomes)


def _long_way(
    sources: list[Source],
    rose: np.ndarray,
    chosen: np.ndarray,
    progress: Callable[..., None],
) -> tuple[np.ndarray, float]:
    rows, columns = np.divmod(chosen, GRID.columns)
    x = GRID.west + GRID.spacing * columns
    y = GRID.south + GRID.spacing * rows
    begin = time.perf_counter()
    exact = np.zeros(len(chosen))
    for n, source in enumerate(sources):
        exact += individual_risk_at([source], rose, x, y)
        progress(0.1 + 0.9 * (n + 1) / len(sources), "the long way")
    return exact, time.perf_counter() - begin
