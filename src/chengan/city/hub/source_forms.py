"""What a person types about a source."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chengan.city.hub.models import Road, Source
from chengan.city.places import api as places
from chengan.core.errors import CoreError
from chengan.core.tables import units

ROADS = [(road.value, road.label) for road in (Road.MQTT, Road.HTTP, Road.FILE)]


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A source as its integrator enters it; its key stands in topics and never changes.

    `seen` remembers the values it was opened with.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = forms.CharField(
        label=_("Usual unit"),
        required=False,
        max_length=40,
        help_text=_("Stands in the examples; each datastream keeps its own unit."),
    )
    roads = forms.MultipleChoiceField(
        label=_("Roads"), choices=ROADS, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Source
        fields = (
            "key", "name_zh", "name_en", "owner", "expected_per_hour", "unit", "roads",
            "licence", "note", "is_active",
        )  # fmt: skip
        labels = {
            "key": _("Source key"),
            "owner": _("Owner"),
            "note": _("Remarks"),
            "licence": _("Licence"),
            "is_active": _("In use"),
        }
        help_texts = {"key": _("Small letters, digits and hyphens; it cannot be changed later.")}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *given: Any, user: places.Somebody, **named: Any) -> None:
        """Offer the organisations whose sources `user` may manage."""
        super().__init__(*given, **named)
        reach = places.scope(user, places.Permission.MANAGE_SOURCES)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101
        owner.queryset = places.Organisation.objects.filter(reach.paths_q("path")).order_by("path")
        schema = self.instance.schema or {}
        self.initial.setdefault("unit", schema.get("unit", ""))
        self.initial.setdefault("roads", schema.get("roads", [Road.MQTT.value, Road.HTTP.value]))
        if self.instance.pk:
            self.fields["key"].disabled = True
            self.initial["seen"] = places.fingerprint(self.instance)

    def clean_key(self) -> str:
        """Refuse what could mean something else in topics."""
        key = str(self.cleaned_data["key"])
        if key != key.lower() or "_" in key or key == "new":
            raise ValidationError(_("Use small letters, digits and hyphens."))
        return key

    def clean_expected_per_hour(self) -> float:
        """Refuse a rate that is none."""
        rate = float(self.cleaned_data["expected_per_hour"])
        if not 0 <= rate <= 1e9:
            raise ValidationError(_("Give a rate from 0 to 1 000 000 000."))
        return rate

    def clean_unit(self) -> str:
        """Refuse a unit that no reading could be sent in."""
        unit = str(self.cleaned_data["unit"]).strip()
        try:
            if unit:
                units.dimension(unit)
        except CoreError as error:
            raise ValidationError(str(error)) from error
        return unit

    def clean(self) -> dict[str, Any]:
        """Keep the roads and the unit in the source's schema."""
        given = super().clean() or self.cleaned_data
        kept = {name: given[name] for name in ("unit", "roads") if name in given}
        self.instance.schema = {**(self.instance.schema or {}), **kept}
        return given
