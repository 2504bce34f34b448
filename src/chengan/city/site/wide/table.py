"""A wide table, row by row: its columns by the first two lines, its rows as they come."""

import csv
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from chengan.city.site.wide import cells, stamps, text
from chengan.city.site.wide.errors import NoTable
from chengan.city.site.wide.warned import Warned
from chengan.core.arrays import FloatArray, IntArray

_DELIMITERS: Final = ",;\t|"
_MINUTE_US: Final[int] = 60_000_000
BATCH: Final[int] = 4096


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows: the text of their times, times in µs (rows,), values (rows, series; NaN none)."""

    texts: list[str]
    times: IntArray
    values: FloatArray


@dataclass
class Table:
    """An opened file; `rows()` may be read once.

    series : names of the columns that are series, in the file's order; twins get a number.
    """

    path: Path
    time_column: str | None
    warned: Warned = field(default_factory=Warned)

    def __post_init__(self) -> None:
        source = text.lines(self.path, self.warned)
        head = list(itertools.islice((x for x in source if x.strip()), 2))
        if not head:
            raise NoTable(f"{self.path.name} is empty: a wide table with a head line is expected")
        self.delimiter = max(_DELIMITERS, key=head[0].count)
        first = next(csv.reader([head[0]], delimiter=self.delimiter))
        second = next(csv.reader(head[1:], delimiter=self.delimiter), [])
        self.has_head = not all(_is_data(cell) for cell in first)
        names = [c.strip().strip("\ufeff") for c in first]
        self.names = _unique(names if self.has_head else [f"column{k}" for k in range(len(first))])
        if not self.has_head:
            self.warned.once("head", "the first line is no head: columns are counted")
        self._place = self._time_place(second if self.has_head else first)
        self._kept = [k for k in range(len(self.names)) if k != self._place]
        self.series = [self.names[k] for k in self._kept]
        if not self.series:
            raise NoTable(f"{self.path.name} has no column besides the time")

    def _time_place(self, sample: list[str]) -> int | None:
        if self.time_column is not None:
            if self.time_column not in self.names:
                raise NoTable(
                    f"no column {self.time_column!r}: the file has {', '.join(self.names)}"
                )
            return self.names.index(self.time_column)
        dated = [k for k, cell in enumerate(sample[: len(self.names)]) if stamps.looks_dated(cell)]
        named = [k for k, name in enumerate(self.names) if stamps.is_time_name(name)]
        both = [k for k in named if k in dated]
        found = next(iter(both or dated or named), None)
        if found is None:
            self.warned.once("time", "no time column found: rows are taken as one a minute")
        return found

    def rows(self) -> Iterator[Rows]:
        """Batches of rows, in the file's order; every line that is not blank is a row."""
        reader = csv.reader(
            (line for line in text.lines(self.path, self.warned) if line.strip()),
            delimiter=self.delimiter,
        )
        if self.has_head:
            next(reader)
        clock = _Clock(self.warned)
        number = 1
        while batch := list(itertools.islice(reader, BATCH)):
            yield self._batch(batch, number, clock)
            number += len(batch)

    def _batch(self, batch: list[list[str]], number: int, clock: "_Clock") -> Rows:
        values = np.full((len(batch), len(self._kept)), np.nan)
        texts, times = [], np.zeros(len(batch), np.int64)
        for k, row in enumerate(batch):
            if len(row) != len(self.names):
                self.warned.once(
                    "width", f"a row has {len(row)} cells, not {len(self.names)}", number + k
                )
            stamp = row[self._place] if self._place is not None and self._place < len(row) else ""
            texts.append(stamp if self._place is not None else str(number + k - 1))
            times[k] = clock.read(stamp, number + k, has_column=self._place is not None)
            values[k] = [self._value(row, place, number + k) for place in self._kept]
        return Rows(texts, times, values)

    def _value(self, row: list[str], place: int, number: int) -> float:
        if place >= len(row):
            return math.nan
        value, is_text = cells.number(row[place], self.delimiter)
        if is_text:
            name = self.names[place]
            self.warned.once(
                f"text {name}", f"column {name}: {row[place]!r} is no number, left out", number
            )
        return value


class _Clock:
    """Gives every row a time; what is missing, repeated or goes back is warned of."""

    def __init__(self, warned: Warned) -> None:
        self.stamps, self.warned = stamps.Stamps(), warned
        self.last: int | None = None
        self.step = _MINUTE_US

    def read(self, cell: str, row: int, *, has_column: bool) -> int:
        stamp = self.stamps.read(cell) if has_column else None
        if stamp is None:
            if has_column:
                self.warned.once("stamp", f"{cell!r} is no time: taken as the next step", row)
            stamp = 0 if self.last is None else self.last + self.step
        if self.last is not None:
            self._compare(stamp - self.last, row)
        self.last = stamp
        return stamp

    def _compare(self, step: int, row: int) -> None:
        if step == 0:
            self.warned.once("repeated", "a time is repeated", row)
        elif step < 0:
            self.warned.once("back", "a time lies before the one above it", row)
        else:
            if step > 5 * self.step and row > 2:
                self.warned.once("gap", f"a gap of {step / 1e6:g} s", row)
            self.step = step


def _is_data(cell: str) -> bool:
    value, _ = cells.number(cell, ";")
    return math.isfinite(value) or stamps.looks_dated(cell)


def _unique(names: list[str]) -> list[str]:
    taken: dict[str, int] = {}
    out = []
    for place, name in enumerate(names):
        bare = name or f"column{place}"
        taken[bare] = taken.get(bare, 0) + 1
        out.append(bare if taken[bare] == 1 else f"{bare}.{taken[bare]}")
    return out
