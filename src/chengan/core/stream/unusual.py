"""What the one-series detector reports: readings unlike the stream's past, as episodes.

The same profiles and figures as for a file (`anomaly.judge`); here their alarms become events with
a beginning and an end, which say what was seen, what was expected, and how unusual that is.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chengan.core.arrays import CodeArray, IntArray, RecordArray
from chengan.core.stream import anomaly
from chengan.core.stream.events import EVENT, Cause, Events, Kind


class Told(NamedTuple):
    """Events of cause ANOMALY, and for each the `anomaly.Reason` (of what began it)."""

    events: Events
    reason: CodeArray


def tell(
    profiles: RecordArray,
    *,
    row: npt.ArrayLike,
    stream: npt.ArrayLike,
    time: npt.ArrayLike,
    value: npt.ArrayLike,
    severity: npt.ArrayLike,
) -> Told:
    """Judge readings in the order given, changing `profiles`; gives alarms begun and ended.

    Of an event, `measure` is the score and `limit` the score that began its last alarm, `value`
    the reading and `expected` what was expected, both in the stream's unit; `onset` is the reading
    at which the alarm began.

    Parameters
    ----------
    row : int, (readings,), place of the stream's profile; stream : int, its name in the events.
    time : int64, µs; value : float64; severity : int, of the alarms that begin.

    Raises
    ------
    errors.ShapeMismatch
        As `anomaly.judge`.
    """
    rows = np.asarray(row, dtype=np.int64)
    was_on, onset = profiles["alarm_run"] > 0, profiles["onset"].copy()
    found = anomaly.judge(profiles, stream=rows, time=time, value=value)
    place = _changes(rows, found.alarm, was_on)
    table = np.zeros(len(place), dtype=EVENT)
    streams, times, values, severities = (
        np.asarray(each) for each in (stream, time, value, severity)
    )
    for k, at in enumerate(place):
        begins = bool(found.alarm[at])
        if begins:
            onset[rows[at]] = times[at]
        table[k] = (
            streams[at], Kind.BREACH_BEGAN if begins else Kind.BREACH_ENDED, Cause.ANOMALY,
            severities[at] if begins else 0, times[at], onset[rows[at]], values[at],
            found.score[at], profiles["asked"][rows[at]], found.expected[at],
        )  # fmt: skip
    return Told(Events.from_table(table), found.reason[place])


def _changes(
    rows: IntArray, alarm: npt.NDArray[np.bool_], was_on: npt.NDArray[np.bool_]
) -> IntArray:
    """Places, in order, at which a stream's alarm begins or ends."""
    order = np.argsort(rows, kind="stable")
    mine, on = rows[order], alarm[order]
    before = np.empty_like(on)
    before[1:] = on[:-1]
    is_first = np.ones(len(mine), dtype=np.bool_)
    is_first[1:] = mine[1:] != mine[:-1]
    before[is_first] = was_on[mine[is_first]]
    out: IntArray = np.sort(order[on != before])
    return out
