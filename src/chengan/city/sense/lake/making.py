"""Hours of readings that did not come by the log: for measurements of the lake itself."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from chengan.city.sense.lake import segments
from chengan.city.sense.lake.rows import Rows
from chengan.city.sense.models import Segment
from chengan.core.tables import units as tables


def stored_table(
    stream: np.ndarray,
    time: np.ndarray,
    given: np.ndarray,
    unit: np.ndarray,
    units: tuple[str, ...],
    arrival: np.ndarray,
) -> pa.Table:
    """Readings as they are stored, from what was sent; all arrays have the shape (readings,).

    stream : int; time, arrival : int64 µs; given : float64 in `units[unit]`.
    """
    scales = np.array([tables.scale(name) for name in units])
    return segments.table_of(
        Rows(
            stream=stream.astype(np.int32),
            time=time,
            value=given * scales[unit, 0] + scales[unit, 1],
            given=given,
            unit=unit,
            arrival=arrival,
            evaluate=np.ones(len(stream), np.bool_),
            late=np.zeros(len(stream), np.bool_),
            units=units,
        )
    )


def store_hour(lake: Path, stem: str, pieces: Iterable[pa.Table]) -> int:
    """Write sorted pieces as one hour's files and enter them; the bytes they take."""
    made = segments.write_hour(lake, stem, pieces)
    # The rows need ids of their own where the table is one of a session.
    last = Segment.objects.order_by("-id").values_list("id", flat=True).first() or 0
    Segment.objects.bulk_create(
        Segment(id=last + number, level=segments.LEVEL_HOUR, **vars(each))
        for number, each in enumerate(made, 1)
    )
    return sum(each.bytes for each in made)
