"""Records of jet and flame experiments, and the limits another code publishes for itself."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chengan.core.arrays import FloatArray
from chengan.core.validation.scores import percent_error


@dataclass(frozen=True)
class Case:
    """One curve: what was measured and what the law says at the same points."""

    title: str
    observed: FloatArray
    predicted: FloatArray

    @property
    def error(self) -> float:
        """Average percent error."""
        return percent_error(self.observed, self.predicted)


def columns(path: Path, header: int) -> dict[str, FloatArray]:
    """Columns of a digitised figure by name; `header` lines stand before the names."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[header:]
    return {
        name: np.array([float(row[k]) for row in rows[1:] if k < len(row) and row[k].strip()])
        for k, name in enumerate(rows[0])
        if name
    }


def limits(folder: Path) -> dict[str, float]:
    """The average percent error allowed for each case by its title, from the Limits files."""
    found: dict[str, float] = {}
    for path in sorted(folder.glob("Limits-*.json")):
        for cases in json.loads(path.read_text(encoding="utf-8")).values():
            found |= {title: float(each["Avg Percent Error"]) for title, each in cases.items()}
    return found


def within_limits(cases: Sequence[Case], allowed: dict[str, float]) -> list[tuple[Case, bool]]:
    """Each case that has a limit, and whether it keeps it; limits are whole percents, so are we."""
    return [
        (each, round(each.error) <= allowed[each.title]) for each in cases if each.title in allowed
    ]
