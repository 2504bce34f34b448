"""What a person types when correcting quarantined readings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Correction(forms.Form):
    """Values that replace those sent, in all readings of the item; empty ones change nothing."""

    datastream = forms.CharField(label=_("Datastream key"), required=False, max_length=200)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    value = forms.FloatField(label=_("Value"), required=False)
    time = forms.DateTimeField(label=_("Time (Beijing)"), required=False)

    def changes(self) -> dict[str, Any]:
        """Give what changes; the time in seconds since 1970."""
        found = {name: part for name, part in self.cleaned_data.items() if part not in {"", None}}
        if "time" in found:
            found["time"] = found["time"].timestamp()
        return found
