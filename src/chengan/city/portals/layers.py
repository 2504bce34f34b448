"""The map's layers: kinds of objects, lifeline networks, and what other stages register.

A stage adds its layer by one entry in STAGES: a name, a word, and the page that gives the data.
The map draws it, toggles it, explains it and opens what is pressed; it knows no rule of the stage.
What the data must look like: docs/manual/design.md, "The map".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengan.city.places import api as places
from chengan.city.sense import api as sense

GROUND = ("road", "building", "water_body", "park", "school", "hospital", "station")


@dataclass(frozen=True)
class StageLayer:
    """A layer that another stage gives.

    page : name of the address that answers with GeoJSON or columns (see the manual)
    permission : who is offered it; the page itself must check as well
    is_on : drawn before anybody chose
    looks_back : the page takes `?at=` (seconds since 1970) and answers with the state at that time
    refresh_s : how often it is asked for anew while it is shown
    """

    name: str
    word: str | Promise
    page: str
    permission: str = ""
    is_on: bool = False
    looks_back: bool = False
    refresh_s: int = 60


STAGES = (
    StageLayer("risk", _("Risk, four colours"), "assess:map_layer", "view_risks", looks_back=True),
    StageLayer("incidents", _("Incidents"), "command:incidents_layer", is_on=True, refresh_s=15),
    StageLayer("resources", _("Teams and resources"), "command:resources_layer", "view_incidents"),
)
"""A layer whose page does not exist in this city is not offered."""


def offered(user: places.Somebody) -> list[dict[str, Any]]:
    """Give the layers that `user` may switch on, as the map's script takes them."""
    return [*_kinds(user), *_networks(user), *_stages(user)]


def _kinds(user: places.Somebody) -> Iterator[dict[str, Any]]:
    rows = (
        places.visible_objects(user)
        .values("kind__code", "kind__name_zh", "kind__name_en", "kind__plate")
        .annotate(count=Count("id"))
        .order_by("kind__plate", "kind__code")
    )
    monitored = set(
        sense.visible_datastreams(user)
        .order_by()
        .values_list("thing__city_object__kind__code", flat=True)
        .distinct()
    )
    for row in rows:
        code = row["kind__code"]
        yield {
            "name": f"kind-{code}",
            "group": "kinds",
            "kind": code,
            "word": _named(row["kind__name_zh"], row["kind__name_en"]),
            "count": row["count"],
            "is_on": code in GROUND or code in monitored or code.endswith("_pipe"),
        }


def _networks(user: places.Somebody) -> Iterator[dict[str, Any]]:
    rows = (
        places.visible_objects(user)
        .exclude(network=None)
        .values(
            code=F("network__code"),
            zh=F("network__name_zh"),
            en=F("network__name_en"),
            medium=F("network__medium"),
        )
        .annotate(count=Count("id"))
        .order_by("medium", "code")
    )
    for row in rows:
        yield {
            "name": f"network-{row['code']}",
            "group": "networks",
            "network": row["code"],
            "medium": row["medium"],
            "word": _named(row["zh"], row["en"]),
            "count": row["count"],
            "is_on": True,
        }


def _stages(user: places.Somebody) -> Iterator[dict[str, Any]]:
    for layer in STAGES:
        try:
            url = reverse(layer.page)
        except NoReverseMatch:
            continue
        if layer.permission and not places.may(user, layer.permission):
            continue
        yield {
            "name": layer.name,
            "group": "stages",
            "url": url,
            "word": str(layer.word),
            "is_on": layer.is_on,
            "looks_back": layer.looks_back,
            "refresh_s": layer.refresh_s,
        }


def _named(name_zh: str, name_en: str) -> str:
    is_chinese = (get_language() or "zh").startswith("zh")
    return name_zh if is_chinese else name_en or name_zh
