"""A small city with three departments, an object with duties, and the cast of every test."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from chengan.city.command import api as command
from chengan.city.command.models import Incident
from chengan.city.places import api as places
from chengan.city.places.models import (
    Duty,
    Grant,
    Holding,
    ObjectKind,
    Organisation,
    Person,
    Post,
    Role,
    User,
)

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


def minutes(count):
    return AT + timedelta(minutes=count)


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Town:
    """What the tests point at."""

    organisations: dict[str, Organisation]
    people: dict[str, Person]
    posts: dict[str, Post]
    well: places.CityObject
    users: dict[str, User]

    def open(self, **changes):
        values = {
            "kind": "gas_leak", "title": "样例路燃气泄漏", "origin": "call", "level": 3,
            "city_object": self.well,
        } | changes  # fmt: skip
        made, _new = command.open_incident(
            draft=command.Draft(**values), lead=self.organisations["city"], by="officer", at=AT
        )
        return Incident.objects.get(pk=made.pk)

    def plan(self, code="gas-leak"):
        command.ensure_plans(AT, in_force=True)
        return command.Plan.objects.get(code=code)


def _account(name, role, organisation, person=None):
    user = User.objects.create_user(name, password="long-enough-4-tests")
    Grant.objects.create(user=user, role=Role.objects.get(code=role), organisation=organisation)
    if person:
        person.user = user
        person.save()
    return user


def _organisations():
    ground = {
        "S": places.put_area(code="S", kind="city", name_zh="市", geometry=box(100, 30, 102, 31))
    }
    for code, west, name in (("W", 100, "西区"), ("E", 101, "东区")):
        ground[code] = places.put_area(
            code=code, kind="district", name_zh=name, parent=ground["S"],
            geometry=box(west, 30, west + 1, 31),
        )  # fmt: skip
    made = {
        "city": places.put_organisation(
            code="city", kind="city", name_zh="市安委会", area=ground["S"]
        )
    }
    for code, kind, name, parent, area in (
        ("west", "district", "西区政府", "city", "W"), ("east", "district", "东区政府", "city", "E"),
        ("zjj", "department", "住建局", "city", ""), ("gas", "enterprise", "燃气公司", "zjj", ""),
        ("firm", "enterprise", "旁观企业", "city", ""),
    ):  # fmt: skip
        made[code] = places.put_organisation(
            code=code, kind=kind, name_zh=name, parent=made[parent], area=ground.get(area)
        )
    return made


@pytest.fixture
def town(db, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    places.seed_roles()
    organisations = _organisations()
    ObjectKind.objects.create(code="gas_well", name_zh="燃气井", geometry_types=["Point"])
    row = places.ObjectRow(
        number=1, namespace="t", external_id="1", kind="gas_well", name_zh="井 1", name_en="Well 1",
        geometry={"type": "Point", "coordinates": [100.5, 30.5]},
    )  # fmt: skip
    places.upsert_objects(rows=[row], owner=organisations["gas"], at=AT)
    well = places.CityObject.objects.get()
    people = {
        code: Person.objects.create(code=code, name_zh=name, organisation=organisations[org])
        for code, name, org in (
            ("li", "李燃气", "gas"),
            ("zhou", "周燃气", "gas"),
            ("zheng", "郑西区", "west"),
            ("xu", "许住建", "zjj"),
        )
    }
    posts = {}
    for code, org, holder in (("gas-lead", "gas", "li"), ("west-lead", "west", "zheng")):
        posts[code] = Post.objects.create(code=code, name_zh=code, organisation=organisations[org])
        Holding.objects.create(post=posts[code], person=people[holder], from_date=date(2026, 1, 1))
    Duty.objects.create(post=posts["gas-lead"], city_object=well)
    users = {
        "officer": _account("officer", "duty_officer", organisations["city"]),
        "duty_officer": _account("duty_officer", "duty_officer", organisations["west"]),
        "neighbour_officer": _account("neighbour_officer", "duty_officer", organisations["east"]),
        "enterprise_manager": _account(
            "enterprise_manager", "enterprise_manager", organisations["firm"]
        ),
        "crew": _account("crew", "handler", organisations["gas"], people["li"]),
        "second": _account("second", "handler", organisations["gas"], people["zhou"]),
        "west": _account("west", "handler", organisations["west"], people["zheng"]),
        "housing": _account("housing", "handler", organisations["zjj"], people["xu"]),
    }
    return Town(organisations, people, posts, well, users)


@pytest.fixture
def anonymous():
    return AnonymousUser()
