"""The map's layers: sums, rules, coverage, who sees what, what it was on another day."""

import json
import zlib
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from chengan.city.assess import api as assess
from chengan.city.assess import jobs
from chengan.city.assess.models import CellCount, Layer, Rating
from chengan.city.assess.selectors import layers as reads
from chengan.city.assess.services import layers
from chengan.city.places import api as places
from tests.city.assess.conftest import AT, HIGH, LOW, MIDDLE, approved, hazard, well

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return AT


@pytest.fixture
def risks(town, now):
    at = now - timedelta(days=10)
    made = {}
    for name, residual in (("w1", HIGH), ("w2", LOW), ("e1", MIDDLE)):
        made[name] = assess.register(
            city_object=town.objects[name], hazard=hazard(), by="x", at=at, loss_per_year=6.0
        )
        approved(made[name], HIGH, residual, at=at)
    layers.rebuild(timezone.localdate(now), now)
    return made


def layer(user, scheme, day, now):
    return json.loads(zlib.decompress(assess.layer(user, scheme, day, now), wbits=31))


def by_key(found, column):
    return dict(zip(found["key"], found[column]))


def test_a_cell_shows_its_worst_and_never_hides_a_red(risks, analyst, now):
    """w1 (red) and w2 (blue) share a cell, e1 (yellow) is alone, w3 was never looked at."""
    found = layer(analyst, "h3_8", timezone.localdate(now), now)
    assert sorted(found["worst"]) == [-1, 3, 5]
    assert sorted(found["area"]) == [-1, 3, 5]
    shared = found["worst"].index(5)
    assert found["counts"][shared] == [1, 0, 0, 1]
    assert (found["loss"][shared], found["loss_level"][shared]) == (12.0, 5)
    assert (found["seen"][shared], found["all"][shared]) == (2, 2)
    blank = found["worst"].index(-1)
    assert (found["seen"][blank], found["all"][blank]) == (0, 1)


def test_an_unknown_loss_or_area_is_not_nothing(risks, town, analyst, now):
    """w1 is yellow with 300 m² and loss 0.5, w2 blue of unknown area and loss, e1 of unknown loss.

    By hand: w2 stands for 300 m² too, (300 × 3 + 300 × 2) / 600 = 2.5, half up 3.
    """
    day = timezone.localdate(now)
    Rating.objects.filter(pk=risks["w1"].pk).update(weight=300, loss=0.5, current=3, residual=3)
    Rating.objects.filter(pk=risks["w2"].pk).update(weight=None, loss=None)
    Rating.objects.filter(pk=risks["e1"].pk).update(loss=None)
    layers.rebuild(day, now)
    for scheme in ("h3_8", "district"):
        found = layer(analyst, scheme, day, now)
        shared = next(i for i, n in enumerate(found["counts"]) if n == [1, 1, 0, 0])
        assert found["area"][shared] == 3
        assert (found["loss_level"][shared], found["losses"][shared]) == (2, 1)
        alone = next(i for i, n in enumerate(found["counts"]) if n == [0, 1, 0, 0])
        assert (found["loss_level"][alone], found["losses"][alone]) == (-1, 0)


def test_who_was_never_assessed_but_raised_shows_and_counts_as_not_assessed(town, analyst, now):
    made = assess.register(city_object=town.objects["w3"], hazard=hazard(), by="x", at=AT)
    Rating.objects.filter(pk=made.pk).update(current=4, is_raised=True)
    day = timezone.localdate(now)
    layers.rebuild(day, now)
    found = layer(analyst, "h3_8", day, now)
    raised = found["worst"].index(4)
    assert (found["seen"][raised], found["all"][raised]) == (0, 1)


def test_districts_sum_what_lies_in_them(risks, analyst, now):
    found = layer(analyst, "district", timezone.localdate(now), now)
    assert by_key(found, "worst") == {"W": 5, "E": 3}
    assert by_key(found, "all") == {"W": 3, "E": 1}
    assert by_key(found, "seen") == {"W": 2, "E": 1}


def test_each_sees_their_own_ground(
    risks, now, duty_officer, neighbour_officer, enterprise_manager, anonymous
):
    day = timezone.localdate(now)
    assert by_key(layer(duty_officer, "district", day, now), "worst") == {"W": 5}
    assert by_key(layer(neighbour_officer, "district", day, now), "worst") == {"E": 3}
    assert by_key(layer(enterprise_manager, "district", day, now), "worst") == {"W": 5}
    assert layer(anonymous, "district", day, now)["key"] == []


def test_a_layer_kept_after_the_sums_were_built_anew_is_not_served(risks, now, duty_officer):
    """It was made of the sums of before, and stored when the new ones were there already."""
    day = timezone.localdate(now)
    layer(duty_officer, "district", day, now)
    old = Layer.objects.exclude(area_path=reads.EVERYTHING).get(scheme="district")
    layers.rebuild(day, now + timedelta(minutes=5))
    Layer.objects.create(
        day=day, scheme="district", area_path=old.area_path, body=b"stale", built_at=old.built_at
    )
    found = layer(duty_officer, "district", day, now + timedelta(minutes=6))
    assert by_key(found, "worst") == {"W": 5}


def test_a_firm_sees_its_own_on_somebody_elses_ground(risks, town, now, neighbour_officer):
    """The gas company's well moves to the other district; its own people see it there."""
    town.user("gas2", "enterprise_manager", "gas")
    well = town.objects["w1"]
    type(well).objects.filter(pk=well.pk).update(area=town.objects["e1"].area)
    from chengan.city.assess.services.levels import bring_ground_up_to_date
    from chengan.city.places.models import User

    assert bring_ground_up_to_date() == 1
    layers.rebuild(timezone.localdate(now), now)
    found = layer(User.objects.get(username="gas2"), "district", timezone.localdate(now), now)
    assert by_key(found, "worst") == {"E": 5, "W": 2}


def test_a_risk_goes_where_its_object_goes_unless_it_has_a_place_of_its_own(risks, town):
    from chengan.city.assess.services.levels import bring_ground_up_to_date
    from chengan.core.geo.cells import point_cells

    own = assess.register(
        city_object=town.objects["w1"], hazard=hazard(), by="x", at=AT, place_note="旁",
        lon=100.051, lat=30.05,
    )  # fmt: skip
    moved = places.upsert_objects(
        rows=[well("w1", 100.08, 30.05)], owner=town.organisations["gas"], at=AT
    )
    assert moved.rejected == []
    assert bring_ground_up_to_date() == 1
    assert bring_ground_up_to_date() == 0
    for each, lon in ((risks["w1"], 100.08), (own, 100.051)):
        each.refresh_from_db()
        assert each.lon == lon
        assert each.rating.h3_9 == point_cells(lon, 30.05)[9]


def test_a_past_day_is_what_it_was(risks, analyst, now):
    day = timezone.localdate(now)
    approved(risks["w1"], LOW, LOW, at=now)
    layers.rebuild(day, now)
    before = day - timedelta(days=3)
    layers.ensure(before, now)
    long_ago = day - timedelta(days=20)
    layers.ensure(long_ago, now)
    worst = [
        by_key(layer(analyst, "district", each, now), "worst")["W"]
        for each in (day, before, long_ago)
    ]
    assert worst == [2, 5, -1]
    assert reads.days() == [long_ago, before, day]


def test_a_past_day_of_a_large_register_is_the_workers(risks, now, monkeypatch):
    before = timezone.localdate(now) - timedelta(days=3)
    monkeypatch.setattr(layers, "_estimate", lambda: 1e6)
    assert [layers.ensure(before, now) for _twice in range(2)] == [False, False]
    assert before not in reads.days()
    jobs.sum_day(before.isoformat())
    assert layers.ensure(before, now)


def test_old_days_go_but_the_first_of_each_month(risks, now):
    today = timezone.localdate(now)
    old = [today - timedelta(days=100 + n) for n in range(40)]
    CellCount.objects.bulk_create([CellCount(day=day, scheme="h3_8", key=1) for day in old])
    layers.prune(today)
    kept = [day for day in reads.days() if day != today]
    assert kept
    assert all(day.day == 1 for day in kept)


def test_a_layer_is_finished_once_and_served_again(risks, analyst, now, django_assert_num_queries):
    day = timezone.localdate(now)
    assess.layer(analyst, "h3_9", day, now)
    with django_assert_num_queries(2):  # whose ground, and the finished answer
        assess.layer(analyst, "h3_9", day, now)


def test_ratings_of_before_forget_what_was_never_known(risks, town, now):
    """w1's loss is known to be 6; its area, and e1's, were taken as 1 m²."""
    forget = import_module("chengan.city.assess.migrations.0011_forget_what_was_never_known").forget
    Rating.objects.update(weight=1)
    risk = risks["e1"]
    type(risk).objects.filter(pk=risk.pk).update(loss_per_year=None, area_m2=1)
    for _twice in range(2):
        forget(apps, SimpleNamespace(connection=connection))
    kept = dict(Rating.objects.values_list("risk_id", "weight"))
    assert (kept[risks["w1"].pk], kept[risk.pk]) == (None, 1)
    losses = dict(Rating.objects.values_list("risk_id", "loss"))
    assert (losses[risks["w1"].pk], losses[risk.pk]) == (6.0, None)
