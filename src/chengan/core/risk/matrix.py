"""The likelihood-severity matrix: each cell has its own colour, given by the method's edition.

No single national cut-off exists: cells are configuration of a sector, checked here so that more
danger never lowers the level.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import CodeArray, FloatArray
from chengan.core.risk.bands import NO_DATA, Bands


@dataclass(frozen=True)
class Matrix:
    """`cells[likelihood - 1][severity - 1]` is the level of that cell.

    Raises
    ------
    errors.LimitsError
        If it is no rectangle, or a level falls as likelihood or severity rises.
    """

    cells: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if len({len(row) for row in self.cells}) != 1:
            raise errors.LimitsError(
                "each row needs as many cells as the others: {cells}", cells=str(self.cells)
            )
        made = np.asarray(self.cells)
        if np.any(np.diff(made, axis=0) < 0) or np.any(np.diff(made, axis=1) < 0):
            raise errors.LimitsError(
                "a level falls as likelihood or severity rises: {cells}", cells=str(self.cells)
            )

    def level(self, likelihood: npt.ArrayLike, severity: npt.ArrayLike) -> CodeArray:
        """Level of each pair of steps (1 = lowest); NO_DATA where a step is not a number.

        Raises
        ------
        errors.OutOfRange
            If a step is no whole number of the matrix.
        """
        rows, columns = len(self.cells), len(self.cells[0])
        first, first_missing = _steps(likelihood, rows, "likelihood")
        second, second_missing = _steps(severity, columns, "severity")
        found = np.asarray(self.cells, dtype=np.int8)[first, second]
        return np.where(first_missing | second_missing, np.int8(NO_DATA), found).astype(np.int8)


def from_bands(bands: Bands, size: int = 5) -> Matrix:
    """Give the matrix whose cells are coloured by the product L x S."""
    steps = np.arange(1, size + 1)
    levels = bands.level(np.outer(steps, steps))
    return Matrix(tuple(tuple(int(each) for each in row) for row in levels))


def _steps(
    given: npt.ArrayLike, size: int, name: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    values: FloatArray = np.asarray(given, dtype=np.float64)
    missing = np.isnan(values)
    filled = np.where(missing, 1.0, values)
    if np.any((filled < 1) | (filled > size) | (filled != np.floor(filled))):
        bad = filled[(filled < 1) | (filled > size) | (filled != np.floor(filled))].flat[0]
        raise errors.OutOfRange(
            "{name} is a whole step of 1 to {size}, got {got:g}",
            name=name,
            size=size,
            got=float(bad),
        )
    return filled.astype(np.int64) - 1, missing
