"""What a reader gives, and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chengan.core.geo.distance import Placement

MEGABYTE = 1 << 20
DEFAULT_MAX_BYTES = {
    "geojson": 2048 * MEGABYTE,
    "csv": 2048 * MEGABYTE,
    "excel": 256 * MEGABYTE,
    "epanet": 64 * MEGABYTE,
    "osm": 2048 * MEGABYTE,
}
SHOWN = 120  # characters of a bad value that an error repeats


@dataclass(frozen=True)
class Row:
    """One object of the file, its geometry in WGS 84.

    `number` is the row as a person finds it in the file: the line of a CSV, the row of a sheet,
    the ordinal of a feature. `natural_key` says which object it is, whenever it comes again; it
    begins with `register` and a colon where the format has a register of its own (osm, epanet).
    `links` names other rows by their keys; `repairs` what was mended in the geometry.
    """

    number: int
    natural_key: str
    kind: str
    name_zh: str
    name_en: str
    geometry: dict[str, Any] | None
    attributes: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    register: str = ""

    @property
    def external_id(self) -> str:
        """The key without the register in front: `way/123` of `osm:way/123`."""
        return self.natural_key.removeprefix(f"{self.register}:")


@dataclass(frozen=True)
class RowError:
    """Why one row is not taken: which field, what it holds, what would be right."""

    number: int
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"row {self.number}, {self.field}: {self.value!r}; expected {self.expected}"


@dataclass(frozen=True)
class Options:
    """How to read a file; every empty value is guessed.

    Parameters
    ----------
    format : str
        geojson, csv, excel, epanet or osm.
    system : str
        Coordinate system of the file: wgs84, cgcs2000, gcj02, bd09 or epsg:NNNN.
    encoding, delimiter, decimal : str
        Of a CSV; `decimal` is "." or ",".
    sheet : str
        Of an Excel file; the first one when empty.
    columns : mapping of str to str
        Our field (key, kind, name_zh, name_en, lon, lat, wkt) to the file's column or property.
    kind : str
        The kind of every row without one.
    key_from_content : bool
        True to make a key of kind, names and geometry where the file has none: such a row is the
        same object only while it does not change.
    needs_geometry : bool
        False to take rows without a position.
    placement : Placement
        Where an EPANET plan lies.
    kinds : frozenset of str
        Of OSM, the kinds wanted; all when empty.
    max_bytes : int
        Refuse larger files; 0 for the format's own limit.
    """

    format: str = ""
    system: str = "wgs84"
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    key_from_content: bool = False
    needs_geometry: bool = True
    placement: Placement | None = None
    kinds: frozenset[str] = frozenset()
    max_bytes: int = 0


def shown(value: object) -> str:
    """Give a value as an error repeats it: cut, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
