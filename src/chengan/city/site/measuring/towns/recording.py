"""The 43 columns of a town as they would be recorded: hidden, noisy, rounded, in a CSV file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from chengan.city.site.measuring.towns.attacks import Attack
from chengan.city.site.measuring.towns.control import SUPPLY
from chengan.city.site.measuring.towns.network import STATIONS, TANKS, Town
from chengan.core.arrays import FloatArray

COLUMNS: Final = (
    *(f"L_{tank}" for tank in TANKS),
    *(f"{figure}_{pump}" for pump in SUPPLY for figure in "FS"),
    *(f"P_{node}" for node in STATIONS),
)
"""Level (m) of each tank, flow (L/s) and state (0, 1) of each pump, pressure (m) at each node."""
_MONDAY: Final = np.datetime64("2014-01-06T00", "h")
_WEEK: Final = 168


def concealed(values: FloatArray, attacks: Sequence[Attack]) -> FloatArray:
    """Give `values` (rows, columns) with what the attacks hide replaced."""
    shown = values.copy()
    for attack in attacks:
        for name in attack.hidden:
            place = COLUMNS.index(name)
            shown[attack.begin : attack.end, place] = _instead(values[:, place], attack)
    return shown


def _instead(series: FloatArray, attack: Attack) -> FloatArray:
    begin, end = attack.begin, attack.end
    if attack.is_curve:
        return _curve(series[max(begin - _WEEK, 0) : begin], end - begin)
    lag = min(attack.lag, begin)
    return series[begin - lag : end - lag]


def _curve(before: FloatArray, rows: int) -> FloatArray:
    """A cubic from the last value up towards the week's high values and down to its low ones."""
    share = np.linspace(0, 1, rows)
    rest = 1 - share
    low, high = np.quantile(before, [0.2, 0.8])
    ends = before[-1] * rest**3 + low * share**3
    curve: FloatArray = ends + 3 * low * share * rest**2 + 3 * high * share**2 * rest
    return curve


def noisy(town: Town, values: FloatArray, chance: np.random.Generator) -> FloatArray:
    """Give `values` (rows, columns) with the town's noise; a flow of nothing stays nothing."""
    if not town.noise:
        return values
    shown, rows = values.copy(), len(values)
    for place, name in enumerate(COLUMNS):
        if name[0] == "F":
            shown[:, place] *= 1 + town.noise * chance.normal(size=rows)
        elif name[0] in "LP":
            size = town.noise * (3 if name[0] == "L" else 10)
            shown[:, place] += size * chance.normal(size=rows)
    return shown


def write(path: Path, first: int, values: FloatArray) -> None:
    """Write rows (rows, columns), hourly from hour `first` on, as `chengan detect` reads them."""
    stamps = np.datetime_as_string(_MONDAY + first + np.arange(len(values)), unit="m")
    lines = [
        ",".join([stamp, *map(repr, row)])
        for stamp, row in zip(stamps.tolist(), values.tolist(), strict=True)
    ]
    path.write_text("\n".join([",".join(["time", *COLUMNS]), *lines, ""]), encoding="utf-8")
