"""A city and an owner decide on their limits, and nobody overwrites anybody unseen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn import errors
from chengan.city.warn.models import LimitSet, Rule
from chengan.city.warn.services import overriding

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
WHO = {"by": "analyst", "at": NOW}
PPM = 1e-6


def figures(**more):
    return replace(overriding.figures_of(overriding.current("bench")), **more)


def in_force(stream):
    row = sense.StreamLimit.objects.get(datastream=stream)
    return row.high, row.rule


def test_a_change_is_a_new_version_and_in_force_at_once(wells):
    overriding.change(code="bench", version=1, figures=figures(high={"4": 2.5}), **WHO)
    assert in_force(wells["w0"]) == ([None, None, None, pytest.approx(0.025), None], "bench/2")
    old = LimitSet.objects.get(code="bench", version=1)
    assert old.retired_at == NOW
    (entry,) = journal.after(0, ["warn.limits.changed"])
    assert (entry.actor, entry.subject, entry.data["high"]) == (
        "analyst",
        "limits:bench",
        {"4": 2.5},
    )


def test_who_worked_on_an_older_version_is_told(wells):
    overriding.change(code="bench", version=1, figures=figures(high={"4": 2.5}), **WHO)
    with pytest.raises(errors.Stale):
        overriding.change(code="bench", version=1, figures=figures(high={"4": 3.0}), **WHO)
    assert overriding.current("bench").high == {"4": 2.5}


@pytest.mark.parametrize(
    "wrong",
    [
        {"high": {"3": 2.0, "4": 1.0}},
        {"high": {"3": 1.0}, "low": {"3": 2.0}},
        {"high": {"3": float("nan")}},
        {"high": {"3": 1e9}},
        {"hysteresis": -1.0},
        {"silent_factor": 0.0},
    ],
)
def test_limits_that_mean_nothing_are_refused_and_change_nothing(wells, wrong):
    before = in_force(wells["w0"])
    try:
        overriding.change(code="bench", version=1, figures=figures(**wrong), **WHO)
    except errors.BadLimits:
        assert overriding.current("bench").version == 1
        assert in_force(wells["w0"]) == before
    else:
        pytest.fail(f"{wrong} was taken")


def test_the_way_back_is_a_version_of_its_own(wells):
    overriding.change(code="bench", version=1, figures=figures(high={"4": 2.5}), **WHO)
    overriding.go_back(code="bench", version=2, to=1, **WHO)
    assert overriding.current("bench").version == 3
    assert in_force(wells["w0"])[1] == "bench/3"
    assert overriding.current("bench").high == {"3": 1.0}


def test_an_owners_copy_is_in_force_on_its_own_objects_only(wells):
    gas = places.put_organisation(code="gas", kind="enterprise", name_zh="燃气公司")
    well = wells["w2"].thing.city_object
    type(well).objects.filter(pk=well.pk).update(owner=gas)
    made = overriding.copy_for(limit_set=overriding.current("bench"), owner=gas, **WHO)
    assert in_force(wells["w2"])[1] == "bench-gas/1"
    assert in_force(wells["w0"])[1] == "bench/1"
    with pytest.raises(errors.Stale):
        overriding.copy_for(limit_set=overriding.current("bench"), owner=gas, **WHO)
    rule = Rule.objects.get(limit_set_code=made.code)
    overriding.unbind(rule=rule, limit_set=made, **WHO)
    assert in_force(wells["w2"])[1] == "bench/1"


def test_unbound_limits_are_in_force_nowhere_until_bound_again(wells):
    found = overriding.current("bench")
    overriding.unbind(rule=Rule.objects.get(), limit_set=found, **WHO)
    assert in_force(wells["w0"]) == ([], "")
    overriding.bind(limit_set=found, kind=places.ObjectKind.objects.get(), **WHO)
    assert in_force(wells["w0"])[1] == "bench/1"
    assert Rule.objects.count() == 1


def test_a_rate_and_a_stuck_limit_reach_the_runner_in_si(wells):
    changed = figures(rate_per_s=0.5, rate_severity=3, stuck_s=600.0, stuck_epsilon=0.1)
    overriding.change(code="bench", version=1, figures=changed, **WHO)
    row = sense.StreamLimit.objects.get(datastream=wells["w0"])
    assert (row.rate, row.rate_severity) == (pytest.approx(0.005), 3)
    assert (row.stuck_s, row.stuck_epsilon) == (600, pytest.approx(0.001))
