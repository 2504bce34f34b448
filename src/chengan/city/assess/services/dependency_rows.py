"""Rows of dependencies, from a table or GeoJSON lines: which object fails without which.

A line runs from the supplier to the dependent. What it does not name stands at its ends: the one
object within SNAP_M there; where none or several could be meant, the row is refused.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Dependency, RiskImport
from chengan.city.assess.services.rows import (
    Cells,
    Line,
    Refused,
    named_cells,
    no_such_object,
    objects_of,
)
from chengan.city.places import api as places

COLUMNS: Final = ("supplier", "dependent", "group", "reserve_h")
OTHERWISE: Final = {"from": "supplier", "to": "dependent", "supplies": "group"}
"""Other names that the columns may have."""
SNAP_M: Final = 30.0
"""How far from a line's end the object may stand [ours]."""
APART_M: Final = 1.0
"""Objects nearer to each other than this can't be told apart by a line's end [ours]."""
LONGEST: Final = 40
ENDS: Final = {"supplier": "start", "dependent": "end"}


@dataclass(frozen=True)
class Stated:
    """A row that is good, not kept yet."""

    dependency: Dependency

    @property
    def key(self) -> tuple[int, int, str]:
        """What there is once."""
        made = self.dependency
        return made.dependent_id, made.supplier_id, made.group


class DependencyRows:
    """Reads rows against the register: what the user may edit, what is stated already."""

    def __init__(self, headers: list[str], made: RiskImport) -> None:
        """Take the columns' names; `made` says who brings the file in."""
        self.headers = [OTHERWISE.get(each.strip(), each.strip()) for each in headers]
        self.by, self.source = made.created_by, made.file_name
        self.near: dict[tuple[float, float], places.CityObject | str] = {}

    def read(self, batch: list[Line]) -> tuple[list[Stated], int, list[Refused]]:
        """Give the good rows of a batch, how many are there already, and the refused ones."""
        lines, refused = named_cells(self.headers, batch)
        names = (cells.get(end, "") for _number, cells in lines for end in ENDS)
        objects = objects_of(self.by, names)
        found: list[Stated] = []
        for number, cells in lines:
            try:
                found.append(self._row(number, cells, objects))
            except Refused as error:
                refused.append(error)
        seen = self._stated(found)
        taken = []
        for each in found:
            if each.key not in seen:
                seen.add(each.key)
                taken.append(each)
        return taken, len(found) - len(taken), sorted(refused, key=lambda each: each.row)

    def write(self, taken: list[Stated]) -> None:
        """Keep new dependencies."""
        Dependency.objects.bulk_create([each.dependency for each in taken], ignore_conflicts=True)

    def close(self) -> list[Refused]:
        """Give what only the end of the file shows: nothing here."""
        return []

    def _stated(self, found: list[Stated]) -> set[tuple[int, int, str]]:
        rows = Dependency.objects.filter(dependent_id__in={each.key[0] for each in found})
        return set(rows.values_list("dependent_id", "supplier_id", "group"))

    def _row(self, number: int, cells: Cells, objects: dict[str, places.CityObject]) -> Stated:
        supplier, dependent = (self._end(number, end, cells, objects) for end in ENDS)
        if supplier.pk == dependent.pk:
            name = f"{supplier.namespace}/{supplier.external_id}"
            raise Refused(number, "dependent", name, _("An object does not depend on itself."))
        group = cells.get("group", "")
        if not group or len(group) > LONGEST:
            text = _("What is supplied, such as “power”: at most %s characters.") % LONGEST
            raise Refused(number, "group", group, text)
        made = Dependency(
            dependent=dependent,
            supplier=supplier,
            group=group,
            reserve_h=_hours(number, cells.get("reserve_h", "")),
            source=self.source,
        )
        return Stated(made)

    def _end(
        self, number: int, end: str, cells: Cells, objects: dict[str, places.CityObject]
    ) -> places.CityObject:
        if name := cells.get(end, ""):
            if name not in objects:
                raise no_such_object(number, end, name)
            return objects[name]
        position = cells.get(ENDS[end], "")
        if not position:
            text = _("An object (register/number), or a line that ends there.")
            raise Refused(number, end, "", text)
        lon, _comma, lat = position.partition(",")
        found = self._at((float(lon), float(lat)))
        if isinstance(found, str):
            raise Refused(number, end, position, found)
        return found

    def _at(self, position: tuple[float, float]) -> places.CityObject | str:
        """Give the one object at a place, or why there is none."""
        if position not in self.near:
            near = places.objects_near(*position, SNAP_M)
            allowed = objects_of(self.by, [_named(each.city_object) for each in near])
            mine = [each for each in near if _named(each.city_object) in allowed]
            given = {"metres": f"{SNAP_M:g}"}
            if not mine:
                found: Any = _("No object of yours within %(metres)s m of this end.") % given
            elif len(mine) > 1 and mine[1].distance_m - mine[0].distance_m < APART_M:
                found = _("Several objects stand at this end: name one by register/number.")
            else:
                found = mine[0].city_object
            self.near[position] = found
        return self.near[position]


def _named(city_object: places.CityObject) -> str:
    return f"{city_object.namespace}/{city_object.external_id}"


def _hours(number: int, text: str) -> float:
    try:
        found = float(text or 0)
    except ValueError:
        found = math.nan
    if not 0 <= found <= 10_000:
        raise Refused(number, "reserve_h", text, _("Hours, 0 to 10,000."))
    return found


def opened(path: Path, made: RiskImport) -> tuple[DependencyRows, Iterator[Any]]:
    """Open a table or GeoJSON file of dependencies.

    Raises
    ------
    ReaderError
        If it is neither, or a table lacks a column.
    """
    if is_geojson(path):
        headers = [*COLUMNS, *ENDS.values()]
        return DependencyRows(headers, made), _lines(path, made.options.get("system", "wgs84"))
    headers, lines = places.table_lines(path, places.TableOptions())
    rows = DependencyRows([str(each or "") for each in headers], made)
    if missing := [name for name in COLUMNS[:3] if name not in rows.headers]:
        text = _("No column “%(missing)s”; needed are %(needed)s, found: %(found)s")
        given = {"missing": missing[0], "needed": ", ".join(COLUMNS[:3])}
        raise places.ReaderError(text % (given | {"found": ", ".join(rows.headers)}))
    return rows, iter(lines)


def is_geojson(path: Path) -> bool:
    """Say whether a file is GeoJSON by its name."""
    return path.suffix.lower() in {".geojson", ".json", ".geojsonl", ".ndjson"}


def read_geojson(path: Path, system: str) -> Iterator[places.Row | places.RowError]:
    """Give each feature with its geometry in WGS 84; one without a number gets one of its own."""
    options = places.TableOptions(
        format="geojson", system=system, kind="line", key_from_content=True, needs_geometry=False
    )
    return places.open_rows(path, options)


def _lines(path: Path, system: str) -> Iterator[Line]:
    for row in read_geojson(path, system):
        if isinstance(row, places.RowError):
            yield row
            continue
        given = {OTHERWISE.get(name, name): value for name, value in row.attributes.items()}
        geometry = row.geometry or {}
        if geometry and geometry["type"] != "LineString":
            wanted = _("a LineString from the supplier to the dependent")
            yield places.RowError(row.number, "geometry", str(geometry["type"]), wanted)
            continue
        ends = geometry.get("coordinates") or []
        places_ = [f"{lon},{lat}" for lon, lat, *_height in (ends[:1] + ends[-1:])] or ["", ""]
        yield row.number, [*(given.get(name) for name in COLUMNS), *places_]
