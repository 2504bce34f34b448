"""Forms of the tables: authority, correlation, inhibition, event types, channels, feeds."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengan.city.places import api as places
from chengan.city.warn.models import (
    Authority,
    Channel,
    CorrelationRule,
    EventType,
    Feed,
    InhibitRule,
    Mark,
    Severity,
)

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

LISTS = ("issuers", "raisers", "lowerers", "lifters", "approvers")


class Codes(forms.CharField):
    """A list of codes, written with commas or spaces between them."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as text."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read the text as a list."""
        text = super().to_python(value) or ""
        return [part for part in text.replace("，", ",").replace(",", " ").split() if part]


class AuthorityForm(forms.Form):
    """The next version of a row: who may do what."""

    needs_approval = forms.BooleanField(
        label=_("Must be approved by a second person"), required=False
    )
    mark = forms.ChoiceField(label=_("How sure"), choices=Mark.choices)
    source = forms.CharField(label=_("Source or reason"), widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, row: Authority, *args: Any, **more: Any) -> None:
        """Offer every kind of organisation, and those that can be named."""
        super().__init__(*args, **more)
        choices = who_choices()
        words = {
            "issuers": _("May issue"),
            "raisers": _("May raise"),
            "lowerers": _("May lower"),
            "lifters": _("May lift"),
            "approvers": _("May approve"),
        }
        for name in LISTS:
            self.fields[name] = forms.MultipleChoiceField(
                label=words[name],
                choices=choices,
                required=name != "approvers",
                widget=forms.CheckboxSelectMultiple,
                initial=getattr(row, name),
            )
        self.is_red = row.severity == Severity.RED
        self.order_fields([*LISTS, "needs_approval", "mark", "source", "version"])

    def clean(self) -> dict[str, Any]:
        """Red keeps its second person; who must approve is named."""
        given = super().clean() or {}
        if self.is_red and not given.get("needs_approval"):
            self.add_error("needs_approval", _("Red always needs a second person."))
        if given.get("needs_approval") and not given.get("approvers"):
            self.add_error("approvers", _("Say who approves."))
        return given


def who_choices() -> list[tuple[str, str]]:
    """Kinds of organisation, then the city's own organisations down to the districts."""
    kinds = [(f"kind:{code}", str(word)) for code, word in places.Organisation.Kind.choices]
    named = places.Organisation.objects.filter(
        kind__in=["city", "department", "district"], retired_at=None
    ).order_by("path")
    return kinds + [(f"org:{each.code}", str(each)) for each in named]


class CorrelationForm(ModelForm):
    """Which alarms are one event."""

    causes = Codes(label=_("causes"), required=False)
    properties = Codes(label=_("observed properties"), required=False)
    kinds = Codes(label=_("kinds of object"), required=False)

    class Meta:
        model = CorrelationRule
        fields = (
            "code", "name_zh", "name_en", "category", "causes", "properties", "kinds", "reach",
            "window_s", "min_alarms", "min_properties", "event_type", "rank", "mark", "source",
            "is_active",
        )  # fmt: skip


class InhibitForm(ModelForm):
    """What explains what."""

    source_causes = Codes(label=_("its causes"), required=False)
    source_properties = Codes(label=_("its observed properties"), required=False)
    target_causes = Codes(label=_("causes explained"), required=False)
    target_properties = Codes(label=_("observed properties explained"), required=False)

    class Meta:
        model = InhibitRule
        fields = (
            "code", "name_zh", "name_en", "relation", "source_category", "source_causes",
            "source_properties", "target_category", "target_causes", "target_properties",
            "max_severity", "mark", "source", "is_active",
        )  # fmt: skip


class EventTypeForm(ModelForm):
    """What a warning can be about."""

    levels = forms.TypedMultipleChoiceField(
        label=_("Levels"), coerce=int, widget=forms.CheckboxSelectMultiple,
        choices=[(level, word) for level, word in reversed(Severity.choices) if level > 1],
    )  # fmt: skip
    properties = Codes(label=_("observed properties"), required=False)
    kinds = Codes(label=_("kinds of object"), required=False)

    class Meta:
        model = EventType
        fields = (
            "code", "name_zh", "name_en", "national_code", "cap_category", "levels", "properties",
            "kinds", "tells_public", "receipt_min", "response_min", "instruction_zh",
            "instruction_en", "mark", "source", "is_active",
        )  # fmt: skip


class ChannelForm(ModelForm):
    """A way to people."""

    url = forms.URLField(label=_("address"), required=False, assume_scheme="https")

    class Meta:
        model = Channel
        fields = (
            "code", "name_zh", "name_en", "kind", "organisation", "url", "from_severity",
            "is_active", "is_sample",
        )  # fmt: skip
        help_texts = {
            "is_sample": _("Writes into files what it would send: nothing leaves this machine.")
        }

    def clean(self) -> dict[str, Any]:
        """A webhook needs its address; the others have none."""
        given = super().clean() or {}
        if given.get("kind") == Channel.Kind.WEBHOOK and not given.get("url"):
            self.add_error("url", _("A webhook needs an address."))
        return given


class FeedForm(ModelForm):
    """Somebody's warnings that we subscribe to."""

    url = forms.URLField(label=_("address"), assume_scheme="https")

    class Meta:
        model = Feed
        fields = ("code", "name_zh", "name_en", "url", "interval_s", "allow_private", "is_active")
