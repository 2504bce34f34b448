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


def barrier(found: dict[str, Any]) -> str:
    """Give a barrier's name."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(found["name_zh"] if is_chinese else found["name_en"])
