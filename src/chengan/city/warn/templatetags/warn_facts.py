"""Words for what the journal says of an alarm."""

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()
WORDS = {
    "warn.alarm.raised": _("Alarm raised"),
    "warn.alarm.worsened": _("Got worse and waits again"),
    "warn.alarm.confirmed": _("Confirmed as warning"),
    "warn.alarm.dismissed": _("Dismissed"),
    "warn.alarm.reopened": _("Judgement taken back"),
    "warn.alarm.assigned": _("Taken over or given back"),
    "warn.alarm.inhibited": _("Explained by another alarm"),
    "warn.alarm.freed": _("Explained no longer"),
    "warn.alarm.left_group": _("Taken out of its event"),
    "warn.pipes.asked": _("Likely pipe asked for"),
    "warn.pipes.named": _("Likely pipe looked for"),
}


@register.simple_tag
def fact_word(kind: str) -> str:
    """The word for a kind of fact; the kind itself where there is none."""
    return str(WORDS.get(kind, kind))


STEPS = {
    "judged": _("Judged"),
    "received": _("Received"),
    "levelled": _("Levelled"),
    "approved": _("Approved"),
    "sent_back": _("Sent back"),
    "withdrawn": _("Withdrawn"),
    "released": _("Released"),
    "updated": _("Updated"),
    "change_asked": _("Another level asked for"),
    "raised": _("Raised"),
    "lowered": _("Lowered"),
    "dispatched": _("Dispatched"),
    "acknowledged": _("Acknowledged"),
    "on_site": _("On site"),
    "handling": _("Handling"),
    "fed_back": _("Fed back"),
    "returned": _("Returned"),
    "verified": _("Verified"),
    "lifted": _("Lifted"),
    "evaluated": _("Evaluated"),
    "archived": _("Archived"),
    "supervised": _("Put under supervision"),
    "escalated": _("Escalated"),
    "ringing": _("The duty room rings"),
    "receipt": _("Receipt"),
    "undelivered": _("Could not be delivered"),
    "joined": _("Another alarm of the same event"),
}


@register.simple_tag
def step_word(action: str) -> str:
    """The word for a step of a warning; the step itself where there is none."""
    return str(STEPS.get(action, action))


@register.filter
def took(seconds: float | None) -> str:
    """How long a step took, in the largest two units; empty when there was none before it."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"+{whole} s"
    if whole < 3600:
        return f"+{whole // 60} min {whole % 60} s"
    return f"+{whole // 3600} h {whole % 3600 // 60} min"


@register.filter
def why(row: Any) -> str:
    """Why somebody is told, in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(row.why_zh if is_chinese else row.why_en)
