"""Makes a Row, or says why not, from the pieces that every format has."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from chengan.city.places.readers.rows import Options, Row, RowError, shown
from chengan.core.geo import datum
from chengan.core.geo.errors import BadGeometry, GeoError
from chengan.core.geo.geometry import DEPTH, clean

MAX_KEY = 110
MAX_NAME = 200


class Refused(Exception):
    """A field cannot be used; never leaves the readers, where it becomes a RowError."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(expected)
        self.field, self.value, self.expected = field, value, expected

    def at(self, number: int) -> RowError:
        """Give the error of a row."""
        return RowError(number, self.field, shown(self.value), self.expected)


@dataclass(frozen=True)
class Draft:
    """A row's pieces before they are checked; geometry in the file's own system."""

    number: int
    key: str = ""
    kind: str = ""
    name_zh: str = ""
    name_en: str = ""
    geometry: object = None
    attributes: Mapping[str, Any] | None = None
    links: Mapping[str, str] | None = None
    register: str = ""


def row(draft: Draft, options: Options) -> Row | RowError:
    """Check a draft and give its row, or the first field that is wrong."""
    try:
        return _row(draft, options)
    except Refused as refusal:
        return refusal.at(draft.number)


def _row(draft: Draft, options: Options) -> Row:
    geometry, repairs = _geometry(draft.geometry, options)
    kind = _text("kind", draft.kind or options.kind, MAX_KEY)
    if not kind:
        raise Refused("kind", "", "a kind in a column of its own, or one for the whole file")
    names = _text("name_zh", draft.name_zh, MAX_NAME), _text("name_en", draft.name_en, MAX_NAME)
    key = _text("natural_key", draft.key, MAX_KEY)
    if not key and options.key_from_content:
        key = _content_key(kind, names, geometry)
    if not key:
        raise Refused("natural_key", "", "a number that stays the same whenever the object comes")
    return Row(
        number=draft.number,
        natural_key=f"{draft.register}:{key}" if draft.register else key,
        kind=kind,
        name_zh=names[0],
        name_en=names[1],
        geometry=geometry,
        attributes=dict(draft.attributes or {}),
        links=dict(draft.links or {}),
        repairs=repairs,
        register=draft.register,
    )


def _text(field: str, value: str, limit: int) -> str:
    text = value.strip()
    if len(text) > limit:
        raise Refused(field, text, f"at most {limit} characters, got {len(text)}")
    if any(ord(sign) < 32 or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused(field, text, "readable text in one line")
    return text


def _content_key(kind: str, names: tuple[str, str], geometry: object) -> str:
    text = json.dumps([kind, *names, geometry], ensure_ascii=False, sort_keys=True)
    return f"content-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _geometry(given: object, options: Options) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    if given is None:
        if options.needs_geometry:
            raise Refused("geometry", "", "a position")
        return None, ()
    try:
        turned = given if options.system == "wgs84" else turn(given, options.system)
        cleaned = clean(turned)
    except BadGeometry as error:
        raise Refused("geometry", _brief(given), f"a sound geometry: {error}") from error
    except GeoError as error:
        raise Refused("geometry", _brief(given), str(error)) from error
    return cleaned.geometry, cleaned.repairs


def _brief(given: object) -> str:
    if isinstance(given, Mapping):
        return json.dumps(given.get("coordinates", given.get("type")), default=str)
    return str(given)


def turn(geometry: object, system: str) -> object:
    """Give a GeoJSON geometry with its positions turned from `system` to WGS 84.

    What has not the form of a geometry is given back as it is, for `clean` to name.
    """
    if not isinstance(geometry, Mapping) or geometry.get("type") not in DEPTH:
        return geometry
    flat: list[list[float]] = []
    shape = _collect(geometry.get("coordinates"), DEPTH[geometry["type"]], flat)
    if shape is None or not flat:
        return geometry
    points = np.asarray(flat, np.float64)
    lon, lat = datum.to_wgs84(points[:, 0], points[:, 1], system)
    turned = iter(np.column_stack([lon, lat]).tolist())
    return {"type": geometry["type"], "coordinates": _laid(shape, turned)}


def _collect(value: Any, depth: int, flat: list[list[float]]) -> Any:
    """Put all positions into `flat`; give the nesting as lists of None, or None if malformed."""
    if not isinstance(value, list | tuple):
        return None
    if depth:
        parts = [_collect(part, depth - 1, flat) for part in value]
        return None if any(part is None for part in parts) else parts
    if len(value) not in (2, 3) or not all(_is_figure(figure) for figure in value[:2]):
        return None
    flat.append([float(value[0]), float(value[1])])
    return ()


def _is_figure(figure: object) -> bool:
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        return False
    return abs(figure) < 1e15 and math.isfinite(figure)


def _laid(shape: Any, positions: Any) -> Any:
    return next(positions) if shape == () else [_laid(part, positions) for part in shape]


def from_wkt(text: str) -> dict[str, Any]:
    """Give the GeoJSON geometry of a WKT text (EWKT's `SRID=…;` is dropped).

    Raises
    ------
    Refused
        If it is no WKT.
    """
    body = text.split(";", 1)[1] if text.upper().startswith("SRID=") else text
    try:
        made = shapely.from_wkt(body)
    except shapely.errors.ShapelyError as error:
        raise Refused("wkt", text, "WKT such as POINT (24.94 60.17)") from error
    if made is None or made.is_empty:
        raise Refused("wkt", text, "a geometry that is not empty")
    found: dict[str, Any] = json.loads(shapely.to_geojson(made))
    return found
