"""What people type: imports, accounts, grants, shifts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chengan.city.places import selectors
from chengan.city.places.models import Organisation, Person, Post, Role, User
from chengan.city.places.permissions import Permission

SYSTEMS = [
    ("wgs84", "WGS 84"),
    ("cgcs2000", "CGCS2000"),
    ("gcj02", "GCJ-02"),
    ("bd09", "BD-09"),
]


class ImportForm(forms.Form):
    """A file, whose it is, and how its coordinates are meant."""

    file = forms.FileField(label=_("File (GeoJSON, CSV, Excel, EPANET, OSM)"))
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Owner"))
    namespace = forms.CharField(label=_("Register"), max_length=40)
    system = forms.ChoiceField(label=_("Coordinate system"), choices=SYSTEMS)
    kind = forms.ChoiceField(label=_("Kind of rows without one"), required=False)
    plan_lon = forms.FloatField(
        label=_("Longitude of an EPANET plan's origin (°)"),
        required=False,
        min_value=-180,
        max_value=180,
    )
    plan_lat = forms.FloatField(
        label=_("Latitude of an EPANET plan's origin (°)"),
        required=False,
        min_value=-89,
        max_value=89,
    )
    metres_per_unit = forms.FloatField(
        label=_("Metres a plan unit"), required=False, min_value=1e-6, max_value=1e6
    )

    def __init__(self, *values: Any, by: User, **named: Any) -> None:
        super().__init__(*values, **named)
        theirs = selectors.visible_organisations(by, Permission.IMPORT_PLACES)
        self.fields["owner"].queryset = theirs  # type: ignore[attr-defined]
        kinds = [(kind.code, str(kind)) for kind in selectors.kinds()]
        self.fields["kind"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]

    def options(self) -> dict[str, Any]:
        """How the file is to be read, as the import keeps it."""
        given = self.cleaned_data
        found = {"system": given["system"], "kind": given["kind"]}
        if given["plan_lon"] is None or given["plan_lat"] is None:
            return found
        place = {"lon": given["plan_lon"], "lat": given["plan_lat"]}
        return {**found, "placement": {**place, "metres_per_unit": given["metres_per_unit"] or 1.0}}


class GrantForm(forms.Form):
    """A role for an organisation."""

    role = forms.ModelChoiceField(Role.objects.order_by("code"), label=_("Role"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))

    def __init__(self, *values: Any, by: User, **named: Any) -> None:
        super().__init__(*values, **named)
        theirs = selectors.visible_organisations(by, Permission.MANAGE_USERS)
        self.fields["organisation"].queryset = theirs  # type: ignore[attr-defined]


class AccountForm(GrantForm):
    """A new account with its first grant."""

    username = forms.CharField(label=_("account name"), max_length=150)
    display_name = forms.CharField(label=_("name shown"), max_length=100, required=False)
    password = forms.CharField(label=_("password"), widget=forms.PasswordInput)
    field_order = ["username", "display_name", "password", "role", "organisation"]


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(label=_("password"), widget=forms.PasswordInput)


class ShiftForm(forms.Form):
    """Somebody stands for a post from one hour to another."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("Post"))
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))
    starts_at = forms.DateTimeField(label=_("from"))
    ends_at = forms.DateTimeField(label=_("until"))

    def __init__(self, *values: Any, by: User, **named: Any) -> None:
        super().__init__(*values, **named)
        found = selectors.scope(by, Permission.MANAGE_DUTIES).paths_q("organisation__path")
        self.fields["post"].queryset = Post.objects.filter(found)  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.filter(found)  # type: ignore[attr-defined]
