import json

import numpy as np
import pytest

from chengan.core import errors
from chengan.core.risk import consequences, criteria, site_notes, site_review, weather
from chengan.core.risk.individual_direct import individual_risk_at
from chengan.core.risk.installation import Installation, barriers_of
from chengan.core.risk.point_risk import outcome_risks, risk_at_points
from chengan.core.risk.site_notes import Building, Surroundings
from chengan.core.risk.site_review import Options
from chengan.core.risk.site_target import Target

ROSE = weather.unknown()
SPHERE = Installation("sphere", 0, 0, "74-98-6", 200_000, count=2)
DRUM = Installation("drum", 50, 0, "7782-50-5", 10_000)
TANK = Installation("tank", 0, 100, "142-82-5", 500_000, "atmospheric_tank")
SCHOOL = Target(
    "school", "high_sensitive", np.array([[300, 0], [420, 0], [420, 90], [300, 90.0]]), 1200, 20
)
FARM = Target("farm", "general_3", np.array([[5000.0, 0.0]]), 3, 3)
QUICK = Options(samples=8, spacing=80)


@pytest.fixture(scope="module")
def done():
    return site_review.review([SPHERE, DRUM, TANK], [SCHOOL, FARM], ROSE, QUICK)


def test_a_school_beside_a_tank_farm_fails_and_a_far_farm_passes(done):
    school, farm = done.verdicts
    assert (school.passes, farm.passes, done.passes) == (False, True, False)
    assert school.risk > school.criterion == 3e-7
    assert farm.risk < farm.criterion == 1e-5
    assert school.mark == "R" and "GB 36894" in school.source


def test_the_shares_of_a_risk_sum_to_it(done):
    school = done.verdicts[0]
    assert sum(each.risk for each in school.shares) == pytest.approx(school.risk)
    assert sum(each.share for each in school.shares) == pytest.approx(1)


def test_moved_as_told_the_school_passes(done):
    school = done.verdicts[0]
    angle = np.radians(school.move.bearing)
    there = SCHOOL.moved(school.move.metres * np.array([np.sin(angle), np.cos(angle)]))
    plants = [SPHERE, DRUM, TANK]
    again = site_review.review(plants, [there], ROSE, QUICK)
    assert again.verdicts[0].risk <= 3e-7 * 1.05


def test_with_less_inside_it_passes_or_none_is_said_to_help(done):
    for less in done.verdicts[0].inventory:
        assert less.factor is None or 0 < less.factor < 1


def test_barriers_never_make_it_worse_and_the_best_comes_first(done):
    school = done.verdicts[0]
    risks = [each.risk for each in school.barriers]
    assert risks == sorted(risks) and max(risks) <= school.risk * (1 + 1e-9)


def test_the_same_inputs_give_the_same_bytes(done):
    again = site_review.review([SPHERE, DRUM, TANK], [SCHOOL, FARM], ROSE, QUICK)
    assert json.dumps(done.to_dict()) == json.dumps(again.to_dict())


def test_the_verdict_says_how_sure_it_is(done):
    sure = done.verdicts[0].sureness
    assert sure.low < sure.middle < sure.high and 0 <= sure.above <= 1
    assert {name for name, _ in sure.drivers} >= {"frequency_factor", "inventory_factor"}
    assert set(sure.flips) <= {name for name, _ in sure.drivers}


def test_points_agree_with_the_long_way():
    sources = [consequences.source(each) for each in (SPHERE, DRUM)]
    points = np.array([[120.0, 40.0], [300.0, -200.0], [1500.0, 900.0]])
    long = individual_risk_at(sources, ROSE, points[:, 0], points[:, 1])
    np.testing.assert_allclose(risk_at_points(sources, ROSE, points), long, rtol=0.02)
    by_outcome = sum(outcome_risks(sources[0], ROSE, points[0]))
    np.testing.assert_allclose(
        by_outcome, risk_at_points(sources[:1], ROSE, points[:1])[0], rtol=1e-9
    )


def test_a_neighbour_within_the_blast_is_named(done):
    assert ("sphere", "drum", "blast") in {(c.first, c.second, c.by) for c in done.domino}


@pytest.mark.parametrize("kind", ["city_gas", "filling_station", "pipeline", "explosives"])
def test_what_the_standard_excludes_is_refused_by_name(kind):
    plant = Installation("plant A", 0, 0, "74-98-6", 10_000, kind=kind)
    with pytest.raises(errors.OutOfRange, match=f"plant A.*{kind}"):
        site_review.review([plant], [SCHOOL], ROSE, QUICK)


def test_nothing_to_review_is_refused():
    with pytest.raises(errors.OutOfRange, match="one installation"):
        site_review.review([], [SCHOOL], ROSE, QUICK)


def test_unknown_classes_kettles_and_barriers_are_refused():
    with pytest.raises(errors.OutOfRange, match="class must be"):
        Target("x", "villa", np.array([[0.0, 0.0]]))
    with pytest.raises(errors.OutOfRange, match="equipment must be"):
        Installation("x", 0, 0, "74-98-6", 1000, "kettle")
    with pytest.raises(errors.OutOfRange, match="no barrier"):
        barriers_of(["magic"])


def test_a_high_building_beside_a_vessel_and_a_hill_are_noted():
    # by hand: 10 m high and wide, 40 m away: within 5 x 10 m, and 3 m is below 10 + 1.5 x 10 m
    near, far = Building(40, 0, 10, 10), Building(0, 400, 10, 10)
    hill = np.array([[0.0, 5.0, 20.0], [300.0, 0.0, 31.0]])
    rules = criteria.criteria("GB36894-2018")
    around = Surroundings((near, far), hill)
    found = list(site_notes.notes([SPHERE], ROSE, rules, around))
    assert {each.code for each in found} == {
        "weather_unknown", "criteria_unconfirmed", "wake", "hilly"
    }  # fmt: skip
    assert next(each.about["buildings"] for each in found if each.code == "wake") == 1
    flat = Surroundings((far,), hill[:1])
    assert not {"wake", "hilly"} & {
        each.code for each in site_notes.notes([SPHERE], ROSE, rules, flat)
    }


def test_a_night_of_still_air_is_reckoned_with_by_night():
    still = np.zeros((6, 16))
    still[5, :] = 1 / 16
    windy = np.zeros((6, 16))
    windy[3, :] = 1 / 16
    asleep = Target("flats", "general_1", SCHOOL.outline, people_day=0, people_night=500)
    losses = [
        site_review.review([DRUM], [asleep], ROSE, QUICK, times=weather.Times(*each)).potential_loss
        for each in ((windy, still), (windy, windy))
    ]
    assert losses[0] > losses[1] > 0
