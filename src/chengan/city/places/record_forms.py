"""Forms of the register's rows: what may be chosen is what the editor may change."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengan.city.places import geometry, selectors
from chengan.city.places.errors import BadObject
from chengan.city.places.models import (
    Area,
    Duty,
    Holding,
    Network,
    Organisation,
    Person,
    Post,
    Shift,
    Substitute,
    User,
)
from chengan.city.places.permissions import Permission
from chengan.city.places.services.records import editable, fingerprint

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
HOUR = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of the register; `seen` remembers the values it was opened with."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *values: Any, by: User, **named: Any) -> None:
        super().__init__(*values, **named)
        self.by = by
        if self.instance.pk:
            self.fields["seen"].initial = fingerprint(self.instance)
            if "code" in self.fields:
                self.fields["code"].disabled = True
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.choices(name, field.queryset)

    def choices(self, name: str, found: Any) -> Any:
        """Rows offered for a field: those that the editor may change and that are in use."""
        kept = Q(pk=getattr(self.instance, f"{name}_id", None) or 0)
        theirs = editable(found.model, self.by).filter(retired_at=None)
        return found.filter(Q(pk__in=theirs.values("pk")) | kept).order_by("pk")


class OrganisationForm(RecordForm):
    """An organisation and its place in the tree."""

    def choices(self, name: str, found: Any) -> Any:
        """Offer the areas that the editor sees: an organisation may work on others' ground."""
        if name == "area":
            seen = selectors.visible_areas(self.by).filter(retired_at=None)
            return seen | Area.objects.filter(pk=self.instance.area_id or 0)
        offered = super().choices(name, found).order_by("path")
        if self.instance.pk:
            offered = offered.exclude(path__startswith=self.instance.path)
        return offered

    class Meta:
        model = Organisation
        fields = ["code", "name_zh", "name_en", "kind", "parent", "area", "phone"]


class AreaForm(RecordForm):
    """An area, its outline as GeoJSON."""

    def choices(self, name: str, found: Any) -> Any:
        """Offer areas in the order of the tree, none below the area itself."""
        offered = super().choices(name, found).order_by("path")
        if self.instance.pk:
            offered = offered.exclude(path__startswith=self.instance.path)
        return offered

    def clean_geometry(self) -> Any:
        """Refuse what is not one sound outline."""
        given = self.cleaned_data["geometry"]
        if given is not None:
            try:
                geometry.check(given, ("Polygon", "MultiPolygon"))
            except BadObject as error:
                raise forms.ValidationError(str(error.message)) from error
        return given

    class Meta:
        model = Area
        fields = ["code", "name_zh", "name_en", "kind", "parent", "geometry"]


class PersonForm(RecordForm):
    """Somebody who can be called; the account is given on the accounts page."""

    class Meta:
        model = Person
        fields = ["code", "name_zh", "name_en", "organisation", "phone", "email"]


class PostForm(RecordForm):
    """A seat in an organisation."""

    class Meta:
        model = Post
        fields = ["code", "name_zh", "name_en", "organisation"]


class HoldingForm(RecordForm):
    """Who holds a post, from which day on."""

    class Meta:
        model = Holding
        fields = ["post", "person", "from_date", "until_date"]
        widgets = {"from_date": DAY, "until_date": DAY}

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        given = super().clean() or {}
        start, end = given.get("from_date"), given.get("until_date")
        if start and end and end < start:
            self.add_error("until_date", _("This lies before the beginning."))
        return given


class DutyForm(RecordForm):
    """A post answers for one object, one network or one area."""

    object_key = forms.CharField(
        label=_("Object (register/number)"),
        required=False,
        help_text=_("As shown on the object's page, for example gas/1024."),
    )
    field_order = ["post", "role", "object_key", "network", "area"]

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        target = self.instance.city_object
        if target:
            self.fields["object_key"].initial = f"{target.namespace}/{target.external_id}"

    def choices(self, name: str, found: Any) -> Any:
        """Offer the networks and areas that the editor sees."""
        if name == "area":
            return selectors.visible_areas(self.by).filter(retired_at=None)
        if name == "network":
            paths = selectors.scope(self.by, Permission.VIEW_PLACES).paths_q("owner__path")
            return Network.objects.filter(paths).order_by("code")
        return super().choices(name, found)

    def clean_object_key(self) -> str:
        """Find the object among those that the editor sees."""
        text = str(self.cleaned_data["object_key"]).strip()
        self.instance.city_object = None
        if text:
            namespace, _slash, number = text.partition("/")
            seen = selectors.visible_objects(self.by)
            found = seen.filter(namespace=namespace, external_id=number).first()
            if found is None:
                raise forms.ValidationError(_("You see no object of this register and number."))
            self.instance.city_object = found
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one thing to answer for."""
        given = super().clean() or {}
        named = [name for name in ("object_key", "network", "area") if given.get(name)]
        if len(named) != 1 and "object_key" not in self.errors:
            raise forms.ValidationError(_("Name one object, one network or one area."))
        return given

    class Meta:
        model = Duty
        fields = ["post", "role", "network", "area"]


class SubstituteForm(RecordForm):
    """Who is called when the holder of a duty does not answer."""

    class Meta:
        model = Substitute
        fields = ["duty", "person", "rank"]


class ShiftForm(RecordForm):
    """Somebody stands for a post from one hour to another."""

    class Meta:
        model = Shift
        fields = ["post", "person", "starts_at", "ends_at"]
        widgets = {"starts_at": HOUR, "ends_at": HOUR}

    def clean(self) -> dict[str, Any]:
        """Refuse a shift that ends before it starts, or stands twice."""
        given = super().clean() or {}
        start, end = given.get("starts_at"), given.get("ends_at")
        if not (start and end):
            return given
        if end <= start:
            self.add_error("ends_at", _("A shift ends after it starts."))
        theirs = Shift.objects.filter(post=given.get("post"), person=given.get("person"))
        theirs = theirs.exclude(pk=self.instance.pk)
        if theirs.filter(starts_at__lt=end, ends_at__gt=start).exists():
            raise forms.ValidationError(
                _("This person is on the roster of this post in these hours already.")
            )
        return given
