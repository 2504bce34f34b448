"""Four wells of a gas firm, two in the western and two in the eastern district, and the cast."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chengan.city.hub import api as hub
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.measuring import ground
from chengan.city.site.sample.shapes import Area, Duty, Network, Organisation, Person, Post
from chengan.city.warn import api as warn

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECOND = 1_000_000
START = round(AT.timestamp()) * SECOND
MIDDLE = 24.90015
CAST = {
    "duty_officer": ("duty_officer", "west"),
    "neighbour_officer": ("duty_officer", "east"),
    "enterprise_manager": ("enterprise_manager", "firm"),
}


def box(west, east):
    ring = [[west, 60], [east, 60], [east, 61], [west, 61], [west, 60]]
    return {"type": "Polygon", "coordinates": [ring]}


def sample():
    made = ground.wells(4)
    return replace(
        made,
        areas=[
            Area("B", "city", "城", "City", "", box(24, 26)),
            Area("W", "district", "西区", "West", "B", box(24, MIDDLE)),
            Area("E", "district", "东区", "East", "B", box(MIDDLE, 26)),
        ],
        organisations=[
            Organisation("city", "city", "安委办", "Safety office", area="B"),
            Organisation("west", "district", "西区政府", "West", "city", "W"),
            Organisation("east", "district", "东区政府", "East", "city", "E"),
            Organisation("firm", "enterprise", "燃气公司", "Gas firm", "city", phone="010-1"),
            Organisation("works", "enterprise", "工厂", "Works", "city"),
        ],
        people=[Person("li", "李工", "Li", "firm", "010-2")],
        posts=[Post("crew", "抢修班", "Crew", "firm", ("li",))],
        duties=[Duty("crew", "network", "gas")],
        networks=[Network("gas", "燃气管网", "Gas network", "gas", "firm")],
        objects=[replace(each, owner="firm", network="gas") for each in made.objects],
        datastreams=[replace(each, owner="firm", interval_s=60.0) for each in made.datastreams],
    )


@pytest.fixture
def wells(db, settings, tmp_path):
    """The datastreams w0 … w3 by their key."""
    settings.LAKE_FOLDER = tmp_path
    places.seed_roles()
    for stage in (places, hub, sense, warn):
        stage.load_sample(sample(), AT)
    return {each.key: each for each in sense.all_datastreams()}


@pytest.fixture
def cast(wells):
    """Accounts by name: the district's officer, the neighbour's, the firm's manager."""
    return {
        name: places.create_account(
            username=name, password="a-long-pass-phrase-9", role_code=role,
            organisation_code=organisation, by="test", at=AT,
        )
        for name, (role, organisation) in CAST.items()
    }  # fmt: skip


@pytest.fixture
def say(wells):
    """Write a fact as the runner does, `at` seconds after AT, and let warn take it in."""

    def write(kind, key, *, severity=3, onset=0, at=None, cause="high"):
        moment = onset if at is None else at
        data = {
            "datastream": wells[key].pk, "cause": cause, "severity": severity, "value": 2e-2,
            "onset": START + onset * SECOND, "time": START + moment * SECOND, "limit": 1e-2,
            "rule": "bench/1",
        }  # fmt: skip
        at_time = datetime.fromtimestamp(AT.timestamp() + moment, UTC)
        fact = journal.Fact(f"sense.{kind}", f"datastream:{wells[key].pk}", data, at_time, "runner")
        journal.append([fact])
        warn.take_facts(at_time)

    return write


@pytest.fixture
def newest(wells):
    """Set the newest reading of a datastream; `silent` as the runner marks it."""

    def write(key, *, severity=0, silent=False):
        sense.Latest.objects.update_or_create(
            datastream=wells[key],
            defaults={"time": START, "value": 1e-6, "arrival": START, "severity": severity,
                      "faults": 2 if silent else 0},
        )  # fmt: skip

    return write
