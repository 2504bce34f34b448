"""What every list page is made of: chips in the address, columns, exports, a keyset pager."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict

from chengan.city.places import api as places

register = template.Library()
PAGING = ("after", "before")


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in the address, its word, whether it is shown."""

    key: str
    word: str
    shown: bool


def _query(context: template.Context) -> QueryDict:
    request: HttpRequest = context["request"]
    return request.GET.copy()


def _address(query: QueryDict) -> str:
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def chip_url(context: template.Context, name: str, value: object = "") -> str:
    """Give the page's address with query `name` set to `value` (or taken off), paging reset."""
    query = _query(context)
    for key in PAGING:
        query.pop(key, None)
    if value in {"", None} or query.get(name) == str(value):
        query.pop(name, None)
    else:
        query[name] = str(value)
    return _address(query)


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, name: str, value: object) -> str:
    """Give the page's address with the keyset cursor `name` (after, before) set to `value`."""
    query = _query(context)
    for key in PAGING:
        query.pop(key, None)
    query[name] = str(value)
    return _address(query)


@register.inclusion_tag("portals/_chips.html", takes_context=True)
def chips(
    context: template.Context,
    name: str,
    choices: Iterable[tuple[Any, ...]],
    label: str = "",
    everything: bool = True,
) -> dict[str, Any]:
    """Offer `choices` of (value, word) or (value, word, count) as chips kept in the address."""
    chosen = _query(context).get(name, "")
    items = [
        {
            "url": chip_url(context, name, value),
            "word": word,
            "count": rest[0] if rest else None,
            "is_chosen": str(value) == chosen,
        }
        for value, word, *rest in choices
    ]
    return {
        "label": label,
        "items": items,
        "all_url": chip_url(context, name) if everything else "",
        "is_all": not chosen,
    }


@register.inclusion_tag("portals/_asked.html", takes_context=True)
def asked(context: template.Context, **words: str) -> dict[str, Any]:
    """Show what the address asks for by `name=word`, each with a cross that takes it off.

    A value stands as it is, or as the page's `asked_words[name]` says it.
    """
    query = _query(context)
    shown: dict[str, Any] = context.get("asked_words") or {}
    items = [
        {"word": word, "value": shown.get(name) or query[name], "url": chip_url(context, name)}
        for name, word in words.items()
        if query.get(name)
    ]
    return {"items": items}


@register.inclusion_tag("places/_saved_views.html", takes_context=True)
def saved_views(context: template.Context, page: str = "") -> dict[str, Any]:
    """Offer the reader's own views of this list, and to keep the present one under a name."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    name = page or (match.view_name if match else "")
    return {"saved": places.saved_views(request, name), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("portals/_pager.html", takes_context=True)
def pager(context: template.Context, after: object = "", before: object = "") -> dict[str, str]:
    """Lead to the next page (behind `after`) and back (to `before`, or to the first page)."""
    query = _query(context)
    is_first = not any(query.get(key) for key in PAGING)
    back = page_url(context, "before", before) if before else ""
    return {
        "next": page_url(context, "after", after) if after else "",
        "back": back,
        "first": "" if is_first or back else chip_url(context, "after"),
    }


@register.inclusion_tag("portals/_exports.html", takes_context=True)
def exports(context: template.Context, csv: str = "", excel: str = "") -> dict[str, str]:
    """Offer what the list shows now as CSV and Excel; give the two addresses without query."""
    query = _query(context)
    for key in PAGING:
        query.pop(key, None)
    text = f"?{query.urlencode()}" if query else ""
    return {"csv": csv and csv + text, "excel": excel and excel + text}


@register.simple_tag(takes_context=True)
def columns(context: template.Context, **words: str) -> dict[str, Column]:
    """Give the columns `key=word` with whether the address asks to show each (all by default)."""
    wanted = [key for key in _query(context).getlist("column") if key in words]
    return {key: Column(key, word, not wanted or key in wanted) for key, word in words.items()}


@register.inclusion_tag("portals/_columns.html", takes_context=True)
def column_menu(context: template.Context, chosen: dict[str, Column]) -> dict[str, Any]:
    """Let the reader choose among `chosen` (from the columns tag); kept in the address."""
    query = _query(context)
    kept = [
        (key, value)
        for key, values in query.lists()
        if key not in {*PAGING, "column"}
        for value in values
    ]
    return {"columns": chosen.values(), "kept": kept}
