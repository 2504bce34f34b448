"""Figures, classes and events of a review in words, in the language in force."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def yearly(value: float) -> str:
    """Give a frequency or risk a year with two figures: 3.1×10⁻⁷."""
    if value <= 0:
        return "0"
    mantissa, power = f"{value:.1e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}×10{raised}"


def share(value: float) -> str:
    """Give a share in per cent, two figures where it is small."""
    return f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"


def class_word(kind: str) -> str:
    """Give the word of a class of target (GB 36894-2018)."""
    return {
        "high_sensitive": _("highly sensitive"),
        "important": _("important"),
        "general_1": _("general, class 1"),
        "general_2": _("general, class 2"),
        "general_3": _("general, class 3"),
    }[kind]


def event(failure: str, happening: str) -> str:
    """Give an event of an event tree in words."""
    words = {
        "rupture": _("vessel bursts"),
        "ten_minutes": _("all within ten minutes"),
        "hole_10mm": _("hole of 10 mm"),
        "fireball": _("fireball"),
        "jet fire": _("jet fire"),
        "pool fire": _("pool fire"),
        "flash fire": _("flash fire"),
        "explosion": _("vapour cloud explosion"),
        "toxic cloud": _("toxic cloud"),
    }
    return f"{words.get(failure, failure)} → {words.get(happening, happening)}"


def load_word(load: str) -> str:
    """Give what breaks a neighbour: heat or blast."""
    return {"heat": _("heat"), "blast": _("blast")}.get(load, load)


def barrier(found: dict[str, Any]) -> str:
    """Give a barrier's name."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(found["name_zh"] if is_chinese else found["name_en"])


def note(found: dict[str, Any] | str) -> str:
    """Give what a review notes beside its verdict in words; a text of an older review as it is."""
    if isinstance(found, str):
        return found
    words = {
        "weather_unknown": _("Weather is not known: D5 and F1.5 from every direction [R]."),
        "criteria_unconfirmed": _(
            "The figures of %(criteria)s are not confirmed against the printed standard."
        ),
        "kind_unknown": _("%(installation)s: this review does not know the kind %(kind)s."),
        "wake": _(
            "%(installation)s: %(buildings)s buildings stand so near that a cloud is drawn into "
            "their wake: near them the laws of open ground say too little, farther off too much."
        ),
        "hilly": _(
            "The ground rises or falls by more than %(metres)s m around %(installation)s: the "
            "laws of flat ground mislead there."
        ),
    }
    figures = {key: f"{each:g}" if isinstance(each, float) else each for key, each in found.items()}
    return words[found["code"]] % figures


def people_indoors(options: dict[str, Any]) -> str:
    """Give the shares of the people in houses, by day and by night; empty of an older review."""
    if "indoors_day" not in options:
        return ""
    return f"{share(options['indoors_day'])} / {share(options['indoors_night'])}"


def weather_times(weather: dict[str, Any]) -> str:
    """Say whether the deaths of many at once were reckoned with the weather of day and of night."""
    return _("by day and by night") if weather.get("day") else _("the same by day and by night")
