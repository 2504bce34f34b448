"""GeoJSON, a FeatureCollection or one feature a line, read as a stream with flat memory."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from chengan.city.places.readers.building import Draft, Refused, row
from chengan.city.places.readers.columns import chosen
from chengan.city.places.readers.errors import NotRecognised, TornFile
from chengan.city.places.readers.rows import MEGABYTE, Options, Row, RowError, shown

PIECE = MEGABYTE
MAX_FEATURE = 64 * MEGABYTE
MARKS = re.compile(rb'["\\{}]')
FEATURES = re.compile(rb'"features"\s*:\s*\[')
BLANK = b" \t\r\n,\x1e"
CRS_NAME = re.compile(r"EPSG:+(\d+)|(CRS84)", re.IGNORECASE)


@dataclass
class Scan:
    """Where the scanner stands in its buffer: depth of braces, inside a string or not."""

    depth: int = 0
    in_string: bool = False
    start: int = 0
    place: int = 0


def features(path: Path) -> Iterator[bytes | RowError]:
    """Give the bytes of each object of a FeatureCollection's list, or of each line's feature.

    What stands between objects and is no blank is given as an error.

    Raises
    ------
    NotRecognised
        If there is neither a list of features nor an object.
    TornFile
        If a feature is larger than 64 MB.
    """
    with path.open("rb") as file:
        head = file.read(PIECE).removeprefix(b"\xef\xbb\xbf")
        start = _list_start(head)
        yield from _objects(_pieces(head[start:], file), in_list=start > 0)


def _pieces(head: bytes, file: Any) -> Iterator[bytes]:
    yield head
    while piece := file.read(PIECE):
        yield piece


def _list_start(head: bytes) -> int:
    """Give where the features begin: after `"features": [`, after `[`, or 0 for lines."""
    body = head.lstrip(BLANK)
    if body.startswith(b"["):
        return head.index(b"[") + 1
    if not body.startswith(b"{"):
        raise NotRecognised("GeoJSON begins with { or [")
    if found := FEATURES.search(head):
        first_line = body.split(b"\n", 1)[0]
        return 0 if _is_feature(first_line) else found.end()
    return 0


def _is_feature(line: bytes) -> bool:
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("type") == "Feature"


def _objects(pieces: Iterable[bytes], *, in_list: bool) -> Iterator[bytes | RowError]:
    scan, buffer, number = Scan(), b"", 0
    for piece in pieces:
        buffer += piece
        for found in _advance(scan, buffer):
            if isinstance(found, bytes):
                number += 1
                yield found
                continue
            junk = buffer[slice(*found)].strip(BLANK)
            if in_list and junk.startswith(b"]"):
                return
            if junk:
                number += 1
                yield RowError(number, "feature", shown(junk.decode("utf-8", "replace")), OBJECT)
        buffer = _rest(scan, buffer)
        if len(buffer) > MAX_FEATURE:
            raise TornFile(f"feature {number + 1} is larger than {MAX_FEATURE // MEGABYTE} MB")
    left = buffer.strip(BLANK)
    if left and not (in_list and left.startswith(b"]")):
        yield RowError(number + 1, "feature", shown(left[:99].decode("utf-8", "replace")), OBJECT)


OBJECT = "a complete JSON object of type Feature"


def _advance(scan: Scan, buffer: bytes) -> Iterator[bytes | tuple[int, int]]:
    """Give each whole object (bytes) and each gap before one (start, end) that the buffer holds."""
    while found := MARKS.search(buffer, scan.place):
        mark, scan.place = found.group(), found.end()
        if mark == b"\\":
            scan.place += 1
        elif mark == b'"':
            scan.in_string = not scan.in_string
        elif scan.in_string:
            continue
        elif mark == b"{":
            scan.depth += 1
            if scan.depth == 1:
                yield scan.start, found.start()
                scan.start = found.start()
        elif scan.depth:
            scan.depth -= 1
            if scan.depth == 0:
                yield buffer[scan.start : found.end()]
                scan.start = found.end()
    scan.place = max(scan.place, len(buffer))


def _rest(scan: Scan, buffer: bytes) -> bytes:
    """Drop what has been given; keep the scanner's places right."""
    scan.place -= scan.start
    rest = buffer[scan.start :]
    scan.start = 0
    return rest


def read(path: Path, options: Options) -> Iterator[Row | RowError]:
    """Give a row or an error for each feature; `number` is its ordinal."""
    columns: dict[str, str] = {}
    for number, found in enumerate(features(path), 1):
        if isinstance(found, RowError):
            yield found
            continue
        try:
            feature = _decoded(found)
            properties = _properties(feature)
            if not columns:
                columns = chosen([*properties, *options.columns.values()], options.columns)
            yield _feature_row(number, feature, properties, columns, options)
        except Refused as refusal:
            yield refusal.at(number)


def _decoded(found: bytes) -> dict[str, Any]:
    try:
        feature = msgspec.json.decode(found)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = found[:99].decode("utf-8", "replace")
        raise Refused("feature", text, f"JSON: {error}") from error
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        kind = feature.get("type") if isinstance(feature, dict) else feature
        raise Refused("type", kind, "Feature")
    return feature


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    if properties is None:
        return {}
    if not isinstance(properties, dict):
        raise Refused("properties", properties, "a JSON object")
    return properties


def _feature_row(
    number: int,
    feature: Mapping[str, Any],
    properties: dict[str, Any],
    columns: Mapping[str, str],
    options: Options,
) -> Row | RowError:
    fields = ("key", "kind", "name_zh", "name_en")
    named = {field: columns.get(field, field) for field in fields}
    found = {field: _word(properties.get(header)) for field, header in named.items()}
    given = feature.get("id")
    key = found["key"] if "key" in options.columns or given is None else _word(given)
    used = set(named.values())
    draft = Draft(
        number=number,
        key=key or found["key"],
        kind=found["kind"],
        name_zh=found["name_zh"],
        name_en=found["name_en"],
        geometry=feature.get("geometry"),
        attributes={
            name: value
            for name, value in properties.items()
            if name not in used and value is not None
        },
    )
    return row(draft, options)


def _word(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def property_names(found: bytes | RowError) -> list[str]:
    """Give the names of a feature's properties; none for what is no feature."""
    if isinstance(found, RowError):
        return []
    try:
        return list(_properties(_decoded(found)))
    except Refused:
        return []


def declared_system(path: Path) -> str:
    """Give the coordinate system that an old-style `crs` member names in the first megabyte."""
    with path.open("rb") as file:
        head = file.read(PIECE)
    before = head.split(b'"features"', 1)[0]
    if b'"crs"' not in before:
        return ""
    found = CRS_NAME.search(before.decode("utf-8", "replace"))
    if found is None:
        return "unreadable"
    return "wgs84" if found[2] or found[1] in ("4326", "4979") else f"epsg:{found[1]}"
