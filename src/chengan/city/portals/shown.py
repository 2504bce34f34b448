"""How figures, units and times are written on a page; plain functions, no HTML."""

import math
from datetime import datetime

from django.utils.translation import gettext as _

from chengan.core.errors import CoreError
from chengan.core.tables import units

MINUTE, HOUR, DAY = 60, 3600, 86400
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figures(value: float) -> str:
    """Write a number with four significant figures, thousands grouped, no bare exponents.

    Source of the rule: a duty officer reads 12,350 and 1.2×10⁻⁵, not 1.235e+04.
    """
    size = abs(value)
    if size >= 1e9 or (0 < size < 1e-4):
        mantissa, exponent = f"{value:.3e}".split("e")
        plain = mantissa.rstrip("0").rstrip(".")
        return f"{plain}×10{str(int(exponent)).translate(SUPERSCRIPT)}"
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def is_missing(value: object) -> bool:
    """Say whether there is no figure: None or not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def symbol(unit: str) -> str:
    """Give what people read for a unit's code (um/m → µm/m); an unknown one as it is."""
    try:
        return units.unit(unit).symbol if unit else ""
    except CoreError:
        return unit


def ago(seconds: float) -> str:
    """Say how long ago (or, when negative, how far ahead) in the largest whole unit."""
    size = abs(seconds)
    if size < MINUTE:
        count, past, ahead = size, _("%(count)d s ago"), _("in %(count)d s")
    elif size < HOUR:
        count, past, ahead = size / MINUTE, _("%(count)d min ago"), _("in %(count)d min")
    elif size < 2 * DAY:
        count, past, ahead = size / HOUR, _("%(count)d h ago"), _("in %(count)d h")
    else:
        count, past, ahead = size / DAY, _("%(count)d d ago"), _("in %(count)d d")
    return (past if seconds >= 0 else ahead) % {"count": int(count)}


def moment(local: datetime, now: datetime) -> str:
    """Write a Beijing time as short as is exact: without today's date, without this year."""
    if local.date() == now.date():
        return f"{local:%H:%M:%S}"
    if local.year == now.year:
        return f"{local:%m-%d %H:%M:%S}"
    return f"{local:%Y-%m-%d %H:%M:%S}"
