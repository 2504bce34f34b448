"""A small city: two districts, a firm in the first, and the cast of every permission test."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from chengan.city.places import api as places
from chengan.city.places.models import (
    Area,
    CityObject,
    Grant,
    ObjectKind,
    Organisation,
    Role,
    User,
)

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Town:
    """What the tests point at."""

    city: Organisation
    west: Organisation
    east: Organisation
    firm: Organisation
    ground: dict[str, Area]
    objects: dict[str, CityObject]

    def user(self, name: str, role: str, organisation: Organisation) -> User:
        user = User.objects.create_user(name, password="long-enough-4-tests")
        Grant.objects.create(user=user, role=Role.objects.get(code=role), organisation=organisation)
        return user


def row(external_id, lon, lat, **changes):
    values = {
        "number": 1,
        "namespace": "test",
        "external_id": external_id,
        "kind": "well",
        "name_zh": f"井 {external_id}",
        "name_en": f"Well {external_id}",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }
    return places.ObjectRow(**{**values, **changes})


@pytest.fixture
def town(db):
    places.seed_roles()
    ground = {
        "S": places.put_area(code="S", kind="city", name_zh="市", geometry=box(100, 30, 102, 31))
    }
    for code, west, name in (("W", 100, "西区"), ("E", 101, "东区")):
        ground[code] = places.put_area(
            code=code,
            kind="district",
            name_zh=name,
            parent=ground["S"],
            geometry=box(west, 30, west + 1, 31),
        )
    city = places.put_organisation(code="city", kind="city", name_zh="市安委会", area=ground["S"])
    west = places.put_organisation(
        code="west", kind="district", name_zh="西区政府", parent=city, area=ground["W"]
    )
    east = places.put_organisation(
        code="east", kind="district", name_zh="东区政府", parent=city, area=ground["E"]
    )
    firm = places.put_organisation(code="firm", kind="enterprise", name_zh="燃气公司", parent=city)
    ObjectKind.objects.create(
        code="well",
        name_zh="燃气井",
        geometry_types=["Point"],
        attribute_schema={
            "type": "object",
            "properties": {"depth_m": {"type": "number", "minimum": 0}},
        },
    )
    for owner, rows in (
        (firm, [row("fw", 100.5, 30.5), row("fe", 101.5, 30.5)]),
        (east, [row("ee", 101.6, 30.5)]),
    ):
        assert places.upsert_objects(rows=rows, owner=owner, at=AT).rejected == []
    objects = {each.external_id: each for each in CityObject.objects.all()}
    return Town(city, west, east, firm, ground, objects)


@pytest.fixture
def duty_officer(town):
    return town.user("duty_officer", "duty_officer", town.west)


@pytest.fixture
def neighbour_officer(town):
    return town.user("neighbour_officer", "duty_officer", town.east)


@pytest.fixture
def enterprise_manager(town):
    return town.user("enterprise_manager", "enterprise_manager", town.firm)


@pytest.fixture
def administrator(town):
    return town.user("administrator", "administrator", town.city)


@pytest.fixture
def anonymous():
    return AnonymousUser()
