"""Levels, times, values and names as DESIGN asks for them, in both languages."""

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from chengan.city.portals import shown
from chengan.city.portals.sample_accounts import offered as offered_accounts
from chengan.city.portals.templatetags import chengan_lists

register = template.Library()
register.tags.update(chengan_lists.register.tags)  # one {% load chengan %} gives all

# severity: glyph, colour, roman numeral, what it means
LEVELS: dict[int | None, tuple[str, Any, str, Any]] = {
    5: ("◆", gettext_lazy("Red"), "Ⅰ", gettext_lazy("extremely serious")),
    4: ("▲", gettext_lazy("Orange"), "Ⅱ", gettext_lazy("serious")),
    3: ("●", gettext_lazy("Yellow"), "Ⅲ", gettext_lazy("fairly serious")),
    2: ("■", gettext_lazy("Blue"), "Ⅳ", gettext_lazy("ordinary")),
    1: ("○", gettext_lazy("Notice"), "", gettext_lazy("for attention")),
    0: ("✓", gettext_lazy("Normal"), "", gettext_lazy("inside every limit")),
}
TILE = '<span class="level__tile">{}</span>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of chengan/icons.svg; a word must stand beside it or in aria-label."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("chengan/icons.svg"),
        name,
    )


def _tile(severity: int | None) -> SafeString:
    if severity not in LEVELS:
        return format_html(TILE, "")
    address = static("chengan/icons.svg")
    drawn = format_html(
        '<svg aria-hidden="true"><use href="{}#level-{}"></use></svg>', address, severity
    )
    return format_html(TILE, drawn)


@register.simple_tag
def level_badge(severity: int | None, text: object = "", size: str = "") -> SafeString:
    """Show a level by colour, glyph and word (or `text`); None and -1 are hatched, never safe."""
    known = severity in LEVELS
    _glyph, word, roman, meaning = LEVELS[severity] if known else ("▨", _("No data"), "", "")
    return format_html(
        '<span class="level level--{}{}" title="{}">{}{}{}</span>',
        severity if known else "none",
        " level--large" if size == "large" else "",
        " ".join(part for part in (roman, str(meaning or word)) if part),
        _tile(severity),
        format_html('<span class="visually-hidden">{} </span>', word) if text != "" else "",
        text if text != "" else word,
    )


@register.filter
def level_glyph(severity: int | None) -> str:
    """Give a level's glyph as a character, for options, titles and plain text."""
    return LEVELS[severity][0] if severity in LEVELS else "▨"


@register.filter
def level_word(severity: int | None) -> str:
    """Give a level's word."""
    return str(LEVELS[severity][1]) if severity in LEVELS else _("No data")


def _read(value: datetime) -> tuple[str, str, str]:
    now = timezone.localtime()
    local = timezone.localtime(value)
    ago = shown.ago((now - local).total_seconds())
    return shown.moment(local, now), f"{local:%Y-%m-%d %H:%M:%S} {_('Beijing time')}", ago


@register.simple_tag
def beijing_time(value: datetime | None) -> SafeString:
    """Show a time in Beijing with how long ago it was beside it; the page keeps that fresh."""
    if value is None:
        return format_html('<span class="soft">{}</span>', "–")
    text, title, ago = _read(value)
    return format_html(
        '<span class="nowrap"><time datetime="{}" title="{}">{}</time> '
        '<span class="soft small" data-ago="{}">{}</span></span>',
        value.isoformat(),
        title,
        text,
        int(value.timestamp()),
        ago,
    )


@register.simple_tag
def time_ago(value: datetime | None) -> SafeString:
    """Show only how long ago, with the Beijing time on hover: for narrow places."""
    if value is None:
        return format_html('<span class="soft">{}</span>', "–")
    _text, title, ago = _read(value)
    return format_html(
        '<time datetime="{}" title="{}" data-ago="{}">{}</time>',
        value.isoformat(),
        title,
        int(value.timestamp()),
        ago,
    )


@register.simple_tag
def si_value(value: float | None, unit: str = "", title: str = "") -> SafeString:
    """Show a number with four figures and its unit; `title` says its source and time on hover."""
    if shown.is_missing(value):
        return format_html('<span class="soft">{}</span>', "–")
    hint = format_html(' title="{}"', title) if title else ""
    sign = shown.symbol(unit)
    space = "" if sign in {"", "%", "°"} else "\u00a0"
    return format_html(
        '<span class="nowrap"{}>{}{}<span class="unit">{}</span></span>',
        hint,
        shown.figures(float(value or 0)),
        space,
        sign,
    )


@register.filter
def local_name(item: Any) -> str:
    """Give the name in the page's language, the Chinese one when there is no other."""
    if item is None:
        return ""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(item.name_zh if is_chinese else (item.name_en or item.name_zh))


@register.simple_tag
def sample_mark(item: Any = True) -> SafeString | str:
    """Mark sample data as such; an item without `is_sample` is marked when it is true."""
    if not getattr(item, "is_sample", item is True):
        return ""
    return format_html('<span class="sample">{}</span>', _("sample data"))


@register.simple_tag
def exercise_mark(item: Any) -> SafeString | str:
    """Say of a warning or notice that it is an exercise: never taken for the real."""
    if not item.is_exercise:
        return ""
    return format_html('<span class="drill-mark">{}</span>', _("DRILL"))


@register.inclusion_tag("portals/_empty.html")
def empty_state(title: str, advice: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """Say that a list is empty and what would fill it."""
    return {"title": title, "advice": advice, "url": url, "action": action}


@register.inclusion_tag("portals/_search.html", takes_context=True)
def search_form(context: template.Context) -> dict[str, str]:
    """Offer the search of everything to whoever is signed in."""
    request: HttpRequest = context["request"]
    try:
        url = reverse("portals:search") if request.user.is_authenticated else ""
    except NoReverseMatch:
        url = ""
    is_here = url == request.path
    return {"url": url, "query": request.GET.get("q", "") if is_here else ""}


@register.simple_tag(takes_context=True)
def sample_accounts(context: template.Context) -> list[dict[str, Any]]:
    """Give the sample city's accounts to whoever sits at its machine; nothing to others."""
    return offered_accounts(context["request"])


@register.simple_tag
def legend() -> SafeString:
    """Show every level with its glyph and word, no data included."""
    badges = ((level_badge(severity),) for severity in (5, 4, 3, 2, 1, 0, -1))
    return format_html('<ul class="legend">{}</ul>', format_html_join("", "<li>{}</li>", badges))


@register.simple_tag
def language_name(code: str) -> str:
    """Give a language's own name."""
    return dict(settings.LANGUAGES).get(code, code)
