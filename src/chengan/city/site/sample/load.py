"""Reads the packaged sample city; no Django here."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from chengan.city.site.foundation.kinds import KINDS
from chengan.city.site.foundation.limits import PROPERTIES
from chengan.city.site.sample import ground, lifelines, resources, siting
from chengan.city.site.sample.shapes import (
    CityObject,
    Datastream,
    Event,
    Kind,
    Origin,
    Sample,
    Stream,
)

FOLDER = Path(__file__).resolve().parent
RECORDINGS = FOLDER / "recordings"
OSM_OWNER = {"bridge": "bridge", "road": "jtj", "water_body": "swj"}
OSM_NAMES = {lifelines.BRIDGE: ("样例 3 号桥", "Sample bridge 3 (Pitkäsilta)")}


def load() -> Sample:
    """Give the whole sample city."""
    pieces = [lifelines.gas(), lifelines.bridge(), lifelines.road(), lifelines.plant(), water()]
    return Sample(
        areas=ground.areas(),
        organisations=ground.ORGANISATIONS,
        people=ground.PEOPLE,
        posts=ground.POSTS,
        duties=ground.DUTIES,
        accounts=ground.ACCOUNTS,
        kinds=KINDS,
        networks=lifelines.NETWORKS,
        objects=[
            *streets(),
            *[item for objects, _streams in pieces for item in objects],
            *siting.OBJECTS,
        ],
        sources=lifelines.SOURCES,
        properties=PROPERTIES,
        datastreams=[item for _objects, streams in pieces for item in streams],
        limit_sets=lifelines.LIMIT_SETS,
        rules=lifelines.RULES,
        recordings=lifelines.RECORDINGS,
        shifts=ground.shifts(),
        resources=resources.RESOURCES,
    )


def streets() -> list[CityObject]:
    """Roads, buildings, schools, bridges and water of OpenStreetMap."""
    words = {kind.code: kind for kind in KINDS}
    return [_street(feature, words) for feature in _features("objects.geojson")]


def _street(feature: dict[str, Any], words: dict[str, Kind]) -> CityObject:
    about = feature["properties"]
    key, kind = about["external_id"], words[about["kind"]]
    number = key.split("/")[1]
    zh, en = f"{kind.name_zh} {number}", f"{kind.name_en} {number}"
    zh, en = OSM_NAMES.get(key, (about["name"] or zh, about["name"] or en))
    owner = OSM_OWNER.get(kind.code, "zjj")
    attributes = {"subkind": about["subkind"]} if about["subkind"] else {}
    return CityObject(
        "osm", key, kind.code, zh, en, owner, feature["geometry"], attributes=attributes
    )


def water() -> tuple[list[CityObject], list[Datastream]]:
    """Net3's nodes and links, placed in the sample city by us, and the simulated pressures."""
    words = {kind.code: kind for kind in KINDS}
    objects = [_water_object(feature, words) for feature in _features("water_network.geojson")]
    places = {item.external_id: item.geometry["coordinates"] for item in objects}
    streams = [
        pressure(stream.key.removeprefix("pressure-"), places)
        for stream in origins()["water"].streams
    ]
    return objects, streams


def _water_object(feature: dict[str, Any], words: dict[str, Kind]) -> CityObject:
    about = feature["properties"]
    kind, number = words[about["kind"]], about["external_id"].split("/")[1]
    return CityObject(
        "net3",
        about["external_id"],
        kind.code,
        f"样例{kind.name_zh} {number}",
        f"Sample {kind.name_en.lower()} {number}",
        "water",
        feature["geometry"],
        "water-network",
        about["attributes"],
    )


def pressure(name: str, places: dict[str, Any]) -> Datastream:
    """The simulated pressure at one junction."""
    lon, lat = places[f"node/{name}"]
    return Datastream(
        "water",
        f"pressure-{name}",
        f"water-{name}",
        f"节点 {name} 压力（仿真）",
        f"Junction {name} pressure (simulated)",
        "pressure",
        "mH2O",
        300,
        lon,
        lat,
        f"net3/node/{name}",
        "water",
        -10,
        300,
    )


def origins() -> dict[str, Origin]:
    """Where each recording comes from and when something happens in it, by source key."""
    text = (FOLDER / "recordings.json").read_text(encoding="utf-8")
    return {entry["source_key"]: _origin(entry) for entry in json.loads(text)["recordings"]}


def _origin(entry: dict[str, Any]) -> Origin:
    plain = {item.name: entry[item.name] for item in fields(Origin)}
    plain["streams"] = tuple(Stream(**stream) for stream in entry["streams"])
    plain["interesting"] = tuple(Event(**event) for event in entry["interesting"])
    return Origin(**plain)


def _features(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))[
        "features"
    ]
    return found
