"""How well the unusual is found, on recordings with known truth in a folder (`--data FOLDER`).

`FOLDER/nab` holds the labelled windows (`windows.json`) and the series, unpacked or as
`series.tar.xz`: every file named in the windows that is there is scored, by the configuration that
`chengan detect` runs; with `disturbed=12` twelve times more, disturbed. `FOLDER/gas_methane`, if
it is there, holds sensors, wind, places and controlled releases: events of `core.events` are held
against them. `FOLDER/bridge_strain`, if it is there, holds a bridge's load tests before and after
its support sank: steps told from loads.
"""

import json
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chengan.city.site.errors import NoRecordings
from chengan.city.site.measuring import bridge_steps, disturbed, gas_releases, nab
from chengan.city.site.wide.judging import judged
from chengan.city.site.wide.stamps import Stamps
from chengan.city.site.wide.table import Table
from chengan.core.arrays import IntArray


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Score the detector on the recordings of `data`; says which files were there."""
    if "data" not in options:
        raise NoRecordings("say where the recordings lie: chengan bench detect --data FOLDER")
    root = Path(options["data"])
    figures: dict[str, Any] = {
        "nab": _nab(root / "nab", progress, int(options.get("disturbed", 0)))
    }
    if (root / "gas_methane").is_dir():
        figures["gas"] = gas_releases.scored(root / "gas_methane")
    if (root / "bridge_strain").is_dir():
        with tempfile.TemporaryDirectory() as scratch:
            figures["bridge"] = bridge_steps.scored(root / "bridge_strain", Path(scratch))
    return figures


def _nab(folder: Path, progress: Callable[..., None], turns: int) -> dict[str, Any]:
    windows = json.loads((folder / "windows.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        series = _unpacked(folder, Path(scratch))
        present = [name for name in sorted(windows) if (series / name).is_file()]
        files = []
        for turn, name in enumerate(present):
            files.append(_labelled(series / name, windows[name]))
            progress((turn + 1) / len(present), name)
        if not files:
            raise NoRecordings(f"none of the files of windows.json lies in {folder}")
        figures = _figures(files)
        if turns:
            recorded = [_recorded(series / name, windows[name]) for name in present]
            figures["disturbed"] = _disturbed(recorded, turns, Path(scratch), progress)
    return figures


def _unpacked(folder: Path, scratch: Path) -> Path:
    archive = folder / "series.tar.xz"
    if not archive.is_file():
        return folder
    with tarfile.open(archive) as opened:
        opened.extractall(scratch, filter="data")
    return scratch


def _labelled(path: Path, labels: list[list[str]]) -> nab.Labelled:
    parts = list(judged(Table(path, None)))
    times = np.concatenate([part.rows.times for part in parts])
    scores = np.concatenate([part.score for part in parts])
    return nab.Labelled(scores, [_window(times, label) for label in labels])


def _recorded(path: Path, labels: list[list[str]]) -> disturbed.Series:
    rows = list(Table(path, None).rows())
    times = np.concatenate([part.times for part in rows])
    values = np.concatenate([part.values[:, 0] for part in rows])
    return disturbed.Series(times, values, [_window(times, label) for label in labels])


def _disturbed(
    recorded: list[disturbed.Series], turns: int, scratch: Path, progress: Callable[..., None]
) -> dict[str, float]:
    """Standard scores of the files disturbed, `turns` times."""
    found = []
    for turn in range(turns):
        chance = np.random.default_rng(turn)
        files = [_judged(disturbed.disturbed(each, chance), scratch) for each in recorded]
        found.append(nab.best(files)[0])
        progress((turn + 1) / turns, f"disturbed: {found[-1]:.1f}")
    shown = {"mean": float(np.mean(found)), "least": min(found), "greatest": max(found)}
    return {"turns": turns, **{name: round(value, 1) for name, value in shown.items()}}


def _judged(series: disturbed.Series, scratch: Path) -> nab.Labelled:
    path = scratch / "disturbed.csv"
    stamps = np.datetime_as_string(series.times.astype("datetime64[us]"))
    lines = (f"{at},{value!r}\n" for at, value in zip(stamps, series.values.tolist(), strict=True))
    path.write_text("timestamp,value\n" + "".join(lines), encoding="utf-8")
    scores = np.concatenate([part.score for part in judged(Table(path, None))])
    return nab.Labelled(scores, series.windows)


def _window(times: IntArray, label: list[str]) -> tuple[int, int]:
    begin, end = (Stamps().read(stamp) or 0 for stamp in label)
    inside = np.flatnonzero((times >= begin) & (times <= end))
    return int(inside[0]), int(inside[-1])


def _figures(files: list[nab.Labelled]) -> dict[str, Any]:
    standard, threshold = nab.best(files)
    return {
        "files": len(files),
        "windows": sum(len(file.windows) for file in files),
        "standard": round(standard, 1),
        "threshold": round(threshold, 3),
        "standard_threshold_from_other_files": round(_cross_validated(files), 1),
        "low_false": round(nab.best(files, nab.LOW_FALSE)[0], 1),
        "low_missed": round(nab.best(files, nab.LOW_MISSED)[0], 1),
    }


def _cross_validated(files: list[nab.Labelled], folds: int = 5) -> float:
    """Standard score when each fifth of the files is judged by the threshold of the others."""
    raw, windows = 0.0, 0
    for fold in range(min(folds, len(files))):
        rest = [file for k, file in enumerate(files) if k % folds != fold] or files
        threshold = nab.best(rest)[1]
        for file in files[fold::folds]:
            raw += nab.file_score(file.scores >= threshold, file.windows, nab.STANDARD)
            windows += len(file.windows)
    return 100.0 * (raw + windows) / (2.0 * windows) if windows else 0.0
