"""Two districts with wells, the cast of every permission test, and risks to work on."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from PIL import Image

from chengan.city.assess import api as assess
from chengan.city.assess.models import Hazard, Method
from chengan.city.assess.services import assessing
from chengan.city.places import api as places

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
HIGH = {"L": 6, "E": 6, "C": 15}  # 540: red
MIDDLE = {"L": 3, "E": 3, "C": 15}  # 135: yellow
LOW = {"L": 1, "E": 3, "C": 15}  # 45: blue


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def picture():
    """A JPEG that says where and by which camera it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[2] = (30.0, 3.0, 0.0)
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


@dataclass
class Town:
    """What the tests point at."""

    organisations: dict
    objects: dict

    def user(self, name, role, organisation):
        return places.create_account(
            username=name, password="a-long-pass-phrase-9", role_code=role,
            organisation_code=organisation, by="test", at=AT,
        )  # fmt: skip


def well(external_id, lon, lat):
    return places.ObjectRow(
        number=1, namespace="test", external_id=external_id, kind="gas_well",
        name_zh=f"井 {external_id}", name_en=f"Well {external_id}",
        geometry={"type": "Point", "coordinates": [lon, lat]},
    )  # fmt: skip


@pytest.fixture
def town(db):
    from chengan.city.site.foundation import kinds

    places.seed_roles()
    places.ensure_kinds(kinds.KINDS)
    assess.lay(AT)
    ground = {
        "S": places.put_area(
            code="S", kind="city", name_zh="市", geometry=box(100, 30, 100.4, 30.2)
        )
    }
    for code, west, name in (("W", 100, "西区"), ("E", 100.2, "东区")):
        ground[code] = places.put_area(
            code=code, kind="district", name_zh=name, parent=ground["S"],
            geometry=box(west, 30, west + 0.2, 30.2),
        )  # fmt: skip
    made = {}
    made["city"] = places.put_organisation(
        code="city", kind="city", name_zh="市安委会", area=ground["S"]
    )
    for code, area in (("west", "W"), ("east", "E")):
        made[code] = places.put_organisation(
            code=code, kind="district", name_zh=code, parent=made["city"], area=ground[area]
        )
    for code, parent in (("gas", "west"), ("other", "east")):
        made[code] = places.put_organisation(
            code=code, kind="enterprise", name_zh=code, parent=made[parent]
        )
    for owner, rows in (
        ("gas", [well("w1", 100.05, 30.05), well("w2", 100.0502, 30.05), well("w3", 100.15, 30.1)]),
        ("other", [well("e1", 100.3, 30.1)]),
    ):
        assert places.upsert_objects(rows=rows, owner=made[owner], at=AT).rejected == []
    objects = {each.external_id: each for each in places.CityObject.objects.all()}
    return Town(made, objects)


@pytest.fixture
def duty_officer(town):
    return town.user("duty_officer", "duty_officer", "west")


@pytest.fixture
def neighbour_officer(town):
    return town.user("neighbour_officer", "duty_officer", "east")


@pytest.fixture
def enterprise_manager(town):
    return town.user("enterprise_manager", "enterprise_manager", "gas")


@pytest.fixture
def analyst(town):
    return town.user("analyst", "analyst", "city")


@pytest.fixture
def leader(town):
    return town.user("leader", "leader", "city")


@pytest.fixture
def anonymous():
    return AnonymousUser()


def hazard(code="gas-underground-space"):
    return Hazard.objects.select_related("library").get(code=code, library__retired_at=None)


def lec():
    return Method.objects.get(code="lec", retired_at=None)


@pytest.fixture
def risk(town):
    return assess.register(city_object=town.objects["w1"], hazard=hazard(), by="gas", at=AT)


def approved(risk, inherent=HIGH, residual=MIDDLE, at=AT, method=None):
    made = assessing.write(
        risk=risk, method=method or lec(), inputs={"inherent": inherent, "residual": residual},
        by="author", at=at,
    )  # fmt: skip
    assessing.review(assessment=made, by="reviewer", at=at)
    assessing.approve(assessment=made, by="approver", at=at)
    risk.rating.refresh_from_db()
    return made


@pytest.fixture
def rated(risk):
    """A risk that is yellow with its controls and red without."""
    approved(risk)
    return risk
