"""Pages of the quarantine: the list with its filters and export, one item, many at once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.hub import quarantine, selectors
from chengan.city.hub.errors import HubError
from chengan.city.hub.filters import asked
from chengan.city.hub.forms import MOST_ROWS, Correction, ManyCorrection
from chengan.city.hub.models import Quarantined, Reason, Road
from chengan.city.places import api as places

PAGE = 50


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """List quarantined data; filters stand in the address, newest first."""
    wanted = asked(request.GET.dict())
    every = selectors.visible_quarantine(request.user)
    found = wanted.apply(every)
    total = found.count()
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__lt=min(int(after), 2**62))
    page = list(found.defer("payload", "readings")[: PAGE + 1])
    context = {
        "items": page[:PAGE],
        "total": total,
        "at_once": min(total, quarantine.MOST_AT_ONCE),
        "after": page[PAGE - 1].pk if len(page) > PAGE else "",
        "reasons": _counted(every, wanted.status),
        "roads": Road.choices,
        "statuses": [*Quarantined.Status.choices, ("all", _("All"))],
        "sources": selectors.visible_sources(request.user).order_by("key"),
        "asked": wanted,
        "form": ManyCorrection(),
    }
    return render(request, "hub/quarantine.html", context)


def _counted(every: QuerySet[Quarantined], status: str) -> list[tuple[str, str, int]]:
    """Reasons with how many items each has."""
    found = every if status == "all" else every.filter(status=status)
    counts = dict(found.order_by().values_list("reason").annotate(Count("pk")))
    return [(code, str(word), counts.get(code, 0)) for code, word in Reason.choices]


@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """Give what the list shows as CSV."""
    found = asked(request.GET.dict()).apply(selectors.visible_quarantine(request.user))
    heads = [
        _("Number"), _("Received at"), _("Source"), _("Road"), _("Reason"), _("Field"),
        _("Readings"), _("Detail"), _("Status"), _("Handled by"), _("Handled at"),
        _("Why handled"),
    ]  # fmt: skip
    return places.table_file("quarantine", "csv", heads, _cells(found))


def _cells(found: QuerySet[Quarantined]) -> Iterator[list[places.Cell]]:
    for each in found.defer("payload", "readings").iterator(1000):
        source = each.source.key if each.source else ""
        yield [
            each.pk, each.received_at, source, each.get_road_display(), each.get_reason_display(),
            each.field, each.count, each.detail, each.get_status_display(), each.handled_by,
            each.handled_at, each.handled_why,
        ]  # fmt: skip


@login_required
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Correct and send again, discard or reopen everything that the filters show."""
    query = request.GET.dict()
    form = ManyCorrection(request.POST)
    back = redirect(f"{reverse('hub:quarantine')}?{urlencode(query)}")
    if not form.is_valid() or request.POST.get("act") not in quarantine.ACTS:
        messages.error(request, _("Please correct what you typed."))
        return back
    found = asked(query).apply(selectors.visible_quarantine(request.user))
    done = quarantine.settle_many(
        list(found[: quarantine.MOST_AT_ONCE]),
        act=request.POST["act"],
        by=request.user.get_username(),
        at=timezone.now(),
        change=form.change(),
        why=request.POST.get("why", ""),
    )
    messages.success(request, _("%(count)d done") % {"count": done.done})
    if done.failed:
        said = {"count": done.failed, "why": done.why}
        messages.error(request, _("%(count)d not done: %(why)s") % said)
    return back


@login_required
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One quarantined item: look, correct and send again, discard with a reason, reopen."""
    found = get_object_or_404(selectors.visible_quarantine(request.user), pk=item_id)
    form = Correction(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _settle(request, found, form)
            return redirect("hub:item", item_id=item_id)
        except HubError as error:
            messages.error(request, str(error))
    payload = bytes(found.payload or b"")[:4000].decode(errors="replace")
    readings = found.readings or []
    context = {
        "item": found,
        "form": form,
        "payload": payload,
        "readings": [_row(place, each) for place, each in enumerate(readings[:MOST_ROWS])],
        "more": max(len(readings) - MOST_ROWS, 0),
    }
    return render(request, "hub/item.html", context)


def _row(place: int, reading: dict[str, Any]) -> dict[str, Any]:
    """One reading as the page's table shows it."""
    texts = {name: reading.get(name) for name in ("datastream", "time", "value", "unit")}
    texts["time"] = _clock(texts["time"])
    shown = {name: "" if text is None else str(text) for name, text in texts.items()}
    return {
        "place": place,
        "cells": [
            ("datastream", _("Datastream key"), shown["datastream"]),
            ("time", _("Time (Beijing)"), shown["time"]),
            ("value", _("Value"), shown["value"]),
            ("unit", _("Unit"), shown["unit"]),
        ],
    }


def _clock(time: Any) -> Any:
    """Give seconds since 1970 on the city's clock; what no calendar has stays as sent."""
    if not isinstance(time, int | float):
        return time
    try:
        moment = datetime.fromtimestamp(time, timezone.get_default_timezone())
    except (ValueError, OverflowError, OSError):
        return time
    precise = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(" ", precise)


def _settle(request: HttpRequest, found: Quarantined, form: Correction) -> None:
    """Do what the pressed button says, and say what was done."""
    by, at = request.user.get_username(), timezone.now()
    act = request.POST.get("act")
    if act == "discard":
        quarantine.discard(item=found, why=request.POST.get("why", ""), by=by, at=at)
        messages.success(request, _("Discarded"))
    elif act == "reopen":
        quarantine.reopen(item=found, by=by, at=at)
        messages.success(request, _("Open again"))
    else:
        quarantine.replay(item=found, change=form.change(request.POST), by=by, at=at)
        messages.success(request, _("Sent again"))
