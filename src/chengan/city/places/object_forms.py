"""The form of one object: its attributes are fields after the schema of its kind."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengan.city.places import geometry, selectors
from chengan.city.places.errors import BadObject
from chengan.city.places.models import CityObject, Network, ObjectKind, Organisation, User
from chengan.city.places.permissions import Permission
from chengan.city.places.services.objects import ObjectRow
from chengan.city.places.services.records import fingerprint

PREFIX = "attribute_"
REST = "other_attributes"
YES_NO = [("", "—"), ("true", _("yes")), ("false", _("no"))]


class KindForm(forms.Form):
    """Which kind the new object is of."""

    kind = forms.ModelChoiceField(ObjectKind.objects.none(), label=_("Kind"), to_field_name="code")

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.fields["kind"].queryset = selectors.kinds()  # type: ignore[attr-defined]


class ObjectForm(forms.Form):
    """An object of one kind."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    namespace = forms.CharField(label=_("register"), max_length=40)
    external_id = forms.CharField(label=_("number in the register"), max_length=120)
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Owner"))
    network = forms.ModelChoiceField(Network.objects.none(), label=_("Network"), required=False)
    lon = forms.FloatField(label=_("Longitude (°)"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (°)"), required=False, min_value=-90, max_value=90)
    geometry = forms.CharField(
        label=_("Geometry (GeoJSON, WGS 84)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("Only for lines and surfaces; a point is longitude and latitude alone."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *values: Any, by: User, kind: ObjectKind, row: CityObject | None = None, **named: Any
    ) -> None:
        if row is not None:
            named["initial"] = initial_of(row)
        super().__init__(*values, **named)
        self.kind, self.row = kind, row
        theirs = selectors.branches(by, Permission.EDIT_PLACES)
        owners = Organisation.objects.filter(theirs.paths_q("path"), retired_at=None)
        self.fields["owner"].queryset = owners.order_by("path")  # type: ignore[attr-defined]
        networks = Network.objects.filter(theirs.paths_q("owner__path")).order_by("code")
        self.fields["network"].queryset = networks  # type: ignore[attr-defined]
        for name in ("namespace", "external_id") if row else ():
            self.fields[name].disabled = True
        if kind.geometry_types == ["Point"]:
            del self.fields["geometry"]
            self.fields["lon"].required = self.fields["lat"].required = True
        elif kind.geometry_types and "Point" not in kind.geometry_types:
            del self.fields["lon"], self.fields["lat"]
            self.fields["geometry"].required = True
        for name, schema in self.properties.items():
            self.fields[PREFIX + name] = field_of(name, schema, name in self.needed)
        if kind.attribute_schema.get("additionalProperties", True):
            self.fields[REST] = forms.JSONField(
                label=_("Other attributes (JSON)"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            )

    @property
    def properties(self) -> Mapping[str, Any]:
        """Schema of each named attribute."""
        found: Mapping[str, Any] = self.kind.attribute_schema.get("properties", {})
        return found

    @property
    def needed(self) -> list[str]:
        """Attributes that the schema asks for."""
        return list(self.kind.attribute_schema.get("required", []))

    def clean(self) -> dict[str, Any]:
        """Read the geometry and the attributes; each fault stands at its field."""
        given = super().clean() or {}
        self._read_geometry(given)
        self._read_attributes(given)
        return given

    def object_row(self) -> ObjectRow:
        """Give the object as the register takes it."""
        given = self.cleaned_data
        return ObjectRow(
            number=1,
            namespace=given["namespace"],
            external_id=given["external_id"],
            kind=self.kind.code,
            name_zh=given["name_zh"],
            name_en=given["name_en"],
            geometry=given["shape"],
            attributes=given["attributes"],
            network=given["network"].code if given["network"] else "",
            datum_given=self.row.datum_given if self.row else "wgs84",
        )

    def put(self, error: BadObject) -> None:
        """Put a refusal of the register at its field."""
        name = error.field.split(".")[0]
        if name == "attributes" and "." in error.field:
            name = PREFIX + error.field.split(".")[1]
        self.add_error(name if name in self.fields else None, error.message)

    def _read_geometry(self, given: dict[str, Any]) -> None:
        text = given.get("geometry") or ""
        lon, lat = given.get("lon"), given.get("lat")
        where = "geometry" if "geometry" in self.fields else "lon"
        try:
            if text:
                given["shape"] = json.loads(text)
            elif lon is not None and lat is not None:
                given["shape"] = {"type": "Point", "coordinates": [lon, lat]}
            else:
                if not self.errors.keys() & {"lon", "lat", "geometry"}:
                    self.add_error(where, _("Give a point on the map or a geometry."))
                return
            geometry.check(given["shape"], self.kind.geometry_types)
        except json.JSONDecodeError as error:
            self.add_error(
                where,
                _("Not JSON: line %(line)d, column %(column)d.")
                % {"line": error.lineno, "column": error.colno},
            )
        except BadObject as error:
            self.add_error(where, error.message)

    def _read_attributes(self, given: dict[str, Any]) -> None:
        rest = given.get(REST) or {}
        if not isinstance(rest, dict):
            self.add_error(REST, _('Give an object: {"name": value}.'))
            rest = {}
        named = {
            name: plain(given.get(PREFIX + name), schema)
            for name, schema in self.properties.items()
        }
        given["attributes"] = rest | {
            key: value for key, value in named.items() if value is not None
        }
        check = jsonschema.Draft202012Validator(self.kind.attribute_schema)
        for fault in check.iter_errors(given["attributes"]):
            name = PREFIX + str(fault.absolute_path[0]) if fault.absolute_path else ""
            if name in self.errors or (not name and fault.validator == "required"):
                continue
            self.add_error(name if name in self.fields else None, fault.message[:200])

    def parts(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Give the visible fields by part: what it is, where it lies, what it is like."""
        place = ("lon", "lat", "geometry")
        shown = self.visible_fields()
        yield (
            _("What it is"),
            [each for each in shown if each.name not in place and not is_attribute(each.name)],
        )
        yield _("Where it lies"), [each for each in shown if each.name in place]
        yield _("Attributes"), [each for each in shown if is_attribute(each.name)]


def is_attribute(name: str) -> bool:
    """Say whether a field is one of the kind's attributes."""
    return name.startswith(PREFIX) or name == REST


def initial_of(row: CityObject) -> dict[str, Any]:
    """Give the values that the form of an object begins with."""
    names = ("name_zh", "name_en", "namespace", "external_id")
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    found |= {"owner": row.owner_id, "network": row.network_id, "seen": fingerprint(row)}
    if row.geometry.get("type") == "Point":
        found["lon"], found["lat"] = row.geometry["coordinates"][:2]
    else:
        found["geometry"] = json.dumps(row.geometry, ensure_ascii=False)
    known = row.kind.attribute_schema.get("properties", {})
    for name, value in row.attributes.items():
        if name in known:
            found[PREFIX + name] = json.dumps(value) if isinstance(value, bool) else value
    rest = {name: value for name, value in row.attributes.items() if name not in known}
    return {**found, REST: rest or None}


def field_of(name: str, schema: Mapping[str, Any], needed: bool) -> forms.Field:
    """Give the field that takes an attribute of this schema."""
    is_chinese = (get_language() or "zh").startswith("zh")
    word = schema.get("title_zh" if is_chinese else "title") or schema.get("title") or name
    unit = schema.get("unit")
    label = f"{word} ({unit})" if unit else str(word)
    kind = schema.get("type")
    named: dict[str, Any] = {"label": label, "required": needed}
    limits: dict[str, Any] = {
        "min_value": schema.get("minimum"),
        "max_value": schema.get("maximum"),
    }
    if "enum" in schema:
        return forms.ChoiceField(
            choices=[("", "—"), *((str(each), str(each)) for each in schema["enum"])], **named
        )
    if kind == "boolean":
        return forms.ChoiceField(choices=YES_NO, **named)
    if kind == "integer":
        return forms.IntegerField(**named, **limits)
    if kind == "number":
        return forms.FloatField(**named, **limits)
    if kind in {"array", "object"}:
        return forms.JSONField(**named)
    return forms.CharField(max_length=schema.get("maxLength", 500), **named)


def plain(value: Any, schema: Mapping[str, Any]) -> Any:
    """Give a field's value as the attribute is kept; None when it is left out."""
    if value in ("", None):
        return None
    if "enum" in schema:
        return next((each for each in schema["enum"] if str(each) == value), value)
    return value == "true" if schema.get("type") == "boolean" else value
