"""What fails with an object or a run, as a list with ways and as shapes for a map."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chengan.city.assess.forms import word
from chengan.city.places import api as places

SOON: Final = ((0.0, 5), (1.0, 4), (24.0, 3))
"""Hours until which a failure is drawn in each colour; later ones are blue [ours]."""
LATER: Final = 2
MOST: Final = 500
Failing = Mapping[str, Any]


def shown(
    request: HttpRequest, found: Sequence[Failing], failed: Iterable[places.CityObject] = ()
) -> dict[str, Any]:
    """Give a page's list and map of what fails.

    What the user may not see is left out and counted.
    """
    first = list(failed)
    ids = {pk for each in found for pk in each["way"]} | {each.pk for each in first}
    seen = places.visible_objects(request.user).in_bulk(list(ids))
    rows = [each for each in found if each["object"] in seen]
    kept = rows[:MOST]
    return {
        "dependents": [{**each, "steps": _steps(each["way"], seen)} for each in kept],
        "dependent_count": len(rows),
        "hidden": len(found) - len(rows),
        "shapes": _shapes(kept, seen, first),
    }


def _steps(way: Sequence[int], seen: Mapping[int, places.CityObject]) -> list[str]:
    return [local(seen[pk]) if pk in seen else "…" for pk in way]


def local(named: Any) -> str:
    """Give the name in the page's language."""
    return word([named.name_zh, named.name_en])


def _shapes(
    rows: Sequence[Failing],
    seen: Mapping[int, places.CityObject],
    failed: Sequence[places.CityObject],
) -> dict[str, Any]:
    marks = {each.pk: _mark(each, 5, _("out of action")) for each in failed}
    lines = []
    for each in rows:
        level = next((level for limit, level in SOON if each["at_h"] <= limit), LATER)
        hours = f"{each['at_h']:g}"
        text = _("fails after %s h") % hours if each["at_h"] else ""
        marks[each["object"]] = _mark(seen[each["object"]], level, text)
        last = [seen[pk] for pk in each["way"][-2:] if pk in seen]
        if len(last) == 2:
            ends = [[thing.lon, thing.lat] for thing in last]
            lines.append(_feature("LineString", ends, level, _named(last[1], text)))
            marks.setdefault(last[0].pk, _mark(last[0], 5, _("out of action")))
    return {"type": "FeatureCollection", "features": [*lines, *marks.values()]}


def _mark(thing: places.CityObject, level: int, text: str) -> dict[str, Any]:
    return _feature("Point", [thing.lon, thing.lat], level, _named(thing, text)) | {"id": thing.pk}


def _named(thing: places.CityObject, text: str) -> str:
    return " · ".join(filter(None, (local(thing), text)))


def _feature(kind: str, coordinates: list[Any], level: int, name: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"severity": level, "name": name},
    }
