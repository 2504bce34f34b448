"""The bench of the waiting list measures what it says, and leaves nothing behind."""

from datetime import UTC, datetime

import pytest

from chengan.city.site.benches import alarm_status
from chengan.city.site.errors import NotRunning
from chengan.city.site.measuring import ground
from chengan.city.warn import api as warn

AT = datetime(2026, 3, 2, tzinfo=UTC)


def run(**options):
    return alarm_status.run(options, lambda share, note="": None)


@pytest.mark.django_db
def test_asks_as_an_officer_and_leaves_no_alarm():
    ground.lay(3, AT)
    figures = run(open="1000", times="5")
    assert (figures["open"], figures["seen"], figures["user"]) == (1000, 1000, ground.OFFICER)
    assert 0 < figures["median_ms"] <= figures["p95_ms"]
    assert not warn.Alarm.objects.exists()


@pytest.mark.django_db
def test_without_anybody_who_sees_an_alarm_it_says_so():
    ground.lay(3, AT)
    with pytest.raises(NotRunning):
        run(open="10", user="nobody")
    assert not warn.Alarm.objects.exists()
