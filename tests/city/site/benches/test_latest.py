"""The bench of newest readings measures what it says, and leaves nothing behind."""

import pytest

from chengan.city.sense.models import Latest
from chengan.city.site.benches import latest


@pytest.mark.django_db
def test_reads_as_many_rows_as_asked_and_leaves_none():
    seen = []
    figures = latest.run(
        {"streams": "85000", "times": "3"}, lambda share, note="": seen.append(share)
    )
    assert figures["streams"] == 85_000
    assert 0 < figures["ms"] <= figures["worst_ms"]
    assert seen[-1] == 1
    assert not Latest.objects.exists()
    print(figures)
