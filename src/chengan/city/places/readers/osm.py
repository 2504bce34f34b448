"""OpenStreetMap .pbf extracts: roads, buildings, schools, hospitals and what else a city guards."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    "motorway trunk primary secondary tertiary unclassified residential living_street service "
    "pedestrian motorway_link trunk_link primary_link secondary_link tertiary_link".split()
)
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

    Keys are `osm:node/1`, `osm:way/1`, `osm:relation/1`. Memory holds the positions of the
    file's nodes (16 bytes each; in a temporary file for extracts above 300 MB).

    Raises
    ------
    TornFile
        If the file breaks off.
    NotRecognised
        If it is no OSM file.
    """
    with tempfile.TemporaryDirectory() as folder:
        small = path.stat().st_size < IN_MEMORY
        storage = "flex_mem" if small else f"sparse_file_array,{folder}/nodes"
        number = 0
        for found in _stream(path, storage):
            draft = _draft(number + 1, found, options)
            if draft is None:
                continue
            number += 1
            yield draft if isinstance(draft, RowError) else row(draft, options)


def _stream(path: Path, storage: str) -> Iterator[Any]:
    try:
        stream = osmium.FileProcessor(str(path)).with_locations(storage).with_areas()
        yield from stream.with_filter(osmium.filter.KeyFilter(*KEYS))
    except RuntimeError as error:
        sort = NotRecognised if "format" in str(error).lower() else TornFile
        raise sort(f"{path.name}: {error}") from error


def _draft(number: int, found: Any, options: Options) -> Draft | RowError | None:
    tags = {tag.k: tag.v for tag in found.tags}
    kind = kind_of(tags)
    if not kind or (options.kinds and kind not in options.kinds) or _is_doubled(found, kind):
        return None
    try:
        geometry = json.loads(Geometries(FACTORY).of(found))
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        return RowError(number, "geometry", f"{_key(found)}: {shown(error)}", "all nodes inside")
    return Draft(
        number=number,
        register="osm",
        key=_key(found),
        kind=kind,
        name_zh=tags.get("name:zh") or tags.get("name", ""),
        name_en=tags.get("name:en") or tags.get("name", ""),
        geometry=_single(geometry),
        attributes=_attributes(tags),
    )


FACTORY = osmium.geom.GeoJSONFactory()


def _is_doubled(found: Any, kind: str) -> bool:
    """Say whether the same object comes again as line or area, or a relation as its area."""
    if found.is_relation():
        return True
    if found.is_area():
        return kind in LINEAR or (kind == "bridge" and "highway" in found.tags)
    if not found.is_way() or kind in LINEAR or "highway" in found.tags:
        return False
    return bool(found.is_closed()) and len(found.nodes) > 3


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
