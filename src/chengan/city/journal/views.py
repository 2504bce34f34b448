"""The audit list and its file."""

from datetime import date, datetime, time, timedelta
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
EXPORTED = 20_000
"""So many changes at most go into one file; its last line says so when there are more."""


@require_GET
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """Show who changed what; outside the whole city only what one's own accounts did."""
    asked = _asked(request)
    changes = trail.changes(**asked, limit=PAGE)
    models = trail.watched()
    context = {
        "changes": changes,
        "models": models,
        "asked_words": {"model": dict(models).get(asked["model"], "")},
        "model": asked["model"],
        "next": changes[-1].at.isoformat() if len(changes) == PAGE else "",
    }
    return render(request, "journal/audit.html", context)


@require_GET
@login_required
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered changes, one line a field, as CSV or Excel."""
    changes = trail.changes(**_asked(request), limit=EXPORTED + 1)
    heads = [
        _("When"), _("Who"), _("Record"), _("Key"), _("What was done"), _("Field"), _("Before"),
        _("After"),
    ]  # fmt: skip
    done = {"insert": _("created"), "update": _("changed"), "delete": _("deleted")}
    rows = [line for each in changes[:EXPORTED] for line in _lines(each, done)]
    if len(changes) > EXPORTED:
        rows.append([_("There are more: choose a shorter time.")])
    return places.table_file("audit", form, heads, rows)


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
        "before": _before(request) or (_midnight(until + timedelta(days=1)) if until else None),
    }


def _before(request: HttpRequest) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None


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
