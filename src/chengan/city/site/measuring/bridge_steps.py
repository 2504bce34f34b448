"""A bridge before and after its support sank: which levels stepped, by how much, what was false."""

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from chengan.city.site.wide.table import Table
from chengan.core.arrays import FloatArray, IntArray
from chengan.core.events.step import Step, Steps, usual_range

WINDOW_US: Final[int] = 10_000_000
DAY: Final = "UniBw_2022-04-11_"
PUBLISHED: Final = {"DMS_CN": 34.5, "FRC-02": 190.4 - 234.0}
"""Size of the step, µm/m and kN: Jaelani et al. (2023), Steel Construction 16, 215."""
KINDS: Final = {"DMS_CN": "DMS_CNAt100Hz", "Force": "ForceAt100Hz"}


def scored(folder: Path, scratch: Path) -> dict[str, Any]:
    """Steps alarmed of those there were, sizes within 5 %, and steps told in the reference."""
    found: dict[str, list[Step]] = {}
    false = 0
    for kind in KINDS.values():
        usual = _columns(folder / f"ReferenceState{kind}.csv.zip", scratch)
        before = _columns(folder / f"{DAY}ref_support_load_01{kind}.csv.zip", scratch)
        after = _columns(folder / f"{DAY}support_load_01{kind}.csv.zip", scratch)
        for name, series in before.items():
            watch = Steps(WINDOW_US, usual_range(*usual[name], WINDOW_US))
            false += len(watch.take(*series))
            found[name] = watch.take(*after[name])
    sizes = {name: round(steps[0].size, 2) for name, steps in found.items() if steps}
    near = [abs(sizes.get(name, 0.0) / size - 1) <= 0.05 for name, size in PUBLISHED.items()]
    return {
        "steps": len(found),
        "alarmed": len(sizes),
        "sizes": sizes,
        "within_5_percent": sum(near),
        "of_published": len(near),
        "false_in_reference": false,
        "more_than_one": sum(len(steps) > 1 for steps in found.values()),
    }


def _columns(path: Path, scratch: Path) -> dict[str, tuple[IntArray, FloatArray]]:
    """Series by bare name: time and value. The archive's inner file is plain text under `.zip`."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read(archive.namelist()[0])
        if zipfile.is_zipfile(io.BytesIO(text)):
            with zipfile.ZipFile(io.BytesIO(text)) as inner:
                text = inner.read(inner.namelist()[0])
    file = scratch / "series.csv"
    file.write_bytes(text)
    table = Table(file, None)
    parts = list(table.rows())
    time = np.concatenate([part.times for part in parts])
    value = np.vstack([part.values for part in parts])
    return {name.split(" ")[0]: (time, value[:, k]) for k, name in enumerate(table.series)}
