"""GB 18218-2018: threshold quantities of 85 substances and 24 categories, correction factors.

Mark V-: read in a public copy of the standard's tables (names and quantities still want a look at
the printed standard); every CAS number's check digit holds (tested). Quantities are in tonnes in
the file as in the standard, and in kilograms in what this module gives.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from chengan.core import errors

EDITION: Final = "GB 18218-2018"
SOURCE: Final = "GB 18218-2018 表1–表4，公开抄本，待与纸质标准核对"
MARK: Final = "V-"
TONNE: Final = 1000.0  # kg

CATEGORY_T: Final = {
    "J1": 5.0, "J2": 50.0, "J3": 50.0, "J4": 50.0, "J5": 500.0, "W1.1": 1.0, "W1.2": 10.0,
    "W1.3": 50.0, "W2": 10.0, "W3": 150.0, "W4": 50.0, "W5.1": 10.0, "W5.2": 50.0,
    "W5.3": 1000.0, "W5.4": 5000.0, "W6.1": 10.0, "W6.2": 50.0, "W7.1": 10.0, "W7.2": 50.0,
    "W8": 50.0, "W9.1": 50.0, "W9.2": 200.0, "W10": 200.0, "W11": 200.0,
}  # fmt: skip
"""Threshold quantity of each category of 表2, tonnes."""

CATEGORY_BETA: Final = {
    "J1": 4.0, "J2": 1.0, "J3": 2.0, "J4": 2.0, "J5": 1.0, "W1.1": 2.0, "W1.2": 2.0, "W1.3": 2.0,
    "W2": 1.5, "W3": 1.0, "W4": 1.0, "W5.1": 1.5, "W5.2": 1.0, "W5.3": 1.0, "W5.4": 1.0,
    "W6.1": 1.5, "W6.2": 1.0, "W7.1": 1.5, "W7.2": 1.0, "W8": 1.0, "W9.1": 1.0, "W9.2": 1.0,
    "W10": 1.0, "W11": 1.0,
}  # fmt: skip
"""Correction factor β of each category of 表4."""

TOXIC_BETA: Final = {
    "630-08-0": 2.0, "7446-09-5": 2.0, "7664-41-7": 2.0, "75-21-8": 2.0, "7647-01-0": 3.0,
    "74-83-9": 3.0, "7782-50-5": 4.0, "7783-06-4": 5.0, "7664-39-3": 5.0, "10102-44-0": 10.0,
    "74-90-8": 10.0, "75-44-5": 20.0, "7803-51-2": 20.0, "624-83-9": 20.0,
}  # fmt: skip
"""Correction factor β of the toxic gases of 表3, by CAS number."""

COAL_GAS: Final = "煤气(CO,CO与H2/CH4混合物等)"


@dataclass(frozen=True)
class Substance:
    """A row of 表1; `threshold` in kg, `beta` where 表3 names the gas, else by its category."""

    name: str
    cas: tuple[str, ...]
    threshold: float
    beta: float | None


@dataclass(frozen=True)
class Tables:
    """Tables 1 to 4 of one edition: named substances; threshold (kg) and β by category."""

    edition: str
    substances: tuple[Substance, ...]
    categories: Mapping[str, tuple[float, float]]

    def substance(self, name: str) -> Substance:
        """Give the substance of this name or CAS number; a CAS number must stand in one row only.

        Raises
        ------
        errors.OutOfRange
            If no row, or more than one, has it: the message lists what would be right.
        """
        wanted, about = name.strip(), {"name": name.strip(), "edition": self.edition}
        named = [each for each in self.substances if each.name == wanted]
        found = named or [each for each in self.substances if wanted in each.cas]
        if len(found) == 1:
            return found[0]
        if found:
            rows = "; ".join(each.name for each in found)
            text = "“{name}” stands in several rows of {edition}, name one: {rows}"
            raise errors.OutOfRange(text, **about, rows=rows)
        text = "“{name}” is not in table 1 of {edition}: give its category of table 2"
        raise errors.OutOfRange(text, **about)

    def category(self, code: str) -> tuple[float, float]:
        """Give threshold, kg, and β of a category of tables 2 and 4 (`J1` … `W11`).

        Raises
        ------
        errors.OutOfRange
            If there is no such category.
        """
        if code not in self.categories:
            known = ", ".join(self.categories)
            text = "“{code}” is no category of {edition}; known are {known}"
            raise errors.OutOfRange(text, code=code, edition=self.edition, known=known)
        return self.categories[code]


@cache
def published() -> Tables:
    """Give the tables of GB 18218-2018 as this module has them."""
    categories = {
        code: (tonnes * TONNE, CATEGORY_BETA[code]) for code, tonnes in CATEGORY_T.items()
    }
    return Tables(EDITION, substances(), categories)


@cache
def substances() -> tuple[Substance, ...]:
    """Give the 85 named substances in the order of 表1."""
    text = (resources.files("chengan.core.tables") / "gb18218_substances.csv").read_text("utf-8")
    return tuple(_substance(row) for row in csv.DictReader(text.splitlines()))


def _substance(row: dict[str, str]) -> Substance:
    cas = tuple(part for part in row["cas"].split(";") if part)
    betas = [TOXIC_BETA[each] for each in cas if each in TOXIC_BETA]
    beta = 2.0 if row["name"] == COAL_GAS else max(betas, default=None)
    return Substance(row["name"], cas, float(row["threshold_t"]) * TONNE, beta)


def substance(name: str) -> Substance:
    """Give the published substance of this name or CAS number, as `Tables.substance`."""
    return published().substance(name)


def category(code: str) -> tuple[float, float]:
    """Give threshold, kg, and β of a published category, as `Tables.category`."""
    return published().category(code)


def is_cas(text: str) -> bool:
    """Say whether a CAS number's check digit holds."""
    digits = text.replace("-", "")
    parts = text.split("-")
    if len(parts) != 3 or not digits.isdigit() or len(parts[1]) != 2 or len(parts[2]) != 1:
        return False
    body = digits[-2::-1]
    return sum(place * int(digit) for place, digit in enumerate(body, start=1)) % 10 == int(
        digits[-1]
    )
