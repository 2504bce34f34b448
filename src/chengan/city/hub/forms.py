"""What a person types when correcting quarantined readings."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chengan.city.hub.quarantine import Change

MOST_ROWS = 50


class Correction(forms.Form):
    """Values that replace those sent, in all readings; empty ones change nothing."""

    was = forms.CharField(
        label=_("Only readings of datastream"),
        required=False,
        max_length=200,
        help_text=_("Leave empty to change all readings."),
    )
    datastream = forms.CharField(label=_("Datastream key"), required=False, max_length=200)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    value = forms.FloatField(label=_("Value"), required=False)
    time = forms.DateTimeField(label=_("Time (Beijing)"), required=False)

    def change(self, typed: QueryDict | None = None) -> Change:
        """Give what changes, with single readings typed as `row-<place>-<name>`."""
        found = dict(self.cleaned_data)
        was = found.pop("was", "")
        if isinstance(found.get("time"), datetime):
            found["time"] = found["time"].timestamp()
        return Change(values=found, was=was, rows=_rows(typed) if typed else {})


class ManyCorrection(Correction):
    """The same for many items at once: a value or time would be the same for all, so neither."""

    value = None  # type: ignore[assignment]
    time = None  # type: ignore[assignment]


def _rows(typed: QueryDict) -> dict[int, dict[str, Any]]:
    made: dict[int, dict[str, Any]] = {}
    for place in range(MOST_ROWS):
        names = ("datastream", "time", "value", "unit")
        row: dict[str, Any] = {
            name: str(typed.get(f"row-{place}-{name}", "")).strip()[:200] for name in names
        }
        row["time"] = _seconds(row["time"])
        if any(value not in {"", None} for value in row.values()):
            made[place] = row
    return made


def _seconds(text: str) -> float | str:
    """A time as typed, without a zone on the city's clock; what is none the road will refuse."""
    try:
        typed = datetime.fromisoformat(text) if text else None
    except ValueError:
        return text
    if typed is None:
        return ""
    return (typed if typed.tzinfo else timezone.make_aware(typed)).timestamp()
