"""What people type in command."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models import Incident, Resource
from chengan.city.places import api as places

WHEN = "%Y-%m-%dT%H:%M"


def when_field(label: Any, **named: Any) -> forms.DateTimeField:
    """Give a field for a moment on the city's clock."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[WHEN], **named)


class IncidentForm(forms.Form):
    """An incident reported by telephone, by somebody on the spot, or set up as a drill."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Incident.Kind.choices)
    title = forms.CharField(label=_("The incident in a few words"), max_length=200)
    level = forms.TypedChoiceField(
        label=_("Level"), choices=list(reversed(Incident.Level.choices)), coerce=int, initial=2
    )
    origin = forms.ChoiceField(
        label=_("How it became known"),
        choices=[
            pair for pair in Incident.Origin.choices if pair[0] in {"report", "call", "drill"}
        ],
        initial="call",
    )
    summary = forms.CharField(
        label=_("What is known"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    caller_name = forms.CharField(label=_("Who reported"), max_length=100, required=False)
    caller_phone = forms.CharField(label=_("Their telephone"), max_length=40, required=False)
    object = forms.CharField(
        label=_("Object"),
        max_length=120,
        required=False,
        help_text=_("Its name or number in the register; its place and duties come with it."),
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    lon = forms.FloatField(label=_("Longitude (°)"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (°)"), required=False, min_value=-90, max_value=90)
    occurred_at = when_field(_("Since when"), required=False)
    lead = forms.ModelChoiceField(places.Organisation.objects.none(), label=_("Led by"))

    def __init__(self, *values: Any, by: places.User, **named: Any) -> None:
        super().__init__(*values, **named)
        self.by = by
        theirs = places.visible_organisations(by, places.Permission.COMMAND_INCIDENTS)
        lead = self.fields["lead"]
        lead.queryset = theirs.filter(retired_at=None)  # type: ignore[attr-defined]
        lead.initial = theirs.first()

    def clean_object(self) -> places.CityObject | None:
        """Find the object by number or name; one only."""
        text = self.cleaned_data["object"].strip()
        if not text:
            return None
        seen = places.visible_objects(self.by)
        if text.removeprefix("#").isdecimal():
            exact = seen.filter(pk=int(text.removeprefix("#")))
            if exact.exists():
                return exact.first()
        found = list(seen.filter(name_zh=text)[:2] or seen.filter(name_en=text)[:2])
        found = found or list(seen.filter(external_id=text)[:2])
        found = found or list(seen.filter(name_zh__icontains=text)[:2])
        if len(found) != 1:
            said = _("No object of this name.") if not found else _("More than one: be exact.")
            raise forms.ValidationError(said)
        return found[0]


class TaskForm(forms.Form):
    """A task given by hand."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    instruction = forms.CharField(
        label=_("How to do it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    to = forms.ChoiceField(label=_("Who does it"))
    minutes = forms.IntegerField(
        label=_("Within how many minutes"), min_value=1, max_value=10080, initial=30
    )
    resource_kind = forms.ChoiceField(
        label=_("Needs"), required=False, choices=[("", "—"), *Resource.Kind.choices[:2]]
    )
    resource_skill = forms.CharField(label=_("With the skill"), required=False, max_length=40)

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.fields["to"].choices = doers()  # type: ignore[attr-defined]

    def needs(self) -> list[dict[str, Any]]:
        """Give what the task needs, as a plan would write it."""
        kind, skill = self.cleaned_data["resource_kind"], self.cleaned_data["resource_skill"]
        if not kind:
            return []
        return [{"kind": kind, "count": 1, **({"skill": skill} if skill else {})}]


def doers() -> list[tuple[str, Any]]:
    """Offer posts, people and organisations that can be given a task, by organisation."""
    found: dict[str, list[tuple[str, str]]] = {}
    posts = places.Post.objects.filter(retired_at=None).select_related("organisation")
    people = places.Person.objects.filter(retired_at=None).select_related("organisation")
    for each in places.Organisation.objects.filter(retired_at=None).order_by("path"):
        found[str(each)] = [(f"organisation:{each.pk}", str(each))]
    for post in posts.order_by("pk"):
        found.setdefault(str(post.organisation), []).append((f"post:{post.pk}", f"▸ {post}"))
    for person in people.order_by("pk"):
        found.setdefault(str(person.organisation), []).append(
            (f"person:{person.pk}", f"· {person}")
        )
    return [("", "—"), *found.items()]


class ResourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A team, vehicle, store, shelter or expert."""

    skills_text = forms.CharField(
        label=_("Skills"),
        required=False,
        help_text=_("Words with commas between, as the plans ask for them: gas, rescue, pump."),
    )

    class Meta:
        model = Resource
        fields = [
            "code", "name_zh", "name_en", "kind", "organisation", "phone", "capacity", "contents",
            "speed_kmh", "lon", "lat",
        ]  # fmt: skip
        labels = {
            "code": _("Code"),
            "name_zh": _("Chinese name"),
            "name_en": _("English name"),
            "kind": _("Kind"),
            "organisation": _("Belongs to"),
            "phone": _("Telephone"),
            "capacity": _("How many it takes"),
            "contents": _("What is in it"),
            "speed_kmh": _("Speed (km/h)"),
            "lon": _("Longitude (°)"),
            "lat": _("Latitude (°)"),
        }

    def __init__(self, *values: Any, by: places.User, **named: Any) -> None:
        super().__init__(*values, **named)
        theirs = places.visible_organisations(by, places.Permission.MANAGE_RESOURCES)
        self.fields["organisation"].queryset = theirs  # type: ignore[attr-defined]
        self.fields["skills_text"].initial = ", ".join(self.instance.skills or [])
        self.fields["lon"].widget.attrs.update(min=-180, max=180)
        self.fields["lat"].widget.attrs.update(min=-90, max=90)

    def skills(self) -> list[str]:
        """Give the skills as a list."""
        words = self.cleaned_data["skills_text"].replace("，", ",").split(",")
        return [word.strip() for word in words if word.strip()]


class MeasureForm(forms.Form):
    """A proposal of a review, with who does it by which day."""

    title = forms.CharField(label=_("What is to change"), max_length=200)
    why = forms.CharField(label=_("Why"), required=False, max_length=500)
    organisation = forms.ModelChoiceField(
        places.Organisation.objects.filter(retired_at=None), label=_("Who does it")
    )
    due_date = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        month = timezone.localdate(named.get("initial", {}).get("at")) + timedelta(days=30)
        self.fields["due_date"].initial = month.isoformat()


def doer_of(choice: str) -> tuple[str, int]:
    """Split `post:7` into its kind and number; nothing known gives ("", 0)."""
    kind, _colon, number = choice.partition(":")
    known = kind in {"organisation", "post", "person"} and number.isdecimal()
    return (kind, int(number)) if known else ("", 0)
