"""A wide table through the monitoring core: one series alone, several together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from chengan.city.site.wide.table import Rows, Table
from chengan.core.arrays import NEVER, BoolArray, FloatArray, IntArray
from chengan.core.joint import watch
from chengan.core.joint.laws import Broken
from chengan.core.stream import anomaly

_UNIT: Final = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]\s*$")


@dataclass(frozen=True, eq=False)
class Judgement:
    """Rows with what was found: score, alarm (rows,), each (rows, series), cause, laws broken."""

    rows: Rows
    score: FloatArray
    alarm: BoolArray
    each: FloatArray
    expected: FloatArray
    cause: IntArray
    laws: dict[int, Broken] = field(default_factory=dict)


def judged(table: Table, normal: Table | None = None) -> Iterator[Judgement]:
    """Judge the table in batches; `normal` is learned from first, as far as names agree.

    A table of one series is judged by the stream's own detector, exactly as the runner does. Of
    several, each column's score is that detector's; score and alarm are of the joint relations.
    """
    profiles = anomaly.empty(len(table.series))
    together = watch.Watch(len(table.series))
    if normal is not None:
        _learn(profiles, together, _like(normal, table.series))
    for rows in table.rows():
        yield _judge(rows, profiles, together)


def _like(normal: Table, series: list[str]) -> Rows:
    """All rows of the normal file, its columns in the order of `series`; missing ones are NaN."""
    parts = list(normal.rows())
    values = np.vstack([part.values for part in parts]) if parts else np.zeros((0, len(series)))
    out = np.full((len(values), len(series)), np.nan)
    known = {_bare(name): k for k, name in enumerate(normal.series)}
    known |= {name: k for k, name in enumerate(normal.series)}
    for place, name in enumerate(series):
        found = known.get(name, known.get(_bare(name)))
        if found is not None:
            out[:, place] = values[:, found]
        else:
            normal.warned.once("learn", f"the normal file has no column {name}")
    times = np.concatenate([part.times for part in parts]) if parts else np.zeros(0, np.int64)
    return Rows([], times, out)


def _bare(name: str) -> str:
    """A column's name without its unit: `FRC-01 (kN)`, `FRC-01 [kN]` and `frc-01` are one."""
    return _UNIT.sub("", name).strip().casefold()


def _learn(profiles: np.ndarray, together: watch.Watch, rows: Rows) -> None:
    _alone(profiles, rows)
    profiles["last_time"] = NEVER
    if rows.values.shape[1] > 1 and len(rows.values) >= watch.LEAST:
        together.learn(rows.values, rows.times)


def _alone(profiles: np.ndarray, rows: Rows) -> anomaly.Judged:
    count, series = rows.values.shape
    return anomaly.judge(
        profiles,
        stream=np.tile(np.arange(series, dtype=np.int32), count),
        time=np.repeat(rows.times, series),
        value=rows.values.ravel(),
    )


def _judge(rows: Rows, profiles: np.ndarray, together: watch.Watch) -> Judgement:
    count, series = rows.values.shape
    alone = _alone(profiles, rows)
    each = alone.score.reshape(count, series)
    expected = alone.expected.reshape(count, series)
    if series == 1:
        cause = np.full((count, 3), -1, np.int64)
        cause[:, 1], cause[:, 2] = alone.reason, 0
        return Judgement(rows, each[:, 0], alone.alarm, each, expected, cause)
    joint = together.judge(rows.values, rows.times)
    if together.learned is not None:
        expected = together.learned.relations.expected(rows.values, rows.times)
    return Judgement(rows, joint.score, joint.alarm, each, expected, joint.cause, joint.laws)
