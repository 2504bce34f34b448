"""Two sources of two organisations."""

from datetime import UTC, datetime

import pytest

from chengan.city.hub.models import Source
from chengan.city.places import api as places

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def gas(db):
    owner = places.put_organisation(code="gas", kind="enterprise", name_zh="燃气公司")
    return Source.objects.create(key="gas", name_zh="燃气", owner=owner, expected_per_hour=60)


@pytest.fixture
def water(db):
    owner = places.put_organisation(code="water", kind="enterprise", name_zh="水务公司")
    return Source.objects.create(key="water", name_zh="供水", owner=owner, expected_per_hour=60)
