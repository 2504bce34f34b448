"""What one takes away: the list of datastreams, the readings of one of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.sense import selectors
from chengan.city.sense.lake import history
from chengan.city.sense.models import Datastream
from chengan.city.sense.views.pages import SPANS, filtered, name_of, row_of
from chengan.core.tables import units


@login_required
def datastream_list(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered datastreams with their newest readings, as CSV or Excel."""
    found = filtered(selectors.visible_datastreams(request.user), request.GET).order_by("id")
    headers = [
        _("Source"), _("Key"), _("Datastream"), _("At"), _("Observed property"),
        _("Newest reading"), _("Unit"), _("Time"), _("State"), _("Device fault"),
        _("Expected interval"), _("Sample data"),
    ]  # fmt: skip
    return places.table_file("datastreams", form, headers, map(_cells, found.iterator(2000)))


def _cells(each: Datastream) -> list[Any]:
    row = row_of(each)
    return [
        each.source.key, each.key, name_of(each), each.thing.city_object.name_zh,
        each.observed_property.name_zh, row["value"], row["unit"], row["time"], row["severity"],
        " ".join(row["faults"]), each.expected_interval_s, _("yes") if each.is_sample else "",
    ]  # fmt: skip


@login_required
def readings(request: HttpRequest, datastream_id: int, form: str) -> HttpResponseBase:
    """Readings of the last `hours` as they are shown, and as they were sent."""
    found = get_object_or_404(selectors.visible_datastreams(request.user), pk=datastream_id)
    hours = SPANS.get(request.GET.get("hours", ""), 24)
    end = timezone.now()
    start = end - timedelta(hours=hours)
    rows = history.readings(found.pk, round(start.timestamp() * 1e6), round(end.timestamp() * 1e6))
    unit = found.observed_property.shown_unit
    headers = [
        _("Time"), _("Value"), _("Unit"), _("Value as sent"), _("Unit as sent"), _("Received"),
        _("Late"),
    ]  # fmt: skip
    return places.table_file(f"{found.key}", form, headers, _lines(rows, unit))


def _lines(rows: history.Readings, unit: str) -> Iterator[list[Any]]:
    shown = units.from_si(rows.value, unit)
    for place in range(len(rows.time)):
        arrival = int(rows.arrival[place])
        yield [
            _moment(int(rows.time[place])),
            float(shown[place]),
            unit,
            float(rows.given[place]) if rows.unit[place] else None,
            str(rows.unit[place]),
            _moment(arrival) if arrival else None,
            _("yes") if rows.late[place] else "",
        ]


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
