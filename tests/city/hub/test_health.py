"""A source is as expected, late, silent or never heard; who may not see it does not count it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chengan.city.hub import api as hub
from chengan.city.hub.days import since_midnight
from chengan.city.hub.health import verdict
from chengan.city.hub.models import Counter
from chengan.city.places import api as places
from chengan.city.places.models import User

AT = datetime(2026, 3, 1, 20, tzinfo=UTC)  # 4 hours after the city's midnight, in Beijing time

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("per_hour", "received", "quiet", "said"),
    [
        (60, 240, MINUTE, "ok"),
        (60, 121, 5 * MINUTE, "ok"),
        (60, 240, 6 * MINUTE, "late"),
        (60, 119, MINUTE, "late"),
        (60, 240, 16 * MINUTE, "silent"),
        (1, 4, 90 * MINUTE, "ok"),
        (1, 4, 121 * MINUTE, "late"),
        (1, 4, 361 * MINUTE, "silent"),
        (1 / 24, 0, 26 * 60 * MINUTE, "ok"),
        (1e-9, 0, 9999 * MINUTE, "ok"),
        (0, 0, 9999 * MINUTE, "ok"),
        (60, 0, None, "never"),
    ],
)
def test_the_verdict_compares_what_was_seen_with_what_was_expected(per_hour, received, quiet, said):
    last = AT - quiet if quiet else None
    assert verdict(expected_per_hour=per_hour, received=received, last=last, now=AT) == said


@pytest.fixture
def integrator(db):
    places.seed_roles()
    places.put_organisation(code="city", kind="city", name_zh="市")
    places.create_account(
        username="integrator", password="long-enough-4-tests", display_name="接入",
        role_code="integrator", organisation_code="city", by="test", at=AT,
    )  # fmt: skip
    return User.objects.get(username="integrator")


def heard(source, received, ago, road="mqtt"):
    Counter.objects.create(
        source=source, road=road, day=hub.day_of(AT), received=received, stored=received,
        last_received_at=AT - ago,
    )  # fmt: skip


def test_all_roads_count_together_in_one_query(
    gas, water, integrator, django_assert_max_num_queries
):
    heard(gas, 200, MINUTE)
    heard(gas, 40, 9 * MINUTE, road="http")
    with django_assert_max_num_queries(4):
        counts = hub.health_counts(integrator, AT)
    assert (counts.ok, counts.never, counts.total) == (1, 1, 2)
    [first, _second] = hub.health(hub.visible_sources(integrator).order_by("key"), AT)
    assert (first.received, first.last_received_at, first.reconciles) == (240, AT - MINUTE, True)


def test_who_sees_nothing_counts_nothing(gas):
    stranger = User.objects.create_user("stranger", password="long-enough-4-tests")
    assert hub.health_counts(stranger, AT).total == 0


def test_a_source_out_of_use_is_not_counted(gas, integrator):
    gas.is_active = False
    gas.save()
    assert hub.health_counts(integrator, AT).total == 0


def test_a_day_of_the_counters_is_the_citys_day():  # by hand: Beijing is 8 hours ahead of UTC
    assert hub.day_of(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert hub.day_of(datetime(2026, 3, 1, 16, tzinfo=UTC)) == date(2026, 3, 2)
    assert since_midnight(datetime(2026, 3, 1, 16, tzinfo=UTC)) == timedelta(0)
    assert since_midnight(AT) == timedelta(hours=4)
