"""Concentrations by which emergencies are judged (AEGL, ERPG), loaded as data."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from chengan.core import errors

_COLUMNS = ("cas", "name", "scheme", "level", "minutes", "ppm", "source", "mark")


@dataclass(frozen=True)
class Threshold:
    """One published figure: concentration (ppm) for an exposure of so many minutes."""

    cas: str
    name: str
    scheme: str
    level: int
    minutes: int
    ppm: float
    source: str
    mark: str


def load(text: str) -> tuple[Threshold, ...]:
    """The thresholds of a CSV text with the columns cas, name, scheme, level, minutes, ppm, source
    and mark.

    Raises
    ------
    errors.OutOfRange
        Naming the row and the field that can't be read.
    """
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff")))
    missing = set(_COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise errors.OutOfRange(f"thresholds lack the columns {', '.join(sorted(missing))}")
    return tuple(_row(number, row) for number, row in enumerate(reader, start=2))


def find(
    thresholds: Iterable[Threshold], cas: str, scheme: str, level: int, minutes: int = 60
) -> Threshold:
    """The threshold of that substance, scheme, level and exposure.

    Raises
    ------
    errors.OutOfRange
        If there is none.
    """
    for each in thresholds:
        if (each.cas, each.scheme, each.level, each.minutes) == (cas, scheme, level, minutes):
            return each
    raise errors.OutOfRange(f"no {scheme}-{level} of {minutes} min for cas {cas!r} is loaded")


def _row(number: int, row: dict[str, str]) -> Threshold:
    try:
        level, minutes, ppm = int(row["level"]), int(row["minutes"]), float(row["ppm"])
    except (TypeError, ValueError) as error:
        raise errors.OutOfRange(f"row {number}: level, minutes and ppm must be numbers") from error
    if not 1 <= level <= 3 or ppm <= 0 or minutes <= 0:
        raise errors.OutOfRange(f"row {number}: level 1 to 3, minutes and ppm above 0")
    cas, name, scheme = (str(row[key]) for key in ("cas", "name", "scheme"))
    return Threshold(cas, name, scheme, level, minutes, ppm, str(row["source"]), str(row["mark"]))
