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
    ("other", _("another, by its EPSG code")),
]
COLUMN_WORDS = {
    "key": _("Number of the object"),
    "kind": _("Kind"),
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "lon": _("Longitude or easting"),
    "lat": _("Latitude or northing"),
    "wkt": _("Geometry (WKT)"),
}


class ImportForm(forms.Form):
    """A file, whose it is, and how its coordinates are meant."""

    file = forms.FileField(label=_("File (GeoJSON, CSV, Excel, EPANET, OSM)"))
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Owner"))
    namespace = forms.CharField(label=_("Register"), max_length=40)
    system = forms.ChoiceField(label=_("Coordinate system"), choices=SYSTEMS)
    epsg = forms.IntegerField(
        label=_("EPSG code"), required=False, min_value=1024, max_value=999999
    )
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
        theirs = selectors.visible_organisations(by, Permission.IMPORT_PLACES).filter(
            retired_at=None
        )
        self.fields["owner"].queryset = theirs  # type: ignore[attr-defined]
        kinds = [(kind.code, str(kind)) for kind in selectors.kinds()]
        self.fields["kind"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the code of another coordinate system."""
        given = super().clean() or {}
        if given.get("system") == "other" and not given.get("epsg"):
            self.add_error("epsg", _("Name the code, for example 4547."))
        return given

    def options(self) -> dict[str, Any]:
        """How the file is to be read, as the import keeps it."""
        given = self.cleaned_data
        is_other = given["system"] == "other"
        system = f"epsg:{given['epsg']}" if is_other else given["system"]
        found = {"system": system, "kind": given["kind"]}
        if given["plan_lon"] is None or given["plan_lat"] is None:
            return found
        place = {"lon": given["plan_lon"], "lat": given["plan_lat"]}
        return {**found, "placement": {**place, "metres_per_unit": given["metres_per_unit"] or 1.0}}


class ReadingForm(forms.Form):
    """How a file is read: its kind, its coordinate system, which column is what."""

    kind = forms.ChoiceField(label=_("Kind of rows without one"), required=False)
    system = forms.ChoiceField(label=_("Coordinate system"), choices=SYSTEMS)
    epsg = forms.IntegerField(
        label=_("EPSG code"), required=False, min_value=1024, max_value=999999
    )

    def __init__(
        self, *values: Any, columns: list[str], guesses: dict[str, str], **named: Any
    ) -> None:
        super().__init__(*values, **named)
        kinds = [(kind.code, str(kind)) for kind in selectors.kinds()]
        self.fields["kind"].choices = [("", "—"), *kinds]  # type: ignore[attr-defined]
        offered = [("", "—"), *((name, name) for name in columns)]
        for name, word in COLUMN_WORDS.items() if columns else ():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=word, choices=offered, required=False, initial=guesses.get(name, "")
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the code of another system, and refuse a column that serves twice."""
        given = super().clean() or {}
        if given.get("system") == "other" and not given.get("epsg"):
            self.add_error("epsg", _("Name the code, for example 4547."))
        used: set[str] = set()
        for name in COLUMN_WORDS:
            column = given.get(f"column_{name}")
            if column and column in used:
                self.add_error(f"column_{name}", _("This column is used above."))
            used.add(column or "")
        return given

    def options(self) -> dict[str, Any]:
        """How the file is to be read, as the import keeps it."""
        given = self.cleaned_data
        is_other = given["system"] == "other"
        found = {
            "kind": given["kind"],
            "system": f"epsg:{given['epsg']}" if is_other else given["system"],
        }
        columns = {
            name: given[f"column_{name}"] for name in COLUMN_WORDS if f"column_{name}" in given
        }
        return {**found, "columns": columns} if columns else found

    @staticmethod
    def initial_of(options: dict[str, Any]) -> dict[str, Any]:
        """Give what the form begins with for the options that an import keeps."""
        system = str(options.get("system", "wgs84"))
        if system.startswith("epsg:"):
            return {"kind": options.get("kind"), "system": "other", "epsg": system[5:]}
        return {"kind": options.get("kind"), "system": system}


class CorrectedForm(forms.Form):
    """The refused rows, corrected."""

    file = forms.FileField(label=_("Corrected file"))


class GrantForm(forms.Form):
    """A role for an organisation."""

    role = forms.ModelChoiceField(Role.objects.order_by("code"), label=_("Role"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))

    def __init__(self, *values: Any, by: User, **named: Any) -> None:
        super().__init__(*values, **named)
        theirs = selectors.visible_organisations(by, Permission.MANAGE_USERS).filter(
            retired_at=None
        )
        self.fields["role"].queryset = selectors.grantable_roles(by)  # type: ignore[attr-defined]
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
        self.fields["post"].queryset = Post.objects.filter(found, retired_at=None)  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.filter(found, retired_at=None)  # type: ignore[attr-defined]
