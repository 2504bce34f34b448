"""Forms of warnings: level and texts before release, a new one, a silence."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import models
from chengan.city.warn.models import EventType, Severity, Silence

WHEN = "%Y-%m-%dT%H:%M"
ASIDE = ("reason", "seen")
LEVELS = [(level, word) for level, word in reversed(Severity.choices)]


def moment(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    """A field for a Beijing time to the minute."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=[WHEN, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN),
    )


def lines(label: Any, rows: int = 2) -> forms.CharField:
    """A field for a few lines of text that may be empty."""
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class LevelForm(forms.Form):
    """What goes out: level, texts in both languages, area, times."""

    event_type = forms.ModelChoiceField(queryset=EventType.objects.none(), label=_("event type"))
    severity = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=LEVELS)
    headline_zh = forms.CharField(label=_("headline (Chinese)"), max_length=160)
    headline_en = forms.CharField(label=_("headline (English)"), max_length=160, required=False)
    description_zh = lines(_("description (Chinese)"))
    description_en = lines(_("description (English)"))
    instruction_zh = lines(_("what to do (Chinese)"))
    instruction_en = lines(_("what to do (English)"))
    area_zh = forms.CharField(label=_("affected area (Chinese)"), max_length=300, required=False)
    area_en = forms.CharField(label=_("affected area (English)"), max_length=300, required=False)
    geometry = forms.CharField(
        label=_("Outline of the area"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("A GeoJSON polygon, WGS 84; it must not cross itself."),
    )
    expected_at = moment(_("expected time"))
    probability = forms.FloatField(
        label=_("probability"), required=False, min_value=0, max_value=1,
        help_text=_("From 0 to 1, for what is foreseen."),
    )  # fmt: skip
    expires_at = moment(_("expires"), help_text=_("Beijing time; empty: a day after release."))
    is_public = forms.BooleanField(label=_("tells the public"), required=False)
    reason = lines(_("Why this level"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        """Offer the event types in force."""
        super().__init__(*args, **more)
        field: Any = self.fields["event_type"]
        field.queryset = EventType.objects.filter(is_active=True).order_by("pk")

    def clean_geometry(self) -> dict[str, Any] | None:
        """Read the outline."""
        given = self.cleaned_data["geometry"].strip()
        if not given:
            return None
        try:
            found = json.loads(given)
        except (json.JSONDecodeError, RecursionError) as error:
            raise forms.ValidationError(
                _("Not JSON: %(why)s") % {"why": error}, code="json"
            ) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("A GeoJSON polygon was expected."), code="polygon")
        return found

    def texts(self) -> dict[str, Any]:
        """Everything but level, type and reason."""
        left_out = {"event_type", "severity", *ASIDE}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


def initial(warning: models.Warning) -> dict[str, Any]:
    """The form's content for a warning."""
    names = [name for name in LevelForm.base_fields if name not in {"reason", "seen"}]
    found = {name: getattr(warning, name) for name in names}
    found["geometry"] = json.dumps(warning.geometry, ensure_ascii=False) if warning.geometry else ""
    return found | {"seen": warning.step_count}


def differing(form: LevelForm, warning: models.Warning) -> list[str]:
    """Labels of what a valid form says otherwise than the warning does, to the minute."""
    given = {name: each for name, each in form.cleaned_data.items() if name not in ASIDE}
    return [
        str(form.fields[name].label)
        for name, value in given.items()
        if _plain(value) != _plain(getattr(warning, name))
    ]


def _plain(value: Any) -> Any:
    """What a browser sends back of a value that nobody changed."""
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, str):
        return value.replace("\r", "").strip() or None
    return value


class NewForm(forms.Form):
    """A warning that no alarm raised: from a call, a report, a forecast."""

    event_type = forms.ModelChoiceField(queryset=EventType.objects.none(), label=_("event type"))
    severity = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=LEVELS)
    object_number = forms.CharField(
        label=_("Object"), required=False,
        help_text=_("Number in the register, as register/number; empty for an area."),
    )  # fmt: skip
    area = forms.ModelChoiceField(
        queryset=places.Area.objects.none(), label=_("area"), required=False
    )
    responsible = forms.ModelChoiceField(
        queryset=places.Organisation.objects.none(), label=_("Responsible unit"), required=False
    )
    description_zh = lines(_("description (Chinese)"))
    description_en = lines(_("description (English)"))
    expected_at = moment(_("expected time"), help_text=_("For what is foreseen."))
    probability = forms.FloatField(
        label=_("probability"), required=False, min_value=0, max_value=1,
        help_text=_("From 0 to 1, for what is foreseen."),
    )  # fmt: skip
    is_exercise = forms.BooleanField(label=_("This is an exercise"), required=False)
    reason = forms.CharField(label=_("How do we know"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, user: Any, *args: Any, **more: Any) -> None:
        """Offer what `user` may see."""
        super().__init__(*args, **more)
        self.user = user
        fields: Any = self.fields
        fields["event_type"].queryset = EventType.objects.filter(is_active=True).order_by("pk")
        fields["area"].queryset = places.visible_areas(user)
        fields["responsible"].queryset = places.visible_organisations(user)

    def clean_object_number(self) -> places.CityObject | None:
        """Find the object among those the user may see."""
        return found_object(self.user, self.cleaned_data["object_number"])

    def clean(self) -> dict[str, Any]:
        """Ask for a place, and for all of a forecast or none of it."""
        given = super().clean() or {}
        if not given.get("object_number") and not given.get("area"):
            self.add_error("area", _("Say where: an object or an area."))
        if (given.get("expected_at") is None) != (given.get("probability") is None):
            self.add_error("probability", _("A forecast needs its time and its probability."))
        return given


class SilenceForm(forms.Form):
    """What is hidden, until when, why."""

    object_number = forms.CharField(
        label=_("Object"), required=False,
        help_text=_("Number in the register, as register/number; empty for a network or area."),
    )  # fmt: skip
    network = forms.ModelChoiceField(
        queryset=places.Network.objects.none(), label=_("network"), required=False
    )
    area = forms.ModelChoiceField(
        queryset=places.Area.objects.none(), label=_("area"), required=False
    )
    object_kind = forms.ModelChoiceField(
        queryset=places.ObjectKind.objects.none(), label=_("kind of object"), required=False
    )
    observed_property = forms.ModelChoiceField(
        queryset=sense.ObservedProperty.objects.none(), label=_("observed property"), required=False
    )
    max_severity = forms.TypedChoiceField(
        label=_("hides up to"), coerce=int, choices=LEVELS, initial=int(Severity.ORANGE),
        help_text=_("Red is hidden only once a second person has approved it."),
    )  # fmt: skip
    starts_at = moment(_("from"), required=True)
    ends_at = moment(_("until"), required=True)
    idle_h = forms.FloatField(
        label=_("Ends by itself when idle for, h"), required=False, min_value=0.1,
        help_text=_("Empty: only at its end."), initial=24,
    )  # fmt: skip
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, user: Any, *args: Any, **more: Any) -> None:
        """Offer what `user` may silence."""
        super().__init__(*args, **more)
        self.user = user
        fields: Any = self.fields
        seen = places.visible_objects(user, places.Permission.SILENCE_ALARMS)
        fields["network"].queryset = places.Network.objects.filter(
            pk__in=seen.exclude(network=None).order_by().values("network").distinct()
        )
        fields["area"].queryset = places.visible_areas(user)
        fields["object_kind"].queryset = places.kinds()
        fields["observed_property"].queryset = sense.ObservedProperty.objects.order_by("code")

    def clean_object_number(self) -> places.CityObject | None:
        """Find the object among those the user may silence."""
        return found_object(
            self.user, self.cleaned_data["object_number"], places.Permission.SILENCE_ALARMS
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what would hide others' alarms: a ground or network beyond one's own charge."""
        given = super().clean() or {}
        area, network = given.get("area"), given.get("network")
        reach = places.scope(self.user, places.Permission.SILENCE_ALARMS)
        if reach.everything or given.get("object_number") or not (area or network):
            return given
        is_own_ground = area is not None and area.path.startswith(reach.area_paths)
        is_own_network = network is not None and (
            network.pk in reach.network_ids or network.owner.path.startswith(reach.owner_paths)
        )
        if not (is_own_ground or is_own_network):
            text = _("This reaches beyond your charge: choose an area of your own ground.")
            self.add_error("area" if area else "network", text)
        return given

    def given(self, kind: str) -> dict[str, Any]:
        """What the service takes."""
        found = dict(self.cleaned_data)
        hours = found.pop("idle_h")
        found["city_object"] = found.pop("object_number")
        found["idle_s"] = round(hours * 3600) if hours else None
        return found | {"kind": Silence.Kind(kind)}


def found_object(
    user: Any, number: str, permission: str = places.Permission.VIEW_PLACES
) -> places.CityObject | None:
    """The object `register/number` among those that `user` may see or act on."""
    number = number.strip()
    if not number:
        return None
    register, _slash, rest = number.partition("/")
    seen = places.visible_objects(user, permission)
    found = seen.filter(namespace=register, external_id=rest).first()
    if found is None and number.isdecimal():
        found = seen.filter(pk=int(number)).first()
    if found is None:
        raise forms.ValidationError(
            _("There is no object “%(number)s” in your charge.") % {"number": number}, code="object"
        )
    return found
