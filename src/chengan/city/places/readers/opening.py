"""The door of the readers: what a file is, its first rows, all its rows."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from chengan.city.places.readers import delimited, epanet, geojson, osm, spreadsheet
from chengan.city.places.readers.columns import chosen
from chengan.city.places.readers.errors import FileTooLarge, NotRecognised
from chengan.city.places.readers.rows import DEFAULT_MAX_BYTES, Options, Row, RowError
from chengan.city.places.readers.tables import table_rows, unique_headers
from chengan.core.geo.datum import system_named

ENDINGS = {
    ".geojson": "geojson", ".json": "geojson", ".geojsonl": "geojson", ".geojsons": "geojson",
    ".ndjson": "geojson", ".jsonl": "geojson", ".csv": "csv", ".txt": "csv", ".tsv": "csv",
    ".xlsx": "excel", ".xlsm": "excel", ".inp": "epanet", ".pbf": "osm", ".osm": "osm",
}  # fmt: skip
CONVERT = {
    ".xls": "an old Excel file: save it as .xlsx or CSV",
    ".shp": "a Shapefile: export it as GeoJSON",
    ".dwg": "a drawing: export its objects as GeoJSON",
    ".dxf": "a drawing: export its objects as GeoJSON",
    ".kml": "KML: export it as GeoJSON",
    ".zip": "an archive: unpack it first",
}
SAMPLE_BYTES = 1 << 20
Lines = Iterator[tuple[int, Sequence[object]] | RowError]


@dataclass(frozen=True)
class Preview:
    """What a file looks like before it is imported.

    `columns` are the file's own; `guesses` our field → its column; `estimate` a count of rows,
    exact when `is_exact`.
    """

    format: str
    encoding: str
    columns: list[str]
    guesses: dict[str, str]
    rows: list[Row | RowError]
    estimate: int
    is_exact: bool
    warnings: list[str]


def detect(path: Path) -> str:
    """Give the format of a file by its ending and its first bytes.

    Raises
    ------
    NotRecognised
        With what to convert it to, where that is known.
    """
    ending = path.suffix.lower()
    if ending in CONVERT:
        raise NotRecognised(f"{path.name} is {CONVERT[ending]}")
    with path.open("rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotRecognised(f"{path.name} is {CONVERT['.xls']}")
    if head.startswith(b"PK\x03\x04"):
        return "excel"
    if b"OSMHeader" in head[:32]:
        return "osm"
    if ending in ENDINGS:
        return ENDINGS[ending]
    if head.startswith((b"{", b"[{")):
        return "geojson"
    if b"[JUNCTIONS]" in head.upper() or head.upper().startswith(b"[TITLE]"):
        return "epanet"
    raise NotRecognised(
        f"{path.name}: use GeoJSON, CSV, Excel (.xlsx), EPANET (.inp) or OSM (.osm.pbf)"
    )


def open_rows(path: Path, options: Options | None = None) -> Iterator[Row | RowError]:
    """Give the rows of a file one by one, each a Row or a RowError; memory stays flat.

    Raises
    ------
    ReaderError
        If the whole file cannot be read: too large, unsafe, of no known format, no such column.
    UnknownSystem
        If the coordinate system is none.
    """
    path, options = _checked(path, options or Options())
    if options.format == "geojson":
        return geojson.read(path, options)
    if options.format == "epanet":
        return epanet.read(path, options)
    if options.format == "osm":
        return osm.read(path, options)
    return _table(path, options)


def preview(path: Path, options: Options | None = None, *, limit: int = 20) -> Preview:
    """Look at a file: format, columns and what they seem to be, first rows, a count, warnings.

    Raises
    ------
    ReaderError
        As `open_rows`; a missing placement is only a warning here.
    """
    path, options = _checked(path, options or Options())
    look = {"geojson": _geojson, "epanet": _epanet, "osm": _osm}.get(options.format, _tabular)
    return look(path, options, limit)


def table_lines(path: Path, options: Options | None = None) -> tuple[list[str], Lines]:
    """Give the headers of a table and its lines as they stand, for what is handed back.

    Raises
    ------
    NotRecognised
        If the file is no table.
    """
    path, options = _checked(path, options or Options())
    if options.format not in {"csv", "excel"}:
        raise NotRecognised(f"{path.name} is no table")
    _, lines = _lines(path, options)
    return _headers(path, lines), lines


def _checked(path: Path, options: Options) -> tuple[Path, Options]:
    path = Path(path)
    found = options.format or detect(path)
    if found not in DEFAULT_MAX_BYTES:
        raise NotRecognised(f"no format {found!r}: use {', '.join(DEFAULT_MAX_BYTES)}")
    limit = options.max_bytes or DEFAULT_MAX_BYTES[found]
    size = path.stat().st_size
    if size > limit:
        raise FileTooLarge(f"{path.name} has {size} bytes; {found} files may have {limit}")
    return path, replace(options, format=found, system=system_named(options.system))


def _lines(path: Path, options: Options) -> tuple[str, Lines]:
    if options.format == "excel":
        return "", spreadsheet.lines(path, options.sheet)
    form = delimited.dialect(path, options)
    return form.encoding, delimited.lines(path, form)


def _table(path: Path, options: Options) -> Iterator[Row | RowError]:
    _, lines = _lines(path, options)
    headers = _headers(path, lines)
    return table_rows(headers, chosen(headers, options.columns), lines, options)


def _headers(path: Path, lines: Lines) -> list[str]:
    for line in islice(lines, 20):
        if not isinstance(line, RowError) and any(cell not in (None, "") for cell in line[1]):
            return unique_headers(line[1])
    raise NotRecognised(f"{path.name}: no header row in its first 20 rows")


def _first(rows: Iterator[Row | RowError], limit: int) -> list[Row | RowError]:
    with closing(rows):  # type: ignore[type-var]
        return list(islice(rows, limit))


def _tabular(path: Path, options: Options, limit: int) -> Preview:
    encoding, lines = _lines(path, options)
    headers = _headers(path, lines)
    guesses = chosen(headers, options.columns)
    rows = _first(table_rows(headers, guesses, lines, options), limit)
    warnings = _missing(guesses, options)
    if encoding == "latin-1":
        warnings.append("the text is neither UTF-8 nor GB18030: read as Latin-1, check the names")
    if options.format == "excel" and len(names := spreadsheet.sheet_names(path)) > 1:
        warnings.append(f"only sheet {options.sheet or names[0]!r} of {', '.join(names)} is read")
    count, is_exact = _count(path, options, rows, limit)
    return Preview(options.format, encoding, headers, guesses, rows, count, is_exact, warnings)


def _missing(guesses: dict[str, str], options: Options) -> list[str]:
    found = []
    if "key" not in guesses and not options.key_from_content:
        found.append("no column looks like a number that identifies the object: choose one")
    if "kind" not in guesses and not options.kind:
        found.append("no column looks like a kind: choose one kind for the whole file")
    if "wkt" not in guesses and not {"lon", "lat"} <= guesses.keys():
        found.append("no columns look like longitude and latitude, or WKT: choose them")
    return found


def _count(
    path: Path, options: Options, rows: list[Row | RowError], limit: int
) -> tuple[int, bool]:
    if len(rows) < limit:
        return len(rows), True
    if options.format == "excel":
        return sum(1 for _ in spreadsheet.lines(path, options.sheet)) - 1, True
    return _scaled(path, b"\n"), False


def _scaled(path: Path, mark: bytes) -> int:
    """Count a mark in the first megabyte and scale it to the file's size."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    return round(head.count(mark) * path.stat().st_size / max(len(head), 1))


def _geojson(path: Path, options: Options, limit: int) -> Preview:
    rows = _first(geojson.read(path, options), limit)
    columns: dict[str, None] = {}
    with closing(geojson.features(path)) as found:  # type: ignore[type-var]
        for feature in islice(found, limit):
            columns |= dict.fromkeys(geojson.property_names(feature))
    guesses = chosen([*columns, *options.columns.values()], options.columns)
    declared = geojson.declared_system(path)
    warnings = []
    if declared and declared != options.system:
        warnings.append(f"the file says its coordinates are {declared}, not {options.system}")
    if len(rows) < limit:
        count, is_exact = len(rows), True
    else:
        count, is_exact = max(_scaled(path, b'"Feature"'), limit), False
    return Preview("geojson", "utf-8", list(columns), guesses, rows, count, is_exact, warnings)


def _epanet(path: Path, options: Options, limit: int) -> Preview:
    network = epanet.model(path)
    if isinstance(network, RowError):
        return Preview("epanet", "", [], {}, [network], 0, False, [str(network)])
    warnings = []
    if epanet.needs_placement(network, options):
        warnings.append("the coordinates are plan units: say where the plan lies")
    rows = [] if warnings else _first(epanet.read(path, options), limit)
    count = network.num_nodes + network.num_links
    return Preview("epanet", "", [], {}, rows, count, True, warnings)


def _osm(path: Path, options: Options, limit: int) -> Preview:
    rows = _first(osm.read(path, options), limit)
    is_all = len(rows) < limit
    count = len(rows) if is_all else round(path.stat().st_size / 400)
    warnings = [f"show the attribution with it: {osm.ATTRIBUTION}"]
    return Preview("osm", "utf-8", [], {}, rows, count, is_all, warnings)
