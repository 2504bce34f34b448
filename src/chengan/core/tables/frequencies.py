"""How often equipment fails, as a table that a user can see and replace, each number with its
source and mark (V-: known through secondary sources, to be confirmed; R: unverified default).
"""

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Final

from chengan.core import errors

_PURPLE: Final = "TNO, Guidelines for quantitative risk assessment (CPR 18E, 1999)"
_COLUMNS: Final = ("equipment", "failure", "per_year", "source", "mark")


@dataclass(frozen=True)
class Frequency:
    """One failure of one kind of equipment, a year (of pipes: a metre and year)."""

    equipment: str
    failure: str
    per_year: float
    source: str
    mark: str


FREQUENCIES: Final = (
    Frequency("pressure_vessel", "rupture", 5e-7, f"{_PURPLE}, table 3.3, G.1", "V-"),
    Frequency("pressure_vessel", "ten_minutes", 5e-7, f"{_PURPLE}, table 3.3, G.2", "V-"),
    Frequency("pressure_vessel", "hole_10mm", 1e-5, f"{_PURPLE}, table 3.3, G.3", "V-"),
    Frequency("process_vessel", "rupture", 5e-6, f"{_PURPLE}, table 3.3, G.1", "V-"),
    Frequency("process_vessel", "ten_minutes", 5e-6, f"{_PURPLE}, table 3.3, G.2", "V-"),
    Frequency("process_vessel", "hole_10mm", 1e-4, f"{_PURPLE}, table 3.3, G.3", "V-"),
    Frequency("atmospheric_tank", "rupture", 5e-6, f"{_PURPLE}, table 3.5, G.1a", "V-"),
    Frequency("atmospheric_tank", "ten_minutes", 5e-6, f"{_PURPLE}, table 3.5, G.2a", "V-"),
    Frequency("atmospheric_tank", "hole_10mm", 1e-4, f"{_PURPLE}, table 3.5, G.3a", "V-"),
    Frequency("pipe_75_150mm", "rupture", 3e-7, f"{_PURPLE}, table 3.7, G.1, a metre", "V-"),
    Frequency("pipe_75_150mm", "hole_10mm", 2e-6, f"{_PURPLE}, table 3.7, G.2, a metre", "V-"),
    Frequency("pump_with_gasket", "rupture", 1e-4, f"{_PURPLE}, table 3.8, G.1", "V-"),
    Frequency("tank_car", "rupture", 5e-7, f"{_PURPLE}, table 3.18, G.1", "V-"),
)


def load(text: str) -> tuple[Frequency, ...]:
    """The frequencies of a CSV text: equipment, failure, per_year, source, mark.

    Raises
    ------
    errors.OutOfRange
        Naming the row and what was expected; a number without a source is refused.
    """
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff")))
    missing = set(_COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise errors.OutOfRange(f"frequencies lack the columns {', '.join(sorted(missing))}")
    return tuple(_row(number, row) for number, row in enumerate(reader, start=2))


def of_equipment(
    equipment: str, table: tuple[Frequency, ...] = FREQUENCIES
) -> dict[str, Frequency]:
    """The failures of a kind of equipment by name.

    Raises
    ------
    errors.OutOfRange
        If the table has none of that kind; it names the kinds that are there.
    """
    found = {each.failure: each for each in table if each.equipment == equipment}
    if not found:
        kinds = ", ".join(sorted({each.equipment for each in table}))
        raise errors.OutOfRange(f"no frequencies for equipment {equipment!r}; known are {kinds}")
    return found


def _row(number: int, row: dict[str, str]) -> Frequency:
    try:
        per_year = float(row["per_year"])
    except (TypeError, ValueError) as error:
        raise errors.OutOfRange(f"row {number}: per_year must be a number") from error
    if not 0 <= per_year <= 10 or not row["source"] or row["mark"] not in ("V", "V-", "R", "D"):
        raise errors.OutOfRange(
            f"row {number}: per_year 0 to 10, a source, and a mark of V, V-, R or D are needed"
        )
    return Frequency(row["equipment"], row["failure"], per_year, row["source"], row["mark"])
