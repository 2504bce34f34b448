"""What people type about hidden dangers."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengan.city.assess import api as assess
from chengan.city.close import codes
from chengan.city.close.models import HiddenDanger
from chengan.city.places import api as places
from chengan.city.warn import api as warn

May = places.Permission
PICTURE = {"accept": "image/*"}


def day_field(label: Any, **named: Any) -> forms.DateField:
    """Give a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **named)


def text_field(label: Any, **named: Any) -> forms.CharField:
    """Give a field for a few lines."""
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=5000, widget=widget, **named)


def code_field(name: str, label: Any, **named: Any) -> forms.TypedChoiceField:
    """Give a choice among the numbers of a code set."""
    field = forms.TypedChoiceField(label=label, coerce=int, **named)
    field.choices = lambda: codes.choices(name)
    return field


def photo_field(**named: Any) -> forms.FileField:
    """Give a field for a photo; it is checked and cleaned by `picture`."""
    help_text = _("At most 12 MB; place and device data are taken out.")
    widget = forms.FileInput(attrs={**PICTURE})
    return forms.FileField(
        label=_("Photo"), required=False, widget=widget, help_text=help_text, **named
    )


def picture(file: Any) -> places.CleanPicture | None:
    """Give the cleaned picture of an uploaded file, None without one.

    Raises
    ------
    BadPicture
    """
    return places.clean_picture(file.chunks(), file.name or "photo") if file else None


class ReportForm(forms.Form):
    """A danger as it is found; the same fields from a form and from a device's queue."""

    title = forms.CharField(label=_("What is wrong"), max_length=200)
    kind = code_field("kind", _("Type of danger"))
    source = code_field("source", _("Found by"), initial=1)
    object = forms.CharField(label=_("Object"), required=False)
    place_note = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    description = text_field(_("What was seen"), required=False)
    photo = photo_field()
    risk = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    client_id = forms.UUIDField(required=False)

    def number(self) -> uuid.UUID:
        """Give the report's own number, a new one where the device gave none."""
        return self.cleaned_data["client_id"] or uuid.uuid4()


class RiskChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of risks by their names in the page's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Give the risk's name."""
        is_chinese = (get_language() or "zh").startswith("zh")
        return str(obj.name_zh if is_chinese else obj.name_en or obj.name_zh)


class JudgeForm(forms.Form):
    """How grave, of which type, what it may lead to, who answers for it."""

    level = code_field("level", _("Level of danger"))
    kind = code_field("kind", _("Type of danger"))
    manage = code_field("manage", _("How it is put right"), initial=1)
    cause = forms.ChoiceField(
        label=_("What it may lead to"),
        help_text=_("Warnings, incidents and dangers of one cause are counted together."),
    )
    organisation = forms.ModelChoiceField(
        places.Organisation.objects.none(), label=_("Responsible organisation")
    )
    risk = RiskChoice(assess.Risk.objects.none(), label=_("Risk of the register"), required=False)
    note = text_field(_("Why"), required=False)

    def __init__(self, *values: Any, by: places.User, danger: HiddenDanger, **named: Any) -> None:
        named["initial"] = {
            "kind": danger.kind,
            "organisation": danger.organisation_id,
            "risk": danger.risk_id,
            **named.get("initial", {}),
        }
        super().__init__(*values, **named)
        self.fields["cause"].choices = [("", "—"), *_causes()]  # type: ignore[attr-defined]
        theirs = places.visible_organisations(by, May.JUDGE_DANGERS).filter(retired_at=None)
        own = places.Organisation.objects.filter(pk=danger.organisation_id)
        both = theirs.values("pk").union(own.values("pk"))
        answering = places.Organisation.objects.filter(pk__in=both).order_by("path")
        self.fields["organisation"].queryset = answering  # type: ignore[attr-defined]
        self.fields["risk"].queryset = _risks(by, danger)  # type: ignore[attr-defined]


def _causes() -> list[tuple[str, str]]:
    """Kinds of events that are not the weather's."""
    known = warn.EventType.objects.filter(is_active=True, national_code="").order_by("id")
    return [(each.code, str(each)) for each in known]


def _risks(by: places.User, danger: HiddenDanger) -> Any:
    seen = assess.visible_risks(by).exclude(status="closed")
    if danger.city_object_id:
        return seen.filter(city_object=danger.city_object_id)
    if danger.lon is None or danger.lat is None:
        return seen.none()
    near = places.objects_near(danger.lon, danger.lat, 200)
    return seen.filter(city_object__in=[each.city_object.pk for each in near])


class PlanForm(forms.Form):
    """The report that a major danger needs before it is ordered."""

    affects = text_field(_("Extent and degree of what it affects"))
    measures = text_field(_("Measures of rectification"))
    funds = text_field(_("Source of funds and how they are secured"))
    plan_date = day_field(_("To be rectified by"))
    emergency = text_field(_("Emergency measures meanwhile"))


class OrderForm(forms.Form):
    """By which day it is to be put right."""

    due_date = day_field(_("To be rectified by"))
    note = text_field(_("What is asked for"), required=False)


class NoteForm(forms.Form):
    """A word about a step."""

    note = text_field(_("Note"), required=False)


class WhyForm(forms.Form):
    """A reason."""

    note = text_field(_("Why"))


class RectifiedForm(forms.Form):
    """What was done, and a photo of it."""

    note = text_field(
        _("What was done to rectify it"),
        help_text=_("With a photo the verifier sees what changed."),
    )
    photo = photo_field()


class VerifiedForm(forms.Form):
    """What was seen, and a photo of it."""

    note = text_field(_("What was seen on verification"))
    photo = photo_field()


class PhotoForm(forms.Form):
    """A note, a photo, or both."""

    note = text_field(_("Note"), required=False)
    photo = photo_field()


class BackForm(forms.Form):
    """What is still to be done, and by when."""

    reason = text_field(_("What is still to be done"))
    due_date = day_field(_("To be rectified by"))
    photo = photo_field()


class AskForm(forms.Form):
    """More time, and why."""

    until = day_field(_("Until"))
    reason = text_field(_("Why more time is needed"))


class AnswerForm(forms.Form):
    """Whether more time is granted."""

    grant = forms.TypedChoiceField(
        label=_("Answer to it"),
        choices=[("yes", _("Grant it")), ("no", _("Do not grant it"))],
        coerce=lambda text: text == "yes",
    )
    note = text_field(_("Why"), required=False)


class ListForm(forms.Form):
    """Why it is listed, and what stands still meanwhile."""

    stop = forms.ChoiceField(label=_("Meanwhile"), choices=HiddenDanger.Stop.choices)
    note = text_field(_("Why"))


class PaperForm(forms.Form):
    """Where something was filed or published."""

    note = forms.CharField(label=_("Number or address of the paper"), max_length=300)
