"""Words for what the journal says of an alarm."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()
WORDS = {
    "warn.alarm.raised": _("Alarm raised"),
    "warn.alarm.worsened": _("Got worse and waits again"),
    "warn.alarm.confirmed": _("Confirmed as warning"),
    "warn.alarm.dismissed": _("Dismissed"),
    "warn.alarm.reopened": _("Judgement taken back"),
    "warn.alarm.assigned": _("Taken over or given back"),
}


@register.simple_tag
def fact_word(kind: str) -> str:
    """The word for a kind of fact; the kind itself where there is none."""
    return str(WORDS.get(kind, kind))
