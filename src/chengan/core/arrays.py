"""Names for the arrays that the sciences take and give, and the time that means "not yet"."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
IndexArray = npt.NDArray[np.int32]
CodeArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]
RecordArray = npt.NDArray[np.void]
Record = Any  # one row of a RecordArray, whose fields only the compiler can check

NEVER: Final[int] = -(2**63)
"""A time (µs since 1970 UTC) that has not come: the smallest int64."""
