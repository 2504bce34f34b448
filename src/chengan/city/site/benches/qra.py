"""How long an individual-risk map takes, beside every source, outcome and direction at every cell.

1,000 × 1,000 cells of 10 m, `sources` (200) installations, each with 6 clouds of its own mixture
and frequencies (toxic and flash fires, steady and let go at once, dense and not) and two fires or
blasts, 6 weather classes, 16 directions. The long way is walked on `cells` (20,000; at most
1,000,000: all of them), half of them anywhere and half within 1 km of a source, and the errors
taken in every one above 1e-9 a year. `cpu_seconds` is what all threads used: a machine that others
use too shows it in `seconds`, of which the map had `cores_had`.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from chengan.core.risk import consequences, weather
from chengan.core.risk.footprint import Outcome, Source
from chengan.core.risk.individual_direct import individual_risk_at
from chengan.core.risk.individual_grid import Grid, cut_off, individual_risk
from chengan.core.risk.installation import Installation

GRID = Grid(west=5.0, south=5.0, spacing=10.0, columns=1000, rows=1000)
HELD = [
    (cas, mass)
    for cas, masses in (
        ("7664-41-7", (5e3, 4e4, 2e5)),
        ("7782-50-5", (1e3, 5e3, 2e4)),
        ("74-98-6", (2e4, 1e5, 4e5)),
        ("75-28-5", (5e4,)),
    )
    for mass in masses
]
CLOUDS = 6
FIRES = 2
COUNTS = 1e-9
CELLS = 1_000_000
NEAR = 1000.0


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Measure the map, then the long way, then how far they differ."""
    count = int(options.get("sources", "200"))
    cells = min(int(options.get("cells", "20000")), CELLS)
    rng = np.random.default_rng(int(options.get("seed", "1")))
    progress(0.02, "footprints")
    sources = _sources(rng, count)
    rose = rng.uniform(0.2, 1.0, (len(weather.CLASSES), weather.DIRECTIONS))
    rose /= rose.sum()
    individual_risk(sources[:2], rose, GRID)  # compiled beforehand
    individual_risk_at(sources[:1], rose, [0.0], [0.0])
    begin, used = time.perf_counter(), time.process_time()
    risk = individual_risk(sources, rose, GRID)
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    progress(0.1, f"{seconds:.2f} s, {used:.2f} s of processors")
    chosen = _chosen(rng, sources, cells)
    exact, brute = _long_way(sources, rose, chosen, progress)
    counts = exact > COUNTS
    errors = np.abs(risk.ravel()[chosen][counts] - exact[counts]) / exact[counts]
    terms = count * CLOUDS * len(weather.CLASSES) * weather.DIRECTIONS
    return {
        "evaluations": float(CELLS) * terms,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(used, 2),
        "cores_had": round(used / seconds, 2),
        "brute_seconds": round(brute * CELLS / len(chosen), 1),
        "brute_cells": len(chosen),
        "max_relative_error": float(f"{errors.max():.2e}"),
        "cells_above_1e-9": int(counts.sum()),
        "cut_off_at_most": cut_off(sources),
    }


def _sources(rng: np.random.Generator, count: int) -> list[Source]:
    known = [
        each.outcome
        for cas, mass in HELD
        for each in consequences.named_outcomes(
            Installation(f"{cas} {mass:g}", 0.0, 0.0, cas, mass, "pressure_vessel")
        )
    ]
    clouds = [each for each in known if each.disc is None]
    fires = [each for each in known if each.disc is not None]
    return [_source(rng, clouds, fires) for _ in range(count)]


def _source(rng: np.random.Generator, clouds: list[Outcome], fires: list[Outcome]) -> Source:
    drawn = [clouds[k] for k in rng.choice(len(clouds), CLOUDS, replace=False)]
    drawn += [fires[k] for k in rng.choice(len(fires), FIRES, replace=False)]
    outcomes = [
        Outcome(float(10 ** rng.uniform(-6.5, -4.0)), disc=each.disc, plumes=each.plumes)
        for each in drawn
    ]
    return Source(float(rng.uniform(0, 10_000)), float(rng.uniform(0, 10_000)), outcomes)


def _chosen(rng: np.random.Generator, sources: list[Source], cells: int) -> np.ndarray:
    """Cells to walk to: half anywhere, half near a source; each once."""
    if cells >= CELLS:
        return np.arange(CELLS)
    at = np.array([(each.x, each.y) for each in sources])[rng.integers(0, len(sources), cells // 2)]
    angle, away = rng.uniform(0, 2 * np.pi, len(at)), rng.uniform(0, NEAR, len(at))
    places = at + np.transpose([away * np.sin(angle), away * np.cos(angle)])
    column, row = np.clip((places - GRID.west) / GRID.spacing, 0, GRID.columns - 1).astype(int).T
    anywhere = rng.choice(CELLS, cells - len(at), replace=False)
    return np.unique(np.concatenate([anywhere, row * GRID.columns + column]))


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
