"""Controlled releases of methane, their sensors and wind, against the events that core finds."""

import csv
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from chengan.city.site.wide.stamps import Stamps
from chengan.city.site.wide.table import Table
from chengan.core.arrays import FloatArray, IntArray
from chengan.core.events import plume, release

_M_PER_DEGREE: Final[float] = 111_320.0
_MINUTE_US: Final[int] = 60_000_000


def scored(folder: Path) -> dict[str, Any]:
    """Minute F1, releases found, events, false ones, right sources, rates within a factor of 2."""
    names, sources = _places(folder / "source_locations.csv")
    posts, sensors = _places(folder / "sensor_locations.csv")
    times, columns = _columns(folder / "ch4_minutely.csv")
    origin = sources[:, :2].mean(axis=0)
    views = plume.sensitivities(
        _local(sources, origin), _local(sensors, origin),
        columns["wind_dir_rad"], columns["wind_speed_m_s"],
    )  # fmt: skip
    readings = np.stack([columns[post] for post in posts], axis=1)
    found = release.releases(readings, views * plume.PPM_PER_KG_M3 / 3600.0)
    return _figures(found, _truth(folder / "controlled_releases.csv", names), times)


def _places(path: Path) -> tuple[list[str], FloatArray]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    figures = [[float(row[key]) for key in ("lon", "lat", "height")] for row in rows]
    return [row["name"] for row in rows], np.array(figures)


def _local(places: FloatArray, origin: FloatArray) -> FloatArray:
    """East, north, height in m from `origin` (lon, lat)."""
    shrunk = math.cos(math.radians(float(origin[1])))
    scale = np.array([_M_PER_DEGREE * shrunk, _M_PER_DEGREE])
    return np.hstack([(places[:, :2] - origin) * scale, places[:, 2:]])


def _columns(path: Path) -> tuple[IntArray, dict[str, FloatArray]]:
    table = Table(path, None)
    parts = list(table.rows())
    values = np.vstack([part.values for part in parts])
    times = np.concatenate([part.times for part in parts])
    return times, {name: values[:, k] for k, name in enumerate(table.series)}


def _truth(path: Path, names: list[str]) -> list[tuple[int, int, int, float]]:
    with path.open(encoding="utf-8") as file:
        return [
            (
                Stamps().read(row["start"]) or 0,
                Stamps().read(row["end"]) or 0,
                names.index(row["source"]),
                float(row["rate_kg_h"]),
            )
            for row in csv.DictReader(file)
        ]


def _figures(
    found: list[release.Release], truth: list[tuple[int, int, int, float]], times: IntArray
) -> dict[str, Any]:
    on, real = np.zeros(len(times), np.bool_), np.zeros(len(times), np.bool_)
    for event in found:
        on[event.begin : event.end] = True
    for begin, end, _, _ in truth:
        real |= (times >= begin - _MINUTE_US) & (times <= end)
    seen = [[e for e in found if _meets(e, begin, end, times)] for begin, end, _, _ in truth]
    best = [max(events, key=lambda e: e.end - e.begin) if events else None for events in seen]
    pairs = [(e, row) for e, row in zip(best, truth, strict=True) if e is not None]
    return {
        "releases": len(truth),
        "found": len(pairs),
        "events": len(found),
        "false": sum(not any(e in events for events in seen) for e in found),
        "right_source": sum(e.source == row[2] for e, row in pairs),
        "rate_within_2": sum(0.5 <= e.rate / row[3] <= 2.0 for e, row in pairs),
        "minute_f1": round(float(2 * (on & real).sum() / max(on.sum() + real.sum(), 1)), 3),
    }


def _meets(event: release.Release, begin: int, end: int, times: IntArray) -> bool:
    return bool(times[event.begin] <= end and times[event.end - 1] >= begin)
