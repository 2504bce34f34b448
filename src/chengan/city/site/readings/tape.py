"""A recording as a loop of tape: which readings fall due between two moments.

Pure: arrays in, arrays out; the clock is an argument.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

STAMP = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Tape:
    """Readings in order of their offset from the recording's start.

    Parameters
    ----------
    key : array of object, shape (readings,)
        Datastream keys.
    offset : array of int64, shape (readings,), µs, ascending, >= 0
    value : array of float64, shape (readings,), in `unit`
    unit : array of object, shape (readings,)
    length : int, µs
        After this the tape begins anew; larger than the last offset.
    """

    key: np.ndarray
    offset: np.ndarray
    value: np.ndarray
    unit: np.ndarray
    length: int

    def at_speed(self, speed: float) -> "Tape":
        """Give the same tape played `speed` times as fast; > 0."""
        offset = (self.offset / speed).astype(np.int64)
        return replace(self, offset=offset, length=max(int(self.length / speed), 1))

    def between(self, anchor: int, start: int, end: int) -> pa.Table:
        """Give the readings due in [start, end), the tape having begun at `anchor`.

        Parameters
        ----------
        anchor, start, end : int, µs since 1970

        Returns
        -------
        pyarrow.Table
            Columns `datastream`, `time` (UTC, µs), `value`, `unit`; in order of time.
        """
        first, last = (start - anchor) // self.length, (end - 1 - anchor) // self.length
        pieces = [
            self._lap(anchor + lap * self.length, start, end) for lap in range(first, last + 1)
        ]
        return pa.concat_tables(pieces) if pieces else self._table(slice(0, 0), 0)

    def _lap(self, lap_start: int, start: int, end: int) -> pa.Table:
        low = int(np.searchsorted(self.offset, start - lap_start, side="left"))
        high = int(np.searchsorted(self.offset, end - lap_start, side="left"))
        return self._table(slice(low, high), lap_start)

    def _table(self, part: slice, lap_start: int) -> pa.Table:
        return pa.table(
            {
                "datastream": pa.array(self.key[part], pa.string()),
                "time": pa.array(self.offset[part] + lap_start, pa.int64()).cast(STAMP),
                "value": pa.array(self.value[part], pa.float64()),
                "unit": pa.array(self.unit[part], pa.string()),
            }
        )


def cut(table: pa.Table, *, gap_us: int = 1_000_000) -> Tape:
    """Make a tape of a table with `datastream`, `time`, `value` and perhaps `unit`.

    Parameters
    ----------
    gap_us : int, µs
        Pause between the last reading and the tape's next beginning.
    """
    time = table.column("time").cast(pa.int64()).to_numpy()
    order = np.argsort(time, kind="stable")
    count = table.num_rows
    has_unit = "unit" in table.column_names
    offset = (time - time.min())[order] if count else time
    return Tape(
        key=table.column("datastream").to_numpy(zero_copy_only=False)[order],
        offset=offset,
        value=table.column("value").to_numpy()[order],
        unit=(
            table.column("unit").to_numpy(zero_copy_only=False)[order]
            if has_unit
            else np.full(count, None, dtype=object)
        ),
        length=int(offset[-1]) + gap_us if count else gap_us,
    )
