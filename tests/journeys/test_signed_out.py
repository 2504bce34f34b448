"""Without an account nothing is seen."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.parametrize("name", ["portals:duty_room", "portals:sensors", "portals:objects",
                                  "sense:datastreams", "warn:alarms", "warn:rules", "hub:sources",
                                  "places:objects", "journal:audit"])  # fmt: skip
@pytest.mark.django_db
def test_nobody_sees_anything_without_signing_in(name):
    assert Client().get(reverse(name)).status_code in {302, 403}
