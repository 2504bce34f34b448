"""Forms of siting reviews and of measures at the source."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.errors import BadInputs
from chengan.city.assess.models import SitingProject
from chengan.city.assess.services.siting.projects import Draft, read_geometry
from chengan.city.assess.services.source.measures import WINDOWS
from chengan.city.places import api as places


class Day(forms.DateInput):
    """A day picked by the browser's own means."""

    input_type = "date"


class ProjectForm(forms.Form):
    """A project: what, where, who builds, how many people."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind of project"), choices=SitingProject.Kind.choices)
    organisation = forms.ModelChoiceField(places.Organisation.objects.none(), label=_("Builder"))
    people_day = forms.IntegerField(
        label=_("People by day"), min_value=0, max_value=1_000_000, initial=0
    )
    people_night = forms.IntegerField(
        label=_("People by night"), min_value=0, max_value=1_000_000, initial=0
    )
    about = forms.CharField(
        label=_("What is planned"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    geometry = forms.CharField(
        label=_("Outline (GeoJSON, WGS 84)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Draw it on the map, paste it, or choose a file."),
    )
    file = forms.FileField(label=_("GeoJSON file"), required=False)

    def __init__(self, *args: Any, by: places.User, **more: Any) -> None:
        """Offer the organisations that the planner sees."""
        super().__init__(*args, **more)
        seen = places.visible_organisations(by, places.Permission.PLAN_SITES)
        self.fields["organisation"].queryset = seen.filter(retired_at=None)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the outline from the file, or from the field."""
        given = super().clean() or {}
        file = given.get("file")
        text = file.read() if file else given.get("geometry", "")
        if not text:
            self.add_error("geometry", _("Draw the outline, paste it, or choose a file."))
            return given
        try:
            given["shape"] = read_geometry(text)
        except BadInputs as error:
            self.add_error("file" if file else "geometry", str(error))
        return given

    def draft(self) -> Draft:
        """Give what was entered."""
        given = self.cleaned_data
        names = ("name_zh", "name_en", "kind", "organisation", "about", "people_day")
        values = {name: given[name] for name in names}
        return Draft(geometry=given["shape"], people_night=given["people_night"], **values)


class InstallationForm(forms.Form):
    """A vessel or tank, in the units people use; the register keeps K and Pa."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    equipment = forms.ChoiceField(label=_("Equipment"))
    cas = forms.ChoiceField(label=_("Substance"))
    inventory_t = forms.FloatField(label=_("Inventory of one, t"), min_value=1e-3, max_value=1e6)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=1000, initial=1)
    temperature_c = forms.FloatField(
        label=_("Temperature, °C"), min_value=-200, max_value=500, initial=20
    )
    pressure_bar = forms.FloatField(
        label=_("Absolute pressure, bar"), min_value=0.5, max_value=400, initial=1.013
    )
    barriers = forms.MultipleChoiceField(
        label=_("Barriers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)

    def __init__(self, *args: Any, choices: dict[str, Any], **more: Any) -> None:
        """Offer the equipment, substances and barriers that the sciences know."""
        super().__init__(*args, **more)
        for name in ("equipment", "cas", "barriers"):
            self.fields[name].choices = choices[name]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Give the columns of an installation, SI."""
        given = self.cleaned_data
        plain = ("name_zh", "name_en", "equipment", "cas", "count", "barriers", "lon", "lat")
        return {
            **{name: given[name] for name in plain},
            "inventory_kg": given["inventory_t"] * 1000,
            "temperature_k": given["temperature_c"] + 273.15,
            "pressure_pa": given["pressure_bar"] * 1e5,
        }


class ConditionForm(forms.Form):
    """What a decision asks for, by whom, at which gate, by when."""

    text = forms.CharField(label=_("What is asked for"), widget=forms.Textarea(attrs={"rows": 2}))
    gate = forms.ChoiceField(
        label=_("Gate"), choices=[each for each in SitingProject.Gate.choices if each[0]]
    )
    owner = forms.ModelChoiceField(places.Organisation.objects.none(), label=_("Owner"))
    due_date = forms.DateField(label=_("Due"), widget=Day)

    def __init__(self, *args: Any, by: places.User, **more: Any) -> None:
        """Offer the organisations that the user sees."""
        super().__init__(*args, **more)
        seen = places.visible_organisations(by, places.Permission.VIEW_SITES)
        self.fields["owner"].queryset = seen.filter(retired_at=None)  # type: ignore[attr-defined]


class MeasureForm(forms.Form):
    """A measure against what keeps happening."""

    title = forms.CharField(label=_("What keeps happening"), max_length=200)
    root_cause = forms.CharField(
        label=_("Root cause"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    measure = forms.CharField(
        label=_("Measure at the source"), widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ModelChoiceField(places.Organisation.objects.none(), label=_("Owner"))
    due_date = forms.DateField(label=_("Due"), widget=Day)
    window_days = forms.TypedChoiceField(
        label=_("Days to compare"),
        coerce=int,
        choices=[(each, each) for each in WINDOWS],
        initial=90,
    )

    def __init__(self, *args: Any, by: places.User, **more: Any) -> None:
        """Offer the organisations that the user may charge with a measure."""
        super().__init__(*args, **more)
        seen = places.visible_organisations(by, places.Permission.KEEP_MEASURES)
        self.fields["owner"].queryset = seen.filter(retired_at=None)  # type: ignore[attr-defined]


class WeatherForm(forms.Form):
    """A year's hours of weather, where they were recorded and by whom."""

    code = forms.SlugField(label=_("Station code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    source = forms.CharField(label=_("Source"), widget=forms.Textarea(attrs={"rows": 2}))
    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    file = forms.FileField(
        label=_("Table of hours (CSV)"),
        help_text=_("Columns: time, wind_m_s, direction_deg (from), cloud (eighths, 0–8)."),
    )
