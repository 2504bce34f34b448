"""Stored messages in the reader's language."""

from typing import Final

from django import template
from django.utils.translation import gettext_lazy as _

from chengan.city.assess import messages

register = template.Library()
NOTES: Final = {"expired": _("expired")}
"""Words that jobs write into a risk's history as they are."""


@register.filter
def said(text: str) -> str:
    """Give what a job stored as it is said in the page's language."""
    return str(NOTES.get(text) or messages.shown(text or ""))
