"""OpenStreetMap .pbf extracts: roads, buildings, schools, hospitals and what else a city guards."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import osmium

from chengan.city.places.readers.building import Draft, row
from chengan.city.places.readers.errors import NotRecognised, TornFile
from chengan.city.places.readers.rows import MEGABYTE, Options, Row, RowError, shown

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
IN_MEMORY = 300 * MEGABYTE
KEYS = ("highway", "building", "amenity", "bridge", "man_made", "railway", "waterway", "natural",
        "landuse", "leisure", "power", "emergency", "healthcare", "shop", "tourism")  # fmt: skip
ROADS = frozenset(
    (
        "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
        "living_street", "service", "pedestrian", "motorway_link", "trunk_link", "primary_link",
        "secondary_link", "tertiary_link",
    )
)  # fmt: skip
AMENITIES = {
    "school": "school", "college": "school", "university": "school", "kindergarten": "school",
    "hospital": "hospital", "clinic": "hospital", "fire_station": "fire_station",
    "police": "police", "fuel": "fuel_station", "theatre": "crowded_place",
    "cinema": "crowded_place", "marketplace": "crowded_place", "library": "crowded_place",
    "place_of_worship": "crowded_place", "community_centre": "crowded_place",
}  # fmt: skip
OTHERS = {
    ("power", "substation"): "substation", ("power", "plant"): "power_plant",
    ("man_made", "bridge"): "bridge", ("man_made", "wastewater_plant"): "wastewater_plant",
    ("man_made", "water_works"): "water_works", ("man_made", "pipeline"): "pipeline",
    ("man_made", "storage_tank"): "storage_tank", ("emergency", "fire_hydrant"): "hydrant",
    ("natural", "water"): "water_body", ("waterway", "river"): "water_body",
    ("waterway", "stream"): "water_body", ("waterway", "canal"): "water_body",
    ("railway", "rail"): "railway", ("railway", "subway"): "railway",
    ("railway", "tram"): "railway", ("railway", "station"): "station",
    ("railway", "subway_entrance"): "subway_entrance", ("landuse", "industrial"): "industrial_area",
    ("leisure", "park"): "park", ("leisure", "stadium"): "crowded_place",
    ("shop", "mall"): "crowded_place",
}  # fmt: skip
LINEAR = frozenset({"road", "railway", "pipeline"})
DROPPED_TAGS = ("name", "name:", "source", "created_by", "note", "fixme")


@dataclass(frozen=True)
class Geometries:
    """Writes the geometry of an OSM object as GeoJSON text."""

    factory: Any

    def of(self, found: Any) -> str:
        """Give the point, line or areas of an object; osmium's own errors when it has none."""
        if found.is_node():
            return str(self.factory.create_point(found))
        if found.is_way():
            return str(self.factory.create_linestring(found))
        return str(self.factory.create_multipolygon(found))


def kind_of(tags: Mapping[str, str]) -> str:
    """Give the kind of city object that OSM tags mean; empty for none."""
    if tags.get("highway") in ROADS:
        return "bridge" if tags.get("bridge", "no") != "no" else "road"
    amenity = AMENITIES.get(tags.get("amenity", ""))
    if amenity:
        return amenity
    for key, value in tags.items():
        if (key, value) in OTHERS:
            return OTHERS[key, value]
    if tags.get("building", "no") != "no":
        return {"school": "school", "hospital": "hospital"}.get(tags["building"], "building")
    return ""


def read(path: Path, options: Options) -> Iterator[Row | RowError]:
    """Give a row for each object of a known kind; `number` is its ordinal.

    Keys are `osm:node/1`, `osm:way/1`, `osm:relation/1`. Of a road that leaves the extract the
    longest part inside is given, and said so; an area that leaves it is an error. Memory holds
    the positions of the file's nodes (16 bytes each; in a temporary file for extracts above
    300 MB).

    Raises
    ------
    TornFile
        If the file breaks off.
    NotRecognised
        If it is no OSM file.
    """
    number, open_relations = 0, dict[str, None]()
    for found in _located(path):
        tags = {tag.k: tag.v for tag in found.tags}
        kind = kind_of(tags)
        if not kind or (options.kinds and kind not in options.kinds):
            continue
        if found.is_relation():
            if tags.get("type") == "multipolygon" and kind not in LINEAR:
                open_relations[f"relation/{found.id}"] = None
            continue
        open_relations.pop(_key(found), None)
        if _is_doubled(found, kind):
            continue
        number += 1
        yield _row(number, found, kind, tags, options)
    for key in open_relations:
        number += 1
        yield RowError(number, "geometry", key, "all members of the area inside the extract")


def _located(path: Path) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder:
        small = path.stat().st_size < IN_MEMORY
        yield from _stream(path, "flex_mem" if small else f"sparse_file_array,{folder}/nodes")


def _stream(path: Path, storage: str) -> Iterator[Any]:
    try:
        stream = osmium.FileProcessor(str(path)).with_locations(storage).with_areas()
        yield from stream.with_filter(osmium.filter.KeyFilter(*KEYS))
    except RuntimeError as error:
        sort = NotRecognised if "format" in str(error).lower() else TornFile
        raise sort(f"{path.name}: {error}") from error


def _row(
    number: int, found: Any, kind: str, tags: Mapping[str, str], options: Options
) -> Row | RowError:
    geometry, repairs = _geometry(found, kind)
    if geometry is None:
        return RowError(number, "geometry", f"{_key(found)}: {repairs[0]}", "all nodes inside")
    draft = Draft(
        number=number,
        register="osm",
        key=_key(found),
        kind=kind,
        name_zh=tags.get("name:zh") or tags.get("name", ""),
        name_en=tags.get("name:en") or tags.get("name", ""),
        geometry=geometry,
        attributes=_attributes(tags),
    )
    made = row(draft, options)
    return replace(made, repairs=made.repairs + repairs) if isinstance(made, Row) else made


def _geometry(found: Any, kind: str) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Give the geometry and what had to be done for it; None with the reason."""
    try:
        return _single(json.loads(Geometries(FACTORY).of(found))), ()
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        part = _longest_part(found) if found.is_way() and _is_line(found, kind) else []
        if len(part) < 2:
            return None, (shown(error),)
    note = f"cut at the edge of the extract: {len(part)} of {len(found.nodes)} nodes kept"
    return {"type": "LineString", "coordinates": part}, (note,)


def _longest_part(way: Any) -> list[list[float]]:
    """Give the longest run of the way's nodes that the extract holds."""
    runs: list[list[list[float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append([node.lon, node.lat])
        elif runs[-1]:
            runs.append([])
    return max(runs, key=len)


FACTORY = osmium.geom.GeoJSONFactory()


def _is_doubled(found: Any, kind: str) -> bool:
    """Say whether the same object comes again: a way as its area, an area as its line."""
    if found.is_area():
        return _is_line(found, kind)
    if not found.is_way() or _is_line(found, kind):
        return False
    whole = all(node.location.valid() for node in found.nodes)
    return bool(found.is_closed()) and len(found.nodes) > 3 and whole


def _is_line(found: Any, kind: str) -> bool:
    """Say whether the object is a line even where it is closed."""
    return kind in LINEAR or "highway" in found.tags


def _key(found: Any) -> str:
    if found.is_area():
        sort = "way" if found.from_way() else "relation"
        return f"{sort}/{found.orig_id()}"
    return f"{'node' if found.is_node() else 'way'}/{found.id}"


def _single(geometry: dict[str, Any]) -> dict[str, Any]:
    """Give a MultiPolygon of one part as a Polygon."""
    parts = geometry["coordinates"]
    if geometry["type"] == "MultiPolygon" and len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return geometry


def _attributes(tags: Mapping[str, str]) -> dict[str, Any]:
    return {key: value for key, value in tags.items() if not key.startswith(DROPPED_TAGS)}
