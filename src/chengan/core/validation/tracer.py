"""Tracer releases near the ground (such as Prairie Grass): a table of arc maxima, judged."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chengan.core import errors
from chengan.core.physics import gaussian_plume
from chengan.core.physics.near_ground_plume import Air, near_ground_concentration
from chengan.core.validation import scores

_NUMBERS = (
    "q_kg_s",
    "release_height_m",
    "wind_m_s",
    "wind_height_m",
    "z0_m",
    "averaging_s",
    "x_m",
    "receptor_height_m",
    "obs_kg_m3",
)


@dataclass(frozen=True)
class Arc:
    """One arc's maximum of one trial; `figures` by the column's name, SI units."""

    trial: str
    stability: str
    figures: dict[str, float]

    @property
    def observed(self) -> float:
        """Concentration seen, kg/m3."""
        return self.figures["obs_kg_m3"]


def read(path: Path) -> list[Arc]:
    """The arcs of a CSV file.

    Raises
    ------
    errors.OutOfRange
        Naming the row and the column that can't be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_arc(number, row) for number, row in enumerate(csv.DictReader(file), start=2)]


def similarity(arc: Arc) -> float:
    """What the surface-layer law says of an arc, kg/m3."""
    f = arc.figures
    air = Air.of_class(arc.stability, f["wind_m_s"], f["wind_height_m"], f["z0_m"])
    said = near_ground_concentration(
        f["q_kg_s"],
        f["x_m"],
        air,
        source_height=f["release_height_m"],
        height=f["receptor_height_m"],
        averaging=f["averaging_s"],
    )
    return float(said)


def briggs_rural(arc: Arc) -> float:
    """What the Gaussian with Briggs' rural curves says of an arc, kg/m3."""
    f = arc.figures
    said = gaussian_plume.concentration(
        f["q_kg_s"],
        f["x_m"],
        f["wind_m_s"],
        arc.stability,
        source_height=f["release_height_m"],
        height=f["receptor_height_m"],
        averaging=f["averaging_s"],
    )
    return float(said)


def judge(arcs: list[Arc]) -> dict[str, scores.DispersionScore]:
    """Scores of each law on these arcs, by the law's name."""
    seen = np.array([each.observed for each in arcs])
    laws = {"similarity": similarity, "briggs_rural": briggs_rural}
    return {
        name: scores.dispersion(seen, [law(each) for each in arcs]) for name, law in laws.items()
    }


def _arc(number: int, row: dict[str, str]) -> Arc:
    figures = {}
    for name in _NUMBERS:
        try:
            figures[name] = float(row[name])
        except (KeyError, TypeError, ValueError) as error:
            raise errors.OutOfRange(f"row {number}: {name} must be a number") from error
    return Arc(str(row.get("trial", "")), str(row.get("stability", "")), figures)
