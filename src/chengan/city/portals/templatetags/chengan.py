"""Levels, times, values and links as DESIGN asks for them, in both languages."""

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

register = template.Library()

LEVELS = {
    5: ("◆", gettext_lazy("Red")),
    4: ("▲", gettext_lazy("Orange")),
    3: ("●", gettext_lazy("Yellow")),
    2: ("■", gettext_lazy("Blue")),
    1: ("○", gettext_lazy("Notice")),
    0: ("–", gettext_lazy("Normal")),
}


@register.simple_tag
def level_badge(severity: int | None) -> SafeString:
    """Show a level by colour, glyph and word; None and -1 are hatched: no data is never safe."""
    if severity not in LEVELS:
        return format_html('<span class="level level--none">▨ {}</span>', _("No data"))
    glyph, word = LEVELS[severity]
    return format_html(
        '<span class="level level--{}"><span aria-hidden="true">{}</span> {}</span>',
        severity,
        glyph,
        word,
    )


@register.simple_tag
def beijing_time(value: datetime | None) -> SafeString:
    """Show a time in Beijing, with how long ago it was beside it."""
    if value is None:
        return format_html('<span class="soft">{}</span>', "–")
    local = timezone.localtime(value)
    ago = timesince(value).split(",")[0].split("，")[0]
    return format_html(
        '<time datetime="{}">{}</time> <span class="soft small">{}</span>',
        value.isoformat(),
        local.strftime("%Y-%m-%d %H:%M:%S"),
        _("%(span)s ago") % {"span": ago},
    )


@register.simple_tag
def si_value(value: float | None, unit: str = "") -> SafeString:
    """Show a number with four figures and its unit."""
    if value is None:
        return format_html('<span class="soft">{}</span>', "–")
    return format_html("{}&nbsp;{}", f"{value:.4g}", unit)


@register.filter
def local_name(item: Any) -> str:
    """Give the name in the page's language, the Chinese one when there is no other."""
    if item is None:
        return ""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(item.name_zh if is_chinese else (item.name_en or item.name_zh))


@register.simple_tag
def sample_mark(item: Any) -> SafeString | str:
    """Mark sample data as such."""
    if not getattr(item, "is_sample", False):
        return ""
    return format_html('<span class="sample">{}</span>', _("sample data"))


@register.simple_tag(takes_context=True)
def chip_url(context: template.Context, name: str, value: object = "") -> str:
    """Give the page's address with query `name` set to `value` (or taken off), paging reset."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    if value in {"", None} or query.get(name) == str(value):
        query.pop(name, None)
    else:
        query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("portals/_empty.html")
def empty_state(title: str, advice: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """Say that a list is empty and what would fill it."""
    return {"title": title, "advice": advice, "url": url, "action": action}


@register.inclusion_tag("portals/_search.html", takes_context=True)
def search_form(context: template.Context) -> dict[str, str]:
    """Offer the search of objects where the page exists."""
    request: HttpRequest = context["request"]
    try:
        return {"url": reverse("places:objects"), "query": request.GET.get("q", "")}
    except NoReverseMatch:
        return {"url": "", "query": ""}
