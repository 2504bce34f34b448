"""The bench's ground: wells with one methane sensor each, and an officer who sees them all."""

import time
from datetime import datetime
from typing import Any

from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.errors import NotRunning
from chengan.city.site.sample.shapes import (
    Account,
    Area,
    CityObject,
    Datastream,
    Kind,
    LimitSet,
    Organisation,
    Property,
    Rule,
    Sample,
    Source,
)
from chengan.city.warn import api as warn

SOURCE = "bench"
OFFICER = "bench-officer"
ANALYST = "bench-analyst"
PASSWORD = "measure-this-city-1"  # noqa: S105 - of a city that lives for one bench
CALM, DANGER = 10.0, 20_000.0
"""Concentrations in ppm, inside and beyond the limit of 1 %VOL."""
INTERVAL_S = 86_400.0
WEST, SOUTH, STEP = 24.9, 60.1, 1e-4
ROW = 300


def source_key(number: int) -> str:
    """The key of a source; the first has the bench's own name."""
    return f"{SOURCE}-{number}" if number else SOURCE


def wells(count: int, sources: int = 1) -> Sample:
    """Give a city of `count` wells, keys `w0`, `w1`, …; none falls silent within a day.

    The sources have them by turns.
    """
    return Sample(
        areas=[Area("B", "city", "测量城", "Bench city", "", _ground())],
        organisations=[Organisation("city", "city", "测量城", "Bench city", area="B")],
        people=[],
        posts=[],
        duties=[],
        accounts=[Account(OFFICER, "测量", "duty_officer", "city")],
        kinds=[Kind("gas_well", "燃气井", "Gas well", "城市生命线", ("Point",))],
        networks=[],
        objects=[_well(number) for number in range(count)],
        sources=[
            Source(source_key(n), "测量", "Bench", "city", 3600.0, "", "bench", is_simulated=True)
            for n in range(sources)
        ],
        properties=[Property("methane", "甲烷浓度", "Methane", "1", "ppm")],
        datastreams=[_stream(number, source_key(number % sources)) for number in range(count)],
        limit_sets=[
            LimitSet("bench", "测量", "Bench", "methane", "%VOL", "bench", "D", high={3: 1.0})
        ],
        rules=[Rule("bench", object_kind="gas_well")],
        recordings=[],
    )


def lay(count: int, at: datetime, sources: int = 1) -> None:
    """Put the wells into the empty city that Django is connected to."""
    sample = wells(count, sources)
    for stage in (places, hub, sense, warn):
        stage.load_sample(sample, at)
    _account(OFFICER, "duty_officer", at)


def lay_analyst(at: datetime) -> None:
    """Add an account that assesses risks of the whole city."""
    _account(ANALYST, "analyst", at)


def _account(name: str, role: str, at: datetime) -> None:
    places.create_account(
        username=name,
        password=PASSWORD,
        display_name=name,
        role_code=role,
        organisation_code="city",
        is_sample=True,
        by="bench",
        at=at,
    )


def wait_in_force(patience_s: float = 60.0) -> None:
    """Wait until the runner works with what was laid.

    Raises
    ------
    NotRunning
        If it takes longer than `patience_s` seconds.
    """
    end = time.monotonic() + patience_s
    while not sense.is_in_force():
        if time.monotonic() > end:
            raise NotRunning("the runner does not take up the new sensors")
        time.sleep(0.1)


def credential(kind: str, at: datetime) -> tuple[str, str]:
    """Give a name and secret that open the bench's source by MQTT or HTTP (`kind`)."""
    source = hub.Source.objects.get(key=SOURCE)
    made, secret = hub.issue(source=source, kind=kind, at=at)
    return made.username, secret


def _place(number: int) -> tuple[float, float]:
    return WEST + STEP * (number % ROW), SOUTH + STEP * (number // ROW)


def _ground() -> dict[str, Any]:
    east, north = WEST + 1, SOUTH + 1
    ring = [[WEST, SOUTH], [east, SOUTH], [east, north], [WEST, north], [WEST, SOUTH]]
    return {"type": "Polygon", "coordinates": [ring]}


def _well(number: int) -> CityObject:
    point = {"type": "Point", "coordinates": list(_place(number))}
    name = f"well-{number}"
    return CityObject("bench", name, "gas_well", name, name, "city", point)


def _stream(number: int, source: str) -> Datastream:
    lon, lat = _place(number)
    return Datastream(
        source, f"w{number}", f"thing-{number}", f"甲烷 {number}", f"Methane {number}", "methane",
        "ppm", INTERVAL_S, lon, lat, f"bench/well-{number}", "city", -10, 1e6,
    )  # fmt: skip
