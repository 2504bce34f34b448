"""Objects written many at a time, by their natural key; what did not change is left alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jsonschema
from django.db import connection, transaction
from django.utils.translation import gettext as _

from chengan.city.places import geometry as geometries
from chengan.city.places.errors import BadObject
from chengan.city.places.models import Area, CityObject, Network, ObjectKind, Organisation

COMPARED = [
    "kind_id", "owner_id", "area_id", "network_id", "name_zh", "name_en", "geometry",
    "datum_given", "lon", "lat", "h3_7", "h3_8", "h3_9", "h3_10", "attributes", "is_sample",
    "retired_at",
]  # fmt: skip


@dataclass(frozen=True)
class ObjectRow:
    """An object as it comes: geometry is GeoJSON in WGS 84, `number` its row in the file."""

    number: int
    namespace: str
    external_id: str
    kind: str
    name_zh: str
    geometry: Any
    name_en: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    datum_given: str = "wgs84"
    network: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken: which, which field, why."""

    number: int
    external_id: str
    field: str
    reason: str


@dataclass
class Outcome:
    """What became of a batch of rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


class Register:
    """What rows are checked against: kinds, networks and areas, read once for many batches."""

    def __init__(self) -> None:
        self.kinds = {kind.code: kind for kind in ObjectKind.objects.all()}
        self.networks = dict(Network.objects.values_list("code", "id"))
        self.schemas = {
            code: jsonschema.Draft202012Validator(kind.attribute_schema)
            for code, kind in self.kinds.items()
        }
        areas = Area.objects.exclude(geometry=None).values_list("id", "path", "geometry")
        self.areas = geometries.AreaFinder(areas)

    def object_of(self, row: ObjectRow, owner: Organisation) -> CityObject:
        """Check a row and make its object, not saved.

        Raises
        ------
        BadObject
            Naming the field and what would be right.
        """
        kind = self.kinds.get(row.kind)
        if kind is None:
            raise BadObject(
                "kind",
                _("“%(code)s” is no kind: use one of %(codes)s.")
                % {"code": row.kind, "codes": ", ".join(sorted(self.kinds))},
            )
        _check_texts(row)
        self._check_attributes(row)
        found = geometries.locate(row.geometry, kind.geometry_types)
        return CityObject(
            namespace=row.namespace,
            external_id=row.external_id,
            kind=kind,
            owner=owner,
            area_id=self.areas.area_id(found.lon, found.lat),
            network_id=self._network_id(row.network),
            name_zh=row.name_zh or row.name_en or row.external_id,
            name_en=row.name_en,
            geometry=row.geometry,
            datum_given=row.datum_given,
            lon=found.lon,
            lat=found.lat,
            attributes=row.attributes,
            is_sample=row.is_sample,
            **found.cells,
        )

    def _check_attributes(self, row: ObjectRow) -> None:
        fault = jsonschema.exceptions.best_match(self.schemas[row.kind].iter_errors(row.attributes))
        if fault is not None:
            where = ".".join(["attributes", *map(str, fault.absolute_path)])
            raise BadObject(where, fault.message[:200])

    def _network_id(self, code: str) -> int | None:
        if code and code not in self.networks:
            raise BadObject("network", _("There is no network “%(code)s”.") % {"code": code})
        return self.networks.get(code)


def upsert_objects(
    *,
    rows: Sequence[ObjectRow],
    owner: Organisation,
    at: datetime,
    register: Register | None = None,
) -> Outcome:
    """Create or change the objects of `rows` for `owner`; doing it again changes nothing.

    An object of another owner is not touched: its row is rejected. A retired object that comes
    again is in use again. Of two rows with one key the later is rejected.
    """
    register = register or Register()
    outcome = Outcome()
    wanted: dict[tuple[str, str], tuple[ObjectRow, CityObject]] = {}
    for row in rows:
        try:
            made = register.object_of(row, owner)
            key = (made.namespace, made.external_id)
            if key in wanted:
                raise BadObject(
                    "external_id", _("Also in row %(row)d.") % {"row": wanted[key][0].number}
                )
            wanted[key] = (row, made)
        except BadObject as error:
            outcome.rejected.append(_rejected(row, error))
    with transaction.atomic():
        _write(wanted, owner, outcome)
    return outcome


def _write(
    wanted: dict[tuple[str, str], tuple[ObjectRow, CityObject]],
    owner: Organisation,
    outcome: Outcome,
) -> None:
    _lock_registers({namespace for namespace, _ in wanted})
    there = _there(list(wanted))
    new, changed = [], []
    for key, (row, made) in wanted.items():
        old = there.get(key)
        if old is None:
            new.append(made)
        elif old.owner_id != owner.id:
            reason = _("It belongs to another organisation: ask its owner.")
            outcome.rejected.append(_rejected(row, BadObject("external_id", reason)))
        elif _differs(old, made):
            made.id = old.id
            changed.append(made)
        else:
            outcome.unchanged += 1
    CityObject.objects.bulk_create(new, batch_size=1000)
    CityObject.objects.bulk_update(changed, COMPARED, batch_size=200)
    outcome.created += len(new)
    outcome.updated += len(changed)


def _there(keys: list[tuple[str, str]]) -> dict[tuple[str, str], CityObject]:
    found: dict[tuple[str, str], CityObject] = {}
    for namespace in {each for each, _number in keys}:
        ids = [external_id for each, external_id in keys if each == namespace]
        rows = CityObject.objects.filter(namespace=namespace, external_id__in=ids)
        found |= {(namespace, row.external_id): row for row in rows}
    return found


def _differs(old: CityObject, made: CityObject) -> bool:
    return any(getattr(old, name) != getattr(made, name) for name in COMPARED)


def _lock_registers(namespaces: set[str]) -> None:
    with connection.cursor() as sql:
        for namespace in sorted(namespaces):
            sql.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"objects:{namespace}"])


def _check_texts(row: ObjectRow) -> None:
    for name, limit in (("namespace", 40), ("external_id", 120)):
        value = getattr(row, name)
        if not value or len(value) > limit:
            raise BadObject(
                name,
                _("Needs 1 to %(limit)d characters, got %(count)d.")
                % {"limit": limit, "count": len(value)},
            )
    for name in ("name_zh", "name_en"):
        if len(getattr(row, name)) > 200:
            raise BadObject(name, _("Needs at most 200 characters."))
    if any("\0" in getattr(row, name) for name in ("external_id", "name_zh", "name_en")):
        raise BadObject("name_zh", _("Holds a NUL character."))


def _rejected(row: ObjectRow, error: BadObject) -> Rejected:
    return Rejected(row.number, row.external_id, error.field, error.message)
