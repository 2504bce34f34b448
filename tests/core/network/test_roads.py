"""Ways over roads and as the crow flies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.errors import OutOfRange, ShapeMismatch
from chengan.core.geo.distance import distances_m as on_ellipsoid
from chengan.core.network import roads, straight

DEGREE_M = np.radians(1) * straight.EARTH_RADIUS_M
# a street east along the equator, one north from its end; far off, a short one of its own
ELBOW = [[(0.0, 0.0), (0.01, 0.0)], [(0.01, 0.0), (0.01, 0.01)], [(1.0, 1.0), (1.001, 1.0)]]


def test_the_way_goes_round_the_corner():
    ways = roads.ways_m(roads.build(ELBOW), [0.0], [0.0], [0.01], [0.01])
    np.testing.assert_allclose(ways, [[0.02 * DEGREE_M]], rtol=1e-6)


def test_the_straight_piece_to_the_road_counts():
    ways = roads.ways_m(roads.build(ELBOW), [0.0], [-0.001], [0.01], [0.0])
    np.testing.assert_allclose(ways, [[0.011 * DEGREE_M]], rtol=1e-6)


def test_a_place_off_the_roads_or_on_an_island_has_no_way():
    ways = roads.ways_m(roads.build(ELBOW), [0.0, 0.0], [0.0, 0.1], [1.0, 0.01], [1.0, 0.0])
    assert np.isnan(ways).tolist() == [[True, False], [True, True]]


@given(st.floats(0, 0.01), st.floats(0, 0.01))
def test_no_way_is_shorter_than_the_straight_line(lon, lat):
    way = roads.ways_m(roads.build(ELBOW), [lon], [0.0], [0.01], [lat])
    line = straight.distances_m([lon], [0.0], [0.01], [lat])
    assert np.isnan(way[0, 0]) or way[0, 0] >= line[0, 0] * (1 - 1e-6)


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(-1, 1), st.floats(-1, 1))
def test_the_great_circle_is_near_the_ellipsoid(lon, lat, east, north):
    line = straight.distances_m([lon], [lat], [lon + east], [lat + north])[0, 0]
    assert line == pytest.approx(on_ellipsoid(lon, lat, [lon + east], [lat + north])[0], rel=6e-3)


def test_time_is_the_way_by_the_speed():  # by hand: 1000 m x 1.4 / 10 m/s
    np.testing.assert_allclose(straight.times_s([1000.0], 10.0, detour=1.4), [140.0])


def test_standing_still_and_ways_shorter_than_straight_are_refused():
    with pytest.raises(OutOfRange, match="m/s"):
        straight.times_s([1.0], 0.0)
    with pytest.raises(OutOfRange, match="factor"):
        straight.times_s([1.0], 1.0, detour=0.9)
    with pytest.raises(ShapeMismatch):
        roads.build([])
