"""EPANET .inp networks through WNTR: nodes, then links, all figures in SI units."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from chengan.city.places.readers.building import Draft, row
from chengan.city.places.readers.errors import PlacementNeeded
from chengan.city.places.readers.rows import Options, Row, RowError, shown
from chengan.core.geo.distance import placed

KINDS = {
    "Junction": "water_junction",
    "Tank": "water_tank",
    "Reservoir": "water_reservoir",
    "Pipe": "water_pipe",
    "Pump": "water_pump",
    "Valve": "water_valve",
}
ATTRIBUTES = {
    "Junction": {"elevation_m": "elevation", "base_demand_m3_s": "base_demand"},
    "Tank": {
        "elevation_m": "elevation",
        "diameter_m": "diameter",
        "level_min_m": "min_level",
        "level_max_m": "max_level",
        "level_initial_m": "init_level",
    },
    "Reservoir": {"head_m": "base_head"},
    "Pipe": {"length_m": "length", "diameter_m": "diameter", "roughness": "roughness",
             "minor_loss": "minor_loss"},
    "Pump": {"pump_type": "pump_type", "speed": "base_speed", "power_w": "power"},
    "Valve": {"diameter_m": "diameter", "valve_type": "valve_type", "setting": "initial_setting",
              "minor_loss": "minor_loss"},
}  # fmt: skip
NETWORK_EXPECTED = "an EPANET 2.2 network"
LINE = re.compile(r"line (\d+)", re.IGNORECASE)
NETWORK = re.compile(r"[^\w.-]+")


def model(path: Path) -> Any | RowError:
    """Give WNTR's model of a network, or where its file is wrong."""
    import wntr

    logging.getLogger("wntr").setLevel(logging.ERROR)
    try:
        found = wntr.network.WaterNetworkModel(str(path))
    except Exception as error:  # noqa: BLE001 - WNTR raises whatever its sections meet
        text = str(error) or type(error).__name__
        line = LINE.search(text)
        return RowError(int(line[1]) if line else 0, "file", shown(text), NETWORK_EXPECTED)
    return found if found.num_nodes else RowError(0, "file", "no nodes", NETWORK_EXPECTED)


def read(path: Path, options: Options) -> Iterator[Row | RowError]:
    """Give a row for each node, then for each link; `number` is the ordinal.

    Keys are `epanet:<file>/node/<id>` and `…/link/<id>`, for a node and a link may share an id.
    Links name their ends: `links["start"]` and `links["end"]` are keys of nodes.

    Raises
    ------
    PlacementNeeded
        If the file has plan units and no `placement` or projected `system` was given.
    """
    network = model(path)
    if isinstance(network, RowError):
        yield network
        return
    places, settings = _places(network, options)
    name = NETWORK.sub("-", path.stem)
    for number, draft in enumerate(_drafts(network, name, places), 1):
        yield row(replace(draft, number=number), settings)


def _places(network: Any, options: Options) -> tuple[dict[str, Any], Options]:
    """Give each node's position, and the options that read it."""
    plan = {name: tuple(map(float, node.coordinates)) for name, node in network.nodes()}
    if options.placement is not None:
        xs, ys = zip(*plan.values(), strict=True)
        lon, lat = placed(xs, ys, options.placement)
        where = dict(zip(plan, zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
        return where, replace(options, system="wgs84")
    if needs_placement(network, options):
        raise PlacementNeeded(
            "an EPANET file has plan units: give the longitude and latitude of one point, "
            "metres a unit and the rotation, or the coordinate system they are in"
        )
    return plan, options


def needs_placement(network: Any, options: Options) -> bool:
    """Say whether nothing tells where the network lies."""
    untold = options.placement is None and options.system == "wgs84"
    return untold and not looks_geographic(network)


def looks_geographic(network: Any) -> bool:
    """Say whether the coordinates can be degrees: inside ±180, ±90, less than 2° across."""
    xs, ys = zip(*(node.coordinates for _, node in network.nodes()), strict=True)
    small = max(xs) - min(xs) < 2 and max(ys) - min(ys) < 2
    return bool(small and max(map(abs, xs)) <= 180 and max(map(abs, ys)) <= 90)


def _drafts(network: Any, name: str, places: dict[str, Any]) -> Iterator[Draft]:
    for node_name, node in network.nodes():
        yield _draft(name, "node", node_name, node, {"type": "Point",
                     "coordinates": list(places[node_name])}, {})  # fmt: skip
    for link_name, link in network.links():
        ends = {"start": link.start_node_name, "end": link.end_node_name}
        yield _draft(
            name,
            "link",
            link_name,
            link,
            _line(places[ends["start"]], places[ends["end"]]),
            {end: f"epanet:{name}/node/{node}" for end, node in ends.items()},
        )


def _line(start: Any, end: Any) -> dict[str, Any]:
    """Give the straight line of a link; a point where both ends lie in one place."""
    if tuple(start) == tuple(end):
        return {"type": "Point", "coordinates": list(start)}
    return {"type": "LineString", "coordinates": [list(start), list(end)]}


def _draft(
    network: str, sort: str, name: str, item: Any, geometry: Any, links: dict[str, str]
) -> Draft:
    kind = "Valve" if "Valve" in type(item).__name__ else type(item).__name__
    kind = "Pump" if "Pump" in kind else kind
    return Draft(
        number=0,
        register="epanet",
        key=f"{network}/{sort}/{name}",
        kind=KINDS[kind],
        name_zh=name,
        name_en=name,
        geometry=geometry,
        attributes=_attributes(item, ATTRIBUTES[kind]),
        links=links,
    )


def _attributes(item: Any, wanted: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for ours, theirs in wanted.items():
        value = getattr(item, theirs, None)
        if isinstance(value, str) and value:
            found[ours] = value
        elif isinstance(value, int | float):
            found[ours] = round(float(value), 9)
    return found
