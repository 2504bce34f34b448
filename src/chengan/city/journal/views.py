"""The audit list and its file."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengan.city.journal import audit as trail
from chengan.city.places import api as places

PAGE = 50
AT_ONCE = 500
EXPORTED = 20_000
"""So many changes at most go into one file; its last line says so when there are more."""


@require_GET
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """Show who changed what; outside the whole city only what one's own accounts did."""
    asked = _asked(request)
    found = trail.places_of(**asked, after=_after(request), limit=PAGE + 1)
    models = trail.watched()
    context = {
        "changes": trail.told(found[:PAGE]),
        "models": models,
        "asked_words": {"model": dict(models).get(asked["model"], "")},
        "model": asked["model"],
        "next": _written(found[PAGE - 1]) if len(found) > PAGE else "",
    }
    return render(request, "journal/audit.html", context)


@require_GET
@login_required
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered changes, one line a field, as CSV or Excel."""
    found = trail.places_of(**_asked(request), limit=EXPORTED + 1)
    heads = [
        _("When"), _("Who"), _("Record"), _("Key"), _("What was done"), _("Field"), _("Before"),
        _("After"),
    ]  # fmt: skip
    done = {"insert": _("created"), "update": _("changed"), "delete": _("deleted")}
    more = [[_("There are more: choose a shorter time.")]] if len(found) > EXPORTED else []
    return places.table_file("audit", form, heads, chain(_rows(found[:EXPORTED], done), more))


def _rows(found: list[trail.Place], done: dict[str, str]) -> Iterator[list[places.Cell]]:
    """Lines of the file; few changes at a time are held."""
    for start in range(0, len(found), AT_ONCE):
        for each in trail.told(found[start : start + AT_ONCE]):
            yield from _lines(each, done)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Arguments of `changes` by the address, within what the reader may see."""
    places.require(request.user, places.Permission.VIEW_AUDIT)
    found = places.scope(request.user, places.Permission.VIEW_AUDIT)
    users = None if found.everything else set(places.user_ids_in(found))
    who = request.GET.get("who", "").strip()[:100]
    if who:
        named = set(trail.accounts_named(who))
        users = named if users is None else users & named
    until = _day(request, "until")
    return {
        "model": request.GET.get("model", ""),
        "users": users,
        "since": _midnight(_day(request, "since")),
        "before": _midnight(until + timedelta(days=1)) if until else None,
    }


def _written(place: trail.Place) -> str:
    """Give a place as it stands in an address."""
    time, label, key = place
    return f"{time.isoformat()}~{label}~{key}"


def _after(request: HttpRequest) -> trail.Place | None:
    """Read what `_written` gave; nonsense begins at the newest."""
    parts = request.GET.get("after", "").split("~")
    if len(parts) != 3 or not parts[2].isdecimal():
        return None
    try:
        time = parse_datetime(parts[0])
    except ValueError:
        return None
    return (time, parts[1], min(int(parts[2]), 2**62)) if time and time.tzinfo else None


def _day(request: HttpRequest, name: str) -> date | None:
    """Read a day; one that no clock of ours will show asks for nothing."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if day and 1970 <= day.year < 9000 else None


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _lines(change: trail.Change, done: dict[str, str]) -> list[list[places.Cell]]:
    about: list[places.Cell] = [
        change.at,
        change.who,
        change.word,
        change.key,
        done.get(change.label, change.label),
    ]
    fields = change.changes or [("", None, None)]
    return [[*about, name, _text(was), _text(now)] for name, was, now in fields]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
