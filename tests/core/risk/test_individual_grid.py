import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.physics import substances
from chengan.core.risk import clouds, weather
from chengan.core.risk.footprint import Disc, Outcome, Plume, Source
from chengan.core.risk.individual_direct import individual_risk_at
from chengan.core.risk.individual_grid import Grid, cut_off, individual_risk
from chengan.core.risk.point_risk import risk_at_points

NORTH_ONLY = np.array([[1.0, 0.0, 0.0, 0.0]])
GRID = Grid(west=-490, south=-490, spacing=20, columns=50, rows=50)


def plume(strength=9.0, steep=2.0, spread=0.1, reach=5000.0):
    x = np.geomspace(5, reach, 60)
    return Plume(x, strength - steep * np.log(x / 100), spread * x, slope=1.5)


def centres(grid):
    x = grid.west + grid.spacing * np.arange(grid.columns)
    y = grid.south + grid.spacing * np.arange(grid.rows)
    return np.meshgrid(x, y)


def _agree(sources, rose, grid, within):
    x, y = centres(grid)
    exact = individual_risk_at(sources, rose, x, y).reshape(x.shape)
    counts = exact > 1e-9
    assert counts.sum() > 100
    risk = individual_risk(sources, rose, grid)
    np.testing.assert_allclose(risk[counts], exact[counts], rtol=within)


def test_half_die_where_the_probit_is_five():  # by hand: 1e-4 a year · Φ(0) = 5e-5
    flat = Plume(np.array([1.0, 2000.0]), np.array([5.0, 5.0]), np.array([1e3, 1e3]), slope=1.0)
    source = Source(0, 0, [Outcome(1e-4, plumes=[flat])])
    risk = individual_risk([source], NORTH_ONLY, Grid(0, 100, 10, 1, 1))
    np.testing.assert_allclose(risk, 5e-5, rtol=2e-3)


def test_across_the_wind_the_probit_falls_with_the_square():
    # by hand: at y = spread, slope 2: probit 5 - 2/2 = 4, Φ(-1) = 0.158655
    line = Plume(np.array([1.0, 2000.0]), np.array([5.0, 5.0]), np.array([50.0, 50.0]), slope=2.0)
    source = Source(0, 0, [Outcome(1.0, plumes=[line])])
    np.testing.assert_allclose(
        individual_risk_at([source], NORTH_ONLY, [50.0], [500.0]), 0.1586553, rtol=1e-5
    )


def test_nothing_upwind_of_a_plume():
    source = Source(0, 0, [Outcome(1e-3, plumes=[plume()])])
    risk = individual_risk([source], NORTH_ONLY, GRID)
    assert risk[:20].max() < 1e-15
    assert risk[30:, 24:26].max() > 1e-5


def test_a_disc_is_the_same_in_every_direction():
    disc = Disc(np.array([1.0, 100.0, 300.0]), np.array([1.0, 0.5, 0.0]))
    source = Source(0, 0, [Outcome(1e-4, disc=disc)])
    points = [(0, 100), (100, 0), (0, -100), (-60, 80)]
    for x, y in points:
        risk = individual_risk([source], NORTH_ONLY, Grid(x, y, 1, 1, 1))
        np.testing.assert_allclose(risk, 5e-5, rtol=1e-2)


def test_the_map_agrees_with_the_long_way_within_a_hundredth():
    random = np.random.default_rng(7)
    rose = random.uniform(0, 1, (2, 16))
    rose /= rose.sum()
    sources = [
        Source(
            float(random.uniform(-300, 300)),
            float(random.uniform(-300, 300)),
            [
                Outcome(1e-5, plumes=[plume(9), plume(10, 1.5, 0.05)]),
                Outcome(1e-6, plumes=[plume(12), None]),
                Outcome(3e-6, disc=Disc(np.array([1.0, 150.0]), np.array([0.9, 0.0]))),
            ],
        )
        for _ in range(3)
    ]
    x, y = centres(GRID)
    exact = individual_risk_at(sources, rose, x, y).reshape(x.shape)
    risk = individual_risk(sources, rose, GRID)
    counts = exact > 1e-9
    assert counts.mean() > 0.5
    assert np.max(np.abs(risk[counts] - exact[counts]) / exact[counts]) < 0.01
    assert np.max((exact - risk)[~counts], initial=0) < 1e-11 + cut_off(sources)


@settings(max_examples=15)
@given(turns=st.integers(0, 15), strength=st.floats(6, 12))
def test_a_turned_rose_turns_the_map(turns, strength):
    rose = np.zeros((1, 16))
    rose[0, turns] = 1.0
    source = Source(0, 0, [Outcome(1e-4, plumes=[plume(strength)])])
    angle = 2 * math.pi * turns / 16
    there = Grid(200 * math.sin(angle), 200 * math.cos(angle), 1, 1, 1)
    north = individual_risk([source], np.eye(1, 16), Grid(0, 200, 1, 1, 1))
    np.testing.assert_allclose(individual_risk([source], rose, there), north, rtol=1e-4)


@settings(max_examples=10)
@given(more=st.floats(0.0, 2.0))
def test_a_stronger_plume_never_lowers_the_risk(more):
    weak = Source(0, 0, [Outcome(1e-4, plumes=[plume(8)])])
    strong = Source(0, 0, [Outcome(1e-4, plumes=[plume(8 + more)])])
    grid = Grid(-20, 0, 20, 3, 20)
    lower, higher = (individual_risk([each], NORTH_ONLY, grid) for each in (weak, strong))
    assert np.all(higher >= lower * (1 - 5e-3))


def test_a_plume_with_falling_distances_is_refused():
    with pytest.raises(errors.OutOfRange, match="increasing"):
        Plume(np.array([2.0, 1.0]), np.zeros(2), np.ones(2), 1.0)


def test_an_outcome_without_a_footprint_is_refused():
    with pytest.raises(errors.OutOfRange, match="disc or plumes"):
        Outcome(1e-5)


def test_a_missing_weather_class_is_refused():
    source = Source(0, 0, [Outcome(1e-4, plumes=[plume()])])
    with pytest.raises(errors.OutOfRange, match="needs 2 plumes"):
        individual_risk([source], np.ones((2, 4)) / 8, GRID)


def test_seven_directions_are_turned_like_sixteen():
    source = Source(0, 0, [Outcome(1e-4, plumes=[plume()])])
    rose = np.array([[0.3, 0.0, 0.1, 0.2, 0.2, 0.1, 0.1]])
    _agree([source], rose, GRID, 0.01)


def test_a_rose_with_a_negative_share_is_refused():
    source = Source(0, 0, [Outcome(1e-4, plumes=[plume()])])
    with pytest.raises(errors.OutOfRange, match="no share negative"):
        individual_risk([source], np.array([[1.1, -0.1]]), GRID)


def test_a_plume_longer_than_the_laws_are_published_for_is_refused():
    with pytest.raises(errors.OutOfRange, match="ends at 10000 m"):
        plume(reach=12_000.0)


def test_upwind_a_plume_closes_as_half_an_ellipse():
    # by hand: 25 m upwind counts as 2 x 25 m aside, one spread: probit 5 - 2/2, Φ(-1) = 0.158655
    near = np.array([1.0, 2000.0])
    line = Plume(near, np.array([5.0, 5.0]), np.array([50.0, 50.0]), slope=2.0, upwind=2.0)
    source = Source(0, 0, [Outcome(1.0, plumes=[line])])
    exact = individual_risk_at([source], NORTH_ONLY, [0.0], [-25.0])
    np.testing.assert_allclose(exact, 0.1586553, rtol=1e-5)
    map_ = individual_risk([source], NORTH_ONLY, Grid(0, -25, 10, 1, 1))
    np.testing.assert_allclose(map_, exact[None], rtol=2e-3)
    few = risk_at_points([source], NORTH_ONLY, np.array([[0.0, -25.0]]))
    np.testing.assert_allclose(few, exact, rtol=1e-9)


def test_the_edge_of_a_flash_fire_agrees_with_the_long_way_within_a_hundredth():
    gas = substances.substance("74-98-6")
    fires = [
        [clouds.flash_plume(clouds.steady_cloud(rate, gas, each), gas) for each in weather.CLASSES]
        for rate in (5.0, 80.0)
    ]
    outcomes = [Outcome(1e-6, plumes=fires[0]), Outcome(1e-5, plumes=fires[1])]
    rose = np.random.default_rng(3).uniform(0.2, 1, (6, 16))
    _agree([Source(3, 4, outcomes)], rose / rose.sum(), GRID, 0.01)


def test_a_plume_cut_at_the_laws_end_is_cut_at_a_circle():
    far = Plume(np.array([5.0, 10_000.0]), np.array([9.0, 6.0]), np.array([9.0, 700.0]), slope=2.0)
    source = Source(0, 0, [Outcome(1e-5, plumes=[far])])
    risk = individual_risk([source], NORTH_ONLY, Grid(600, 9900, 50, 1, 4))[:, 0]
    exact = individual_risk_at([source], NORTH_ONLY, [600.0] * 4, [9900, 9950, 10_000, 10_050])
    assert np.count_nonzero(exact) == 2  # 600 m aside the circle lies at 9,982 m
    np.testing.assert_allclose(risk, exact, rtol=0.01, atol=1e-15)


def test_a_plume_wider_than_long_is_drawn_to_its_side():
    x = np.geomspace(5, 700, 60)
    wide = Plume(x, 9.0 - 2.0 * np.log(x / 100), np.full(60, 700.0), slope=2.0)
    sources = [Source(0, 0, [Outcome(1e-5, plumes=[wide])])]
    risk = individual_risk(sources, NORTH_ONLY, Grid(900, 300, 10, 1, 1))
    exact = individual_risk_at(sources, NORTH_ONLY, [900.0], [300.0])
    assert exact[0] > 1e-7
    np.testing.assert_allclose(risk[0, 0], exact[0], rtol=0.01)


def test_beyond_its_widest_a_plume_kills_nobody_that_counts():
    wide = plume(9.0, 2.0, 0.1)
    source = [Source(0, 0, [Outcome(1.0, plumes=[wide])])]
    away = np.sqrt(wide.widest2)
    at = [(away, each) for each in (30.0, 200.0, 1000.0)]
    exact = individual_risk_at(source, NORTH_ONLY, *np.transpose(at))
    np.testing.assert_array_less(exact, 1e-15)
    np.testing.assert_array_less(risk_at_points(source, NORTH_ONLY, np.array(at)), 1e-15)
