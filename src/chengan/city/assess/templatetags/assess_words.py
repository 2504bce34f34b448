"""Stored messages in the reader's language."""

from typing import Final

from django import template
from django.utils.translation import gettext_lazy as _

from chengan.city.assess import messages

register = template.Library()
NOTES: Final = {"expired": _("expired")}
"""Words that jobs write into a risk's history as they are."""
CAUSES: Final = {
    "gas_leak": _("Gas leak"),
    "bridge": _("Bridge in danger"),
    "water_supply": _("Water main failure"),
    "waterlogging": _("Waterlogging"),
    "crowd": _("Crowd in danger"),
    "hazardous_chemicals": _("Hazardous-chemical release"),
    "construction": _("Construction accident"),
    "power_outage": _("Large power cut"),
    "traffic": _("Road traffic disturbance"),
    "plant": _("Plant equipment in danger"),
    "fire": _("Fire"),
    "collapse": _("Collapse or subsidence"),
    "other": _("Other cause"),
}
"""Causes by code, of the types that every city begins with."""


@register.filter
def cause_name(code: str) -> str:
    """Give a cause in the page's language; one of the city's own as its code without marks."""
    return str(CAUSES.get(code) or code.replace("_", " "))


@register.filter
def sort_of_fact(kind: str) -> str:
    """Give what a fact of this kind is about: a warning, an incident, a hidden danger."""
    if kind.startswith("warning."):
        return str(_("Warning"))
    return str(_("Incident") if kind.startswith("command.") else _("Hidden danger"))


@register.filter
def said(text: str) -> str:
    """Give what a job stored as it is said in the page's language."""
    return str(NOTES.get(text) or messages.shown(text or ""))
