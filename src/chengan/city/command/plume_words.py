"""Words for a cloud on the map: what it is, how far it reaches, what is assumed of it."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from chengan.city.assess import api as assess
from chengan.city.command.selectors.picture import Wind

TURNED_DEG = 30.0
"""A wind that has turned by more asks for a new cloud: our own design, the city's to set."""
LIMITS = {
    "lower_limit": gettext_lazy("may burn or explode (lower limit)"),
    "half_lower_limit": gettext_lazy("half the lower explosive limit"),
    "AEGL-3": gettext_lazy("danger to life in an hour (AEGL-3)"),
    "AEGL-2": gettext_lazy("lasting harm in an hour (AEGL-2)"),
    "ERPG-3": gettext_lazy("danger to life in an hour (ERPG-3)"),
    "ERPG-2": gettext_lazy("lasting harm in an hour (ERPG-2)"),
    "one_in_a_hundred": gettext_lazy("one in a hundred dies in half an hour"),
}
LAWS = {
    "gaussian_plume": gettext_lazy("Law: Gaussian plume with Briggs' curves (grade: checked)."),
    "dense_gas": gettext_lazy("Law: dense gas after Britter and McQuaid's nomogram."),
}


def said(plume: dict[str, Any], wind: Wind | None) -> dict[str, Any]:
    """Give a kept cloud with its words; `has_turned` when the wind is not what it was."""
    names = {cas: (zh, en) for cas, zh, en in assess.SUBSTANCES}
    zh, en = names.get(plume["cas"], (plume["cas"],) * 2)
    return {
        **plume,
        "substance": zh if _is_chinese() else en,
        "made_at": datetime.fromisoformat(plume["at"]),
        "outlines": [{**each, "word": LIMITS[each["code"]]} for each in plume["outlines"]],
        "has_turned": wind is not None and not wind.is_old and turned(plume, wind) > TURNED_DEG,
        "assumed": assumed(plume),
    }


def turned(plume: dict[str, Any], wind: Wind) -> float:
    """Give degrees between the wind of a cloud and the wind now, 0 to 180."""
    apart = abs(plume["wind_from"] - wind.blows_from) % 360
    return float(min(apart, 360 - apart))


def assumed(plume: dict[str, Any]) -> list[str]:
    """Give what a cloud takes for granted, line by line."""
    return [
        _("A steady release at the ground, for as long as the cloud needs to spread."),
        _("Open, level country: streets and buildings turn a cloud and hold it."),
        _("One wind and one mixing of the air everywhere; means of ten minutes, gusts go further."),
        str(LAWS[plume["law"]]),
        _("Limits are published figures with the mark beside them; confirm them for your city."),
        _("It helps to decide where to close first; measurements on the spot come before it."),
    ]


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
