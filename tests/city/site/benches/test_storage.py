"""The storage bench lays a real lake and leaves nothing in the city."""

import pytest

from chengan.city.sense.models import Segment
from chengan.city.site.benches import storage


@pytest.mark.django_db
def test_a_small_lake_is_laid_asked_and_gone(monkeypatch):
    figures = storage.run({"rows": "200000", "times": "2"}, lambda *_: None)
    assert figures["rows"] == 2 * 86_400
    assert 0 < figures["bytes_per_reading"] < 8
    assert figures["day_query_ms"] > 0
    assert not Segment.objects.exists()
