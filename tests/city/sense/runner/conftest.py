"""One datastream, and a lake of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chengan.city.hub.models import Source
from chengan.city.places import api as places
from chengan.city.places.models import Area, CityObject, ObjectKind
from chengan.city.sense.models import Datastream, ObservedProperty, Thing

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def stream(transactional_db) -> Datastream:
    owner = places.put_organisation(code="gas", kind="enterprise", name_zh="燃气公司")
    kind = ObjectKind.objects.create(code="test_well", name_zh="井", name_en="Well")
    area = Area.objects.filter().first() or Area.objects.create(code="S", kind="city", name_zh="城")
    stands = CityObject.objects.create(
        namespace="t", external_id="1", kind=kind, owner=owner, area=area, name_zh="井",
        geometry={"type": "Point", "coordinates": [117.2, 31.8]}, lon=117.2, lat=31.8,
        h3_7=0, h3_8=0, h3_9=0, h3_10=0,
    )  # fmt: skip
    return Datastream.objects.create(
        source=Source.objects.create(key="gas", name_zh="燃", owner=owner, expected_per_hour=60),
        key="ch4",
        thing=Thing.objects.create(
            key="t1", name_zh="传感器", city_object=stands, owner=owner, lon=117.2, lat=31.8
        ),
        observed_property=ObservedProperty.objects.create(
            code="length", name_zh="长", name_en="Length", si_unit="m", shown_unit="mm"
        ),
        name_zh="位移",
        unit="mm",
        expected_interval_s=60,
        created_at=AT,
    )


@pytest.fixture
def lake(tmp_path: Path, settings) -> Path:
    settings.LAKE_FOLDER = tmp_path
    return tmp_path
