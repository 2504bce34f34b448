"""A network of lines from GeoJSON: links that meet at nodes, and where it is fed.

Each LineString is a link; ends within JOIN_M of each other are one node. A Point names the node
that it lies on: its `id`, whether it is a `source`, which `object` (register/number) stands there.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from chengan.city.assess import errors
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import NetworkFile, RiskImport
from chengan.city.assess.services.dependency_rows import read_geojson
from chengan.city.assess.services.rows import Line, Refused, unreadable
from chengan.city.places import api as places
from chengan.core.network import reach

JOIN_M: Final = 1.0
"""Ends nearer to each other than this are one node [ours]."""
METRES_A_DEGREE: Final = 111_320.0
"""Along a meridian, near enough to join ends [R]."""
YES: Final = {"true", "yes", "1", "是", "y"}
Position = tuple[float, float]


@dataclass(frozen=True)
class Piece:
    """A link (two positions) or a named point (one) of the file."""

    number: int
    name: str
    ends: tuple[Position, ...]
    is_source: bool = False
    object: str = ""


@dataclass
class NetworkRows:
    """Gathers the pieces of a file; the model is made of all of them at its end."""

    made: RiskImport
    pieces: list[Piece] = field(default_factory=list)
    names: set[tuple[bool, str]] = field(default_factory=set)

    def read(self, batch: list[Line]) -> tuple[list[Piece], int, list[Refused]]:
        """Give the good features of a batch and the refused ones."""
        taken, refused = [], []
        for line in batch:
            try:
                if isinstance(line, places.RowError):
                    raise unreadable(line)
                taken.append(self._piece(line[0], line[1][0]))
            except Refused as error:
                refused.append(error)
        return taken, 0, refused

    def write(self, taken: list[Piece]) -> None:
        """Keep pieces for the end."""
        self.pieces += taken

    def close(self) -> list[Refused]:
        """Make the model of all pieces; give the points that lie on no link's end.

        A network of the same name and owner gets the new model; its runs keep the old one's hash.

        Raises
        ------
        errors.BadInputs
            If there is no link or no source.
        """
        sources = {each.strip() for each in str(self.made.options.get("sources", "")).split(",")}
        model, stray = joined(self.pieces, sources - {""})
        options = self.made.options
        NetworkFile.objects.update_or_create(
            name_zh=options["name"],
            engine=NetworkFile.Engine.LINES,
            owner=places.organisation_by_code(options["owner"]),
            defaults={
                "text": json.dumps(model, ensure_ascii=False),
                "name_en": options["name"],
                "namespace": options.get("namespace", ""),
            },
        )
        text = _("No link ends here (within %s m).") % f"{JOIN_M:g}"
        return [Refused(each.number, "geometry", _text(each.ends[0]), text) for each in stray]

    def _piece(self, number: int, row: places.Row) -> Piece:
        geometry = row.geometry or {"type": "", "coordinates": []}
        is_link = geometry["type"] == "LineString"
        if not is_link and geometry["type"] != "Point":
            text = _("A LineString (a link) or a Point (a node), please.")
            raise Refused(number, "geometry", str(geometry["type"]), text)
        is_named = not row.natural_key.startswith("content-")
        name = row.natural_key if is_named else f"#{number}"
        if (is_link, name) in self.names:
            raise Refused(number, "id", name, _("There is one of this name in the file already."))
        self.names.add((is_link, name))
        given = geometry["coordinates"]
        ends = [given[0], given[-1]] if is_link else [given]
        return Piece(
            number,
            name,
            tuple((float(lon), float(lat)) for lon, lat, *_height in ends),
            str(row.attributes.get("source", "")).strip().lower() in YES,
            str(row.attributes.get("object") or ""),
        )


def _text(position: Position) -> str:
    return f"{position[0]:.6f}, {position[1]:.6f}"


def joined(pieces: list[Piece], sources: set[str]) -> tuple[dict[str, Any], list[Piece]]:
    """Give the model of pieces, and the points that lie on no link's end.

    `nodes`: [name, lon, lat, whether it is a source, object]; `links`: [name, start, end].

    Raises
    ------
    errors.BadInputs
        If there is no link or no source.
    """
    links = [each for each in pieces if len(each.ends) > 1]
    points = [each for each in pieces if len(each.ends) == 1]
    if not links:
        raise errors.BadInputs("file", _("There is no LineString in the file: no link."))
    ends = [end for each in links for end in each.ends] + [each.ends[0] for each in points]
    place = _places(ends)
    at, stray = _named(points, place[2 * len(links) :], set(place[: 2 * len(links)].tolist()))
    nodes = [
        _node(n, ends[int(np.argmax(place == n))], at.get(n), sources)
        for n in range(int(place[: 2 * len(links)].max()) + 1)
    ]
    if not any(each[3] for each in nodes):
        text = _("No source: give a Point on a link's end “source”: true, or name the sources.")
        raise errors.BadInputs("sources", text)
    model = {
        "nodes": nodes,
        "links": [
            [each.name, int(place[2 * n]), int(place[2 * n + 1])] for n, each in enumerate(links)
        ],
    }
    return model, stray


def _places(ends: list[Position]) -> Any:
    """Number the places of ends, those of links first."""
    lon, lat = np.array(ends).T
    x = lon * METRES_A_DEGREE * math.cos(math.radians(float(lat.mean())))
    found = reach.joined(x, lat * METRES_A_DEGREE, JOIN_M)
    _values, first, number = np.unique(found, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return order[number]


def _named(points: list[Piece], place: Any, used: set[int]) -> tuple[dict[int, Piece], list[Piece]]:
    at: dict[int, Piece] = {}
    stray = []
    for each, n in zip(points, place.tolist(), strict=True):
        if n in used:
            at.setdefault(n, each)
        else:
            stray.append(each)
    return at, stray


def _node(n: int, position: Position, point: Piece | None, sources: set[str]) -> list[Any]:
    name = point.name if point else f"n{n + 1}"
    is_source = bool(point and point.is_source) or name in sources
    return [name, *position, is_source, point.object if point else ""]


def opened(made: RiskImport) -> tuple[NetworkRows, Iterator[Any]]:
    """Open a GeoJSON file of lines."""
    found = read_geojson(Path(made.file), made.options.get("system", "wgs84"))
    lines = (each if isinstance(each, places.RowError) else (each.number, [each]) for each in found)
    return NetworkRows(made), lines


def ask(text: str, question: Mapping[str, Any]) -> dict[str, Any]:
    """Close one link of a model; give who is cut off from every source.

    Raises
    ------
    errors.EngineFailed
        If the network has no such link.
    """
    model = json.loads(text)
    nodes, links = model["nodes"], model["links"]
    names = [each[0] for each in links]
    if question["link"] not in names:
        raise errors.EngineFailed(_("The network has no link %s.") % question["link"])
    start, end = ([each[n] for each in links] for n in (1, 2))
    sources = [n for n, each in enumerate(nodes) if each[3]]
    fed = reach.fed(len(nodes), start, end, sources)
    cut = reach.cut_off(len(nodes), start, end, sources, [names.index(question["link"])])
    hits = [
        {"node": nodes[n][0], "object": nodes[n][4], "first_h": 0.0, "lon": nodes[n][1],
         "lat": nodes[n][2]}
        for n in np.flatnonzero(cut).tolist()
    ]  # fmt: skip
    return {
        "nodes": len(nodes),
        "links": len(links),
        "hours": 0,
        "hits": hits,
        "faults": [],
        "checks": {"fed_before": int(fed.sum()), "never_fed": int((~fed).sum())},
        "engine": "chengan reach",
    }
