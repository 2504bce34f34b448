"""What risk is tolerated: criteria of several countries as data, each with its source and mark."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from chengan.core import errors
from chengan.core.arrays import FloatArray


@dataclass(frozen=True)
class Limit:
    """Most individual risk (a year) tolerated at one class of target, new or in service."""

    target: str
    target_zh: str
    new: float
    in_service: float
    source: str
    mark: str


@dataclass(frozen=True)
class FnLine:
    """F = factor / N^slope, for deaths up to `most`."""

    factor: float
    slope: float
    most: int
    source: str
    mark: str


@dataclass(frozen=True)
class Criteria:
    """One country's criteria: limits by class of target, and the two lines of the F-N chart."""

    code: str
    name: str
    limits: tuple[Limit, ...]
    intolerable: FnLine | None = None
    acceptable: FnLine | None = None


_NOTICE: Final = "State Administration of Work Safety, notice No. 13 of 2014"
_GB: Final = "GB 36894-2018 (values not confirmed against the printed standard)"
_HSE: Final = "HSE, Reducing risks, protecting people (2001), paragraphs 130 to 136"
_DUTCH: Final = "Besluit externe veiligheid inrichtingen (2004)"

CRITERIA: Final = (
    Criteria(
        "GB36894-2018",
        "GB 36894-2018",
        (
            Limit("high", "高敏感、重要防护目标和一般防护目标一类", 3e-7, 3e-6, _GB, "R"),
            Limit("second", "一般防护目标二类", 3e-6, 1e-5, _GB, "R"),
            Limit("third", "一般防护目标三类", 1e-5, 3e-5, _GB, "R"),
        ),
        FnLine(1e-3, 1.0, 1000, _GB, "R"),
        FnLine(1e-5, 1.0, 1000, _GB, "R"),
    ),
    Criteria(
        "SAWS-2014-13",
        "安监总局公告2014年第13号",
        (
            Limit("high", "高敏感、重要、特殊高密度（≥100人）", 3e-7, 3e-6, _NOTICE, "V"),
            Limit("second", "居住类、公众聚集类高密度（30–100人）", 3e-6, 1e-5, _NOTICE, "V"),
            Limit("third", "低密度（<30人）", 1e-5, 3e-5, _NOTICE, "V"),
        ),
        FnLine(1e-3, 1.0, 1000, _GB, "R"),
        FnLine(1e-5, 1.0, 1000, _GB, "R"),
    ),
    Criteria(
        "UK-HSE",
        "United Kingdom, HSE",
        (
            Limit("high", "公众", 1e-4, 1e-4, _HSE, "V-"),
            Limit("second", "公众", 1e-4, 1e-4, _HSE, "V-"),
            Limit("third", "公众", 1e-4, 1e-4, _HSE, "V-"),
        ),
    ),
    Criteria(
        "NL-BEVI",
        "Netherlands, Bevi",
        (
            Limit("high", "脆弱目标", 1e-6, 1e-6, _DUTCH, "V-"),
            Limit("second", "脆弱目标", 1e-6, 1e-6, _DUTCH, "V-"),
            Limit("third", "有限脆弱目标", 1e-6, 1e-5, _DUTCH, "V-"),
        ),
        FnLine(1e-3, 2.0, 1000, _DUTCH, "V-"),
    ),
)


def criteria(code: str) -> Criteria:
    """The criteria of that code.

    Raises
    ------
    errors.OutOfRange
        Naming the codes that are known.
    """
    for each in CRITERIA:
        if each.code == code:
            return each
    raise errors.OutOfRange(
        f"no criteria {code!r}; known are {', '.join(c.code for c in CRITERIA)}"
    )


def limit(rules: Criteria, target: str) -> Limit:
    """The limit of a class of target: high, second or third.

    Raises
    ------
    errors.OutOfRange
        For another class.
    """
    for each in rules.limits:
        if each.target == target:
            return each
    raise errors.OutOfRange(f"target class must be high, second or third, got {target!r}")


def class_by_people(people: int) -> str:
    """The class of a dwelling or meeting place by its number of people (2014 notice, V)."""
    return "high" if people >= 100 else ("second" if people >= 30 else "third")


def region(rules: Criteria, curve: FloatArray) -> str:
    """Where an F-N curve lies: intolerable, alarp (as low as practicable), acceptable or unjudged.

    Raises
    ------
    errors.OutOfRange
        If the curve is not (n, 2).
    """
    if curve.ndim != 2 or curve.shape[1] != 2:
        raise errors.OutOfRange(f"an F-N curve has two columns, got shape {curve.shape}")
    if rules.intolerable is None:
        return "unjudged"
    if not len(curve):
        return "acceptable"
    number = np.maximum(curve[:, 0], 1.0)
    if np.any(curve[:, 1] > rules.intolerable.factor / number**rules.intolerable.slope):
        return "intolerable"
    if rules.acceptable is None:
        return "alarp"
    over = curve[:, 1] > rules.acceptable.factor / number**rules.acceptable.slope
    return "alarp" if np.any(over) else "acceptable"
