"""Reads the packaged sample city; no Django here."""

import json
from pathlib import Path
from typing import Any

import wntr

from chengan.city.site.sample import ground, lifelines
from chengan.city.site.sample.shapes import CityObject, Datastream, Sample

FOLDER = Path(__file__).resolve().parent
RECORDINGS = FOLDER / "recordings"
WATER_ANCHOR = (24.9365, 60.1650)
WATER_STEP = (0.00036, 0.00042)  # degrees a plan unit of Net3: our placement
PRESSURES = (
    "10",
    "111",
    "123",
    "141",
    "143",
    "159",
    "171",
    "185",
    "199",
    "208",
    "225",
    "247",
    "601",
)
OSM_OWNER = {"bridge": "bridge", "road": "jtj"}


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
        kinds=lifelines.KINDS,
        networks=lifelines.NETWORKS,
        objects=[*streets(), *[item for objects, _streams in pieces for item in objects]],
        sources=lifelines.SOURCES,
        properties=lifelines.PROPERTIES,
        datastreams=[item for _objects, streams in pieces for item in streams],
        limit_sets=lifelines.LIMIT_SETS,
        rules=lifelines.RULES,
        recordings=lifelines.RECORDINGS,
    )


def streets() -> list[CityObject]:
    """Roads, buildings, schools, bridges and water of OpenStreetMap."""
    features = json.loads((FOLDER / "objects.geojson").read_text(encoding="utf-8"))["features"]
    words = {kind.code: kind for kind in lifelines.KINDS}
    found = []
    for feature in features:
        about = feature["properties"]
        kind = words[about["kind"]]
        found.append(
            CityObject(
                "osm",
                about["external_id"],
                kind.code,
                about["name"] or f"{kind.name_zh} {about['external_id'].split('/')[1]}",
                about["name"] or f"{kind.name_en} {about['external_id'].split('/')[1]}",
                OSM_OWNER.get(kind.code, "zjj"),
                feature["geometry"],
                attributes={"subkind": about["subkind"]} if about["subkind"] else {},
            )
        )
    return found


def water() -> tuple[list[CityObject], list[Datastream]]:
    """Net3's junctions and pipes, placed in the sample city by us."""
    model = wntr.network.WaterNetworkModel(str(FOLDER / "water_network.inp"))
    places = {name: placed(node.coordinates) for name, node in model.nodes()}
    objects = [junction(name, places[name]) for name in model.node_name_list]
    objects += [pipe(name, link, places) for name, link in model.links()]
    streams = [pressure(name, places[name]) for name in PRESSURES]
    return objects, streams


def placed(plan: tuple[float, float]) -> tuple[float, float]:
    """Longitude and latitude of a plan position."""
    return (
        round(WATER_ANCHOR[0] + plan[0] * WATER_STEP[0], 6),
        round(WATER_ANCHOR[1] + plan[1] * WATER_STEP[1], 6),
    )


def junction(name: str, place: tuple[float, float]) -> CityObject:
    """One node of the network."""
    return CityObject(
        "net3",
        f"node/{name}",
        "water_junction",
        f"样例供水节点 {name}",
        f"Sample water junction {name}",
        "water",
        lifelines.point(*place),
        "water-network",
    )


def pipe(name: str, link: Any, places: dict[str, tuple[float, float]]) -> CityObject:
    """One link of the network, straight between its nodes."""
    ends = [places[link.start_node_name], places[link.end_node_name]]
    return CityObject(
        "net3",
        f"link/{name}",
        "water_pipe",
        f"样例供水管 {name}",
        f"Sample water pipe {name}",
        "water",
        {"type": "LineString", "coordinates": [list(end) for end in ends]},
        "water-network",
        {"diameter_m": round(link.diameter, 4)} if hasattr(link, "diameter") else {},
    )


def pressure(name: str, place: tuple[float, float]) -> Datastream:
    """The simulated pressure at one junction."""
    return Datastream(
        "water",
        f"pressure-{name}",
        f"water-{name}",
        f"节点 {name} 压力（仿真）",
        f"Junction {name} pressure (simulated)",
        "pressure",
        "mH2O",
        300,
        *place,
        f"net3/node/{name}",
        "water",
        -10,
        300,
    )
