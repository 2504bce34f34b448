"""A labelled series as another city might have recorded it: does what was chosen on one hold there?

2 % of the readings are missing, up to 3 % of the beginning too, a little noise lies on all, the
clock is off by hours, and three series in ten are upside down. Labelled windows stay with their
readings.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from chengan.core.arrays import FloatArray, IntArray

_MISSING: Final = 0.02
_BEGINNING: Final = 0.03
_NOISE: Final = 0.02
"""Of the median step from one reading to the next."""
_TURNED: Final = 0.3
_HOUR_US: Final = 3_600_000_000


@dataclass(frozen=True, eq=False)
class Series:
    """Times (µs since 1970), values, and labelled windows as rows (first, last)."""

    times: IntArray
    values: FloatArray
    windows: list[tuple[int, int]]


def disturbed(series: Series, chance: np.random.Generator) -> Series:
    """Give the series as it would be with other gaps, noise, clock and sign."""
    count = len(series.values)
    kept = chance.random(count) > _MISSING
    kept[: int(chance.uniform(0, _BEGINNING) * count)] = False
    for ends in series.windows:
        kept[list(ends)] = True
    row = np.cumsum(kept) - 1
    values = series.values[kept]
    step = float(np.median(np.abs(np.diff(values))))
    values = values + _NOISE * step * chance.normal(size=len(values))
    times = series.times[kept] + int(chance.integers(0, 24)) * _HOUR_US
    turned = -1.0 if chance.random() < _TURNED else 1.0
    windows = [(int(row[first]), int(row[last])) for first, last in series.windows]
    return Series(times, turned * values, windows)
