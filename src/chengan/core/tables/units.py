"""Conversion at the door: from what a device writes to SI, and back for people to read."""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from chengan.core import errors
from chengan.core.arrays import FloatArray
from chengan.core.tables import gas as gases
from chengan.core.tables.unit_table import GAS_UNITS, SI_CODE, UNITS, Unit

# A pure number may stand for a strain, as m/m is one.
_ALSO: Final = {("strain", "1")}


def _spelling(text: str) -> str:
    """One form for all ways to encode the same signs: full-width, superscript, either micro."""
    return unicodedata.normalize("NFKC", text).strip()


_BY_SPELLING: Final = {
    _spelling(text): unit for unit in UNITS for text in (unit.code, unit.symbol, *unit.aliases)
}
_GAS_SPELLINGS: Final = {_spelling(text) for text in GAS_UNITS}


@cache
def unit(text: str, gas: str | None = None) -> Unit:
    """The unit that `text` names: a UCUM code, a symbol, or a way in which devices write it.

    `gas` (formula, name or CAS number) is needed for %LEL and ignored by all other units.

    Raises
    ------
    errors.UnknownUnit
        If no table names it.
    errors.UnknownGas
        If it is %LEL without a gas, or of a gas without published limits.
    """
    spelling = _spelling(text)
    if spelling in _GAS_SPELLINGS:
        return _lel(gas)
    found = _BY_SPELLING.get(spelling)
    if found is None:
        raise errors.UnknownUnit(f"unknown unit {text!r}: {_near(spelling)}")
    return found


def _lel(gas: str | None) -> Unit:
    if gas is None:
        raise errors.UnknownGas(
            "%LEL means nothing without the gas: name it, or send %VOL or ppm instead"
        )
    of = gases.gas(gas)
    return Unit(
        f"%{{LEL {of.formula}}}", "%LEL", "fraction", of.lower_limit / 100, source=of.source
    )


def _near(spelling: str) -> str:
    """What may have been meant: units that differ only in case, else how to find one."""
    alike = sorted(
        {each.code for key, each in _BY_SPELLING.items() if key.lower() == spelling.lower()}
    )
    if alike:
        return f"case matters, is it {' or '.join(alike)}?"
    return "write a UCUM code such as kPa, Cel, %, [ppm], mm, m3/h"


def dimension(text: str, gas: str | None = None) -> str:
    """The dimension that a unit measures, such as "pressure"; errors as `unit`."""
    return unit(text, gas).dimension


def si_code(of_dimension: str) -> str:
    """The UCUM code of the unit in which a dimension is computed, such as "Pa" for "pressure".

    Raises
    ------
    errors.WrongDimension
        If there is no such dimension.
    """
    if of_dimension not in SI_CODE:
        raise errors.WrongDimension(
            f"no dimension is called {of_dimension!r}; there are {', '.join(SI_CODE)}"
        )
    return SI_CODE[of_dimension]


def allowed_units(of_dimension: str) -> tuple[str, ...]:
    """The UCUM codes of all units of a dimension, its SI unit first; errors as `si_code`."""
    first = si_code(of_dimension)
    others = (each.code for each in UNITS if each.dimension == of_dimension and each.code != first)
    return (first, *others)


def _fitting(text: str, wanted: str | None, gas: str | None) -> Unit:
    found = unit(text, gas)
    if wanted in (None, found.dimension) or (wanted, found.code) in _ALSO:
        return found
    allowed = ", ".join(allowed_units(str(wanted)))
    hint = (
        " (a mass per volume needs the molar mass)" if _is_mass_for_fraction(found, wanted) else ""
    )
    raise errors.WrongDimension(
        f"{text} measures {found.dimension}, not {wanted}{hint}; allowed: {allowed}"
    )


def _is_mass_for_fraction(found: Unit, wanted: str | None) -> bool:
    return {found.dimension, wanted} == {"mass_concentration", "fraction"}


def scale(
    unit: str, *, dimension: str | None = None, gas: str | None = None
) -> tuple[float, float]:
    """Factor and offset: SI is the figure in `unit` times the factor plus the offset.

    Parameters and errors as `to_si`.
    """
    found = _fitting(unit, dimension, gas)
    return found.factor, found.offset


def to_si(
    values: npt.ArrayLike, unit: str, *, dimension: str | None = None, gas: str | None = None
) -> FloatArray:
    """Values in the SI unit of their dimension (`si_code`); any shape, the shape is kept.

    Parameters
    ----------
    values : numbers in `unit`.
    dimension : the one asked for; any without.
    gas : needed for %LEL only.

    Raises
    ------
    errors.UnknownUnit, errors.UnknownGas
        As `unit`.
    errors.WrongDimension
        If the unit measures something else; the message lists what is allowed.
    """
    found = _fitting(unit, dimension, gas)
    return np.asarray(values, dtype=np.float64) * found.factor + found.offset


def from_si(
    values: npt.ArrayLike, unit: str, *, dimension: str | None = None, gas: str | None = None
) -> FloatArray:
    """Values in `unit` of SI values; shape, parameters and errors as `to_si`."""
    found = _fitting(unit, dimension, gas)
    return (np.asarray(values, dtype=np.float64) - found.offset) / found.factor


def difference_to_si(
    values: npt.ArrayLike, unit: str, *, dimension: str | None = None, gas: str | None = None
) -> FloatArray:
    """Differences (a hysteresis, an epsilon, a rate per second) in SI: 5 °C of difference is 5 K.

    Shape, parameters and errors as `to_si`.
    """
    found = _fitting(unit, dimension, gas)
    return np.asarray(values, dtype=np.float64) * found.factor


def difference_from_si(
    values: npt.ArrayLike, unit: str, *, dimension: str | None = None, gas: str | None = None
) -> FloatArray:
    """Differences in `unit` of SI differences; shape, parameters and errors as `to_si`."""
    found = _fitting(unit, dimension, gas)
    return np.asarray(values, dtype=np.float64) / found.factor
