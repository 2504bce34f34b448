import numpy as np
import pytest

from chengan.core import errors
from chengan.core.physics import substances
from chengan.core.risk import (
    consequences,
    contours,
    criteria,
    domino,
    event_tree,
    ignition,
    societal,
    uncertainty,
    weather,
)
from chengan.core.risk.footprint import Disc, Outcome, Source
from chengan.core.risk.individual_direct import individual_risk_at
from chengan.core.risk.individual_grid import Grid
from chengan.core.risk.installation import Barriers, Installation, refuse_out_of_scope
from chengan.core.tables import frequencies

CHLORINE = Installation("chlorine", 0, 0, "7782-50-5", 10_000)
SPHERE = Installation("sphere", 0, 0, "74-98-6", 200_000)


def test_a_tree_by_hand():  # 1e-5: 0.2 at once; 0.8 x 0.3 x 0.6 flash; 0.8 x 0.3 x 0.4 blast
    tree = event_tree.flammable(0.2, 0.3, 0.4, ("jet", "flash", "blast", "none"))
    ends = event_tree.outcomes(1e-5, tree)
    wanted = {"jet": 2e-6, "flash": 1.44e-6, "blast": 9.6e-7, "none": 5.6e-6}
    assert ends == pytest.approx(wanted)
    with pytest.raises(errors.OutOfRange, match="sum to 1"):
        event_tree.outcomes(1e-5, [event_tree.Branch("a", 0.4)])


def test_large_releases_are_lit_more_often():
    assert ignition.immediate("high", rate=5) == 0.2
    assert ignition.immediate("high", rate=500) == 0.7
    assert ignition.immediate("low", mass=5000) == 0.04


def test_every_frequency_has_a_source_and_a_mark():
    assert all(each.source and each.mark in ("V", "V-", "R") for each in frequencies.FREQUENCIES)
    with pytest.raises(errors.OutOfRange, match="row 2"):
        frequencies.load("equipment,failure,per_year,source,mark\nx,y,1e-5,,V\n")
    with pytest.raises(errors.OutOfRange, match="no frequencies for equipment 'kettle'"):
        frequencies.of_equipment("kettle")


def test_a_wind_from_the_north_blows_to_the_south():
    shares = weather.rose([5.0], [0.0], ["cloudy"])
    assert shares[2, 8] == 1 and shares.sum() == 1
    with pytest.raises(errors.OutOfRange, match="one length"):
        weather.rose([5.0, 4.0], [0.0], ["cloudy"])


def test_risk_falls_with_distance_and_rises_with_inventory():
    rose = weather.unknown()
    away = np.array([100.0, 300.0, 1000.0, 3000.0])
    for plant in (CHLORINE, SPHERE):
        risk = individual_risk_at([consequences.source(plant)], rose, away, 0 * away)
        assert np.all(np.diff(risk) <= 0) and risk[0] > 1e-8
    more = consequences.source(Installation("more", 0, 0, "7782-50-5", 50_000))
    less = consequences.source(CHLORINE)
    risks = [individual_risk_at([each], rose, [800.0], [0.0])[0] for each in (less, more)]
    assert risks[0] < risks[1]


def test_barriers_lower_the_risk():
    rose = weather.unknown()
    guarded = Installation(
        "guarded", 0, 0, "7782-50-5", 10_000, barriers=Barriers(closing_time=60, water_curtain=0.5)
    )
    risks = [
        individual_risk_at([consequences.source(each)], rose, [500.0], [0.0])[0]
        for each in (CHLORINE, guarded)
    ]
    assert risks[1] < risks[0]
    mounded = Installation("m", 0, 0, "74-98-6", 200_000, barriers=Barriers(is_mounded=True))
    events = {each.event for each in consequences.named_outcomes(mounded)}
    assert "fireball" not in events and "flash fire" in events


def test_what_the_standard_excludes_is_refused_by_name():
    station = Installation("a station", 0, 0, "74-98-6", 10_000, kind="filling_station")
    with pytest.raises(errors.OutOfRange, match="汽车加油加气站"):
        refuse_out_of_scope(station)
    refuse_out_of_scope(CHLORINE)


def test_water_is_refused():
    with pytest.raises(errors.OutOfRange, match="neither burns nor"):
        consequences.named_outcomes(Installation("w", 0, 0, "7732-18-5", 10_000))


def test_a_certain_disc_kills_those_within_it():  # by hand: 100 within, f 1e-4: PLL 0.01
    source = Source(0, 0, [Outcome(1e-4, disc=Disc(np.array([1.0, 100.0]), np.array([1.0, 1.0])))])
    args = ([source], np.ones((1, 4)) / 4, np.array([50.0, 500.0]), np.zeros(2))
    rows = societal.casualties(*args, np.array([100.0, 50.0]))
    assert societal.potential_loss(rows) == pytest.approx(0.01)
    np.testing.assert_allclose(societal.fn_curve(rows), [[100, 1e-4]])
    rules = criteria.criteria("GB36894-2018")
    assert criteria.region(rules, societal.fn_curve(rows)) == "intolerable"


def test_those_in_houses_and_those_who_run_die_in_their_own_way():
    # by hand: 100 people, 90 indoors of whom a tenth dies, 10 outside of whom half dies: 14
    near = np.array([1.0, 100.0])
    stays, half, tenth = (Disc(near, np.full(2, each)) for each in (1.0, 0.5, 0.1))
    fire = Outcome(
        1e-4, disc=stays, fled=Outcome(1e-4, disc=half), indoors=Outcome(1e-4, disc=tenth)
    )
    where = (np.ones((1, 4)) / 4, np.array([50.0]), np.zeros(1), np.array([100.0]))
    rows = societal.casualties([Source(0, 0, [fire])], *where, indoors=0.9)
    np.testing.assert_allclose(rows, [[1e-4, 14.0]])
    with pytest.raises(errors.OutOfRange, match="indoors"):
        societal.casualties([Source(0, 0, [fire])], *where, indoors=1.1)


def test_houses_and_running_never_make_a_plant_deadlier():
    at = (np.array([150.0, 400.0, 900.0]), np.array([20.0, -60.0, 0.0]), np.full(3, 100.0))
    for plant in (CHLORINE, SPHERE):
        sources = [consequences.source(plant)]
        deaths = [
            societal.potential_loss(societal.casualties(sources, weather.unknown(), *at, share))
            for share in (0.0, 0.5, 1.0)
        ]
        assert deaths[0] > deaths[1] > deaths[2] > 0


def test_plumes_for_those_in_houses_must_be_plumes():
    disc = Disc(np.array([1.0, 9.0]), np.ones(2))
    with pytest.raises(errors.OutOfRange, match="indoors"):
        Outcome(1e-5, disc=disc, indoors=Outcome(1e-5, plumes=[None]))


def test_a_direction_divided_blows_evenly_about_its_middle():
    shares = np.array([[0.4, 0.6, 0.0, 0.0]])  # by hand: thirds, the middle third stays at 3 d
    found = weather.finer(shares, 3)[0] * 3
    np.testing.assert_allclose(found, [0.4, 0.4, 0.6, 0.6, 0.6, 0, 0, 0, 0, 0, 0, 0.4])
    with pytest.raises(errors.OutOfRange, match="odd"):
        weather.finer(shares, 2)


def test_between_two_directions_a_narrow_plume_still_brings_risk():
    source, angle = [consequences.source(CHLORINE)], np.pi / 16
    between = (np.array([900 * np.sin(angle)]), np.array([900 * np.cos(angle)]))
    coarse, fine = (
        float(individual_risk_at(source, rose, *between)[0])
        for rose in (weather.unknown(), weather.finer(weather.unknown()))
    )
    assert fine > coarse


def test_the_day_is_from_eight_to_half_past_six():
    assert weather.is_day([7.9, 8.0, 18.4, 18.5]).tolist() == [False, True, True, False]


def test_a_jet_of_natural_gas_by_chamberlain_is_asked_for_by_name():
    gas = Installation("gas", 0, 0, "74-82-8", 20_000, pressure=5e6)
    reach = {}
    for law in consequences.JET_LAWS:
        told = consequences.Assumptions(jet_law=law)
        found = [e for e in consequences.named_outcomes(gas, told) if e.event == "jet fire"]
        reach[law] = [each.outcome.disc.distance[-1] for each in found]
    assert reach["chamberlain"] != reach["point"]
    assert all(0.3 < a / b < 3 for a, b in zip(*reach.values(), strict=True))
    with pytest.raises(errors.OutOfRange, match="jet law"):
        consequences.named_outcomes(gas, consequences.Assumptions(jet_law="none"))


def test_criteria_are_those_of_the_notice():
    rules = criteria.criteria("SAWS-2014-13")
    high = criteria.limit(rules, "high")
    assert (high.new, high.in_service, high.mark) == (3e-7, 3e-6, "V")
    assert [criteria.class_by_people(n) for n in (29, 30, 99, 100)] == [
        "third",
        "second",
        "second",
        "high",
    ]
    with pytest.raises(errors.OutOfRange, match="known are"):
        criteria.criteria("XX")


def test_a_tank_breaks_in_lasting_heat():
    found = domino.escalates("T-2", "atmospheric_tank", flux=16e3, seconds=700)
    assert [(each.by, each.limit) for each in found] == [("heat", 15e3)]
    assert not domino.escalates("T-2", "atmospheric_tank", flux=16e3, seconds=100)


def test_a_hypercube_covers_each_range_evenly_and_repeats():
    ranges = {"a": uncertainty.Range(1, 100, is_log=True), "b": uncertainty.Range(0, 1)}
    sets = uncertainty.sample(ranges, 64, seed=5)
    assert sets == uncertainty.sample(ranges, 64, seed=5)
    found = uncertainty.spread(sets, lambda one: one["a"], limit=10.0)
    assert found.above == pytest.approx(0.5, abs=0.02)
    assert found.drivers[0] == ("a", pytest.approx(1.0))
    assert found.low < found.middle < found.high


def test_a_round_hill_of_risk_has_round_contours():
    grid = Grid(-100, -100, 2, 101, 101)
    x = grid.west + grid.spacing * np.arange(101)
    risk = 1e-4 * np.exp(-np.hypot(x[None, :], x[:, None]) / 10)
    ring = contours.lines(risk, grid, (1e-6,))[1e-6][0]
    np.testing.assert_allclose(np.hypot(ring[:, 0], ring[:, 1]), 10 * np.log(100), rtol=0.01)


def test_a_table_of_shares_gives_the_rose_of_its_hours():
    table = np.zeros((2, 1, 2))
    table[0, 0, 0], table[1, 0, 1] = 0.75, 0.25
    shares = weather.from_shares(["D", "F"], [5.0], [0.0, 90.0], table)
    assert (shares[2, 8], shares[5, 12]) == (0.75, 0.25)
    with pytest.raises(errors.OutOfRange, match="sum to 1"):
        weather.from_shares(["D", "F"], [5.0], [0.0, 90.0], table / 2)


@pytest.mark.parametrize("cas", [each[0] for each in substances.OFFERED])
def test_every_substance_that_is_offered_can_be_reviewed(cas):
    found = [
        consequences.named_outcomes(Installation("x", 0, 0, cas, 50_000, kind, pressure=2e6))
        for kind in ("pressure_vessel", "tank_car")
    ]
    assert all(found)


def test_a_compressed_gas_without_its_pressure_is_refused_by_name():
    with pytest.raises(errors.OutOfRange, match="tube trailer: pressure must be given"):
        consequences.named_outcomes(Installation("tube trailer", 0, 0, "1333-74-0", 400))
