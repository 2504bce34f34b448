import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.geo import distance
from chengan.core.geo.errors import NotInSystem


def test_one_degree_of_the_equator_is_as_long_as_the_ellipsoid_says():  # 6378137 m * pi / 180
    found = distance.distances_m(0.0, 0.0, [1.0], [0.0])
    np.testing.assert_allclose(found, [111_319.4908], atol=1e-3)


def test_neighbours_are_those_within_the_distance():
    lats = 60.0 + np.array([0.0, 0.001, 0.0011, 0.01])  # 1e-3 degree is 111.4 m there
    found = distance.within_distance_m(24.9, 60.0, np.full(4, 24.9), lats, 120.0)
    np.testing.assert_array_equal(found, [True, True, False, False])


def test_a_point_without_position_is_no_neighbour():
    assert not distance.within_distance_m(24.9, 60.0, [np.nan], [np.nan], 1e9).any()


def test_a_negative_distance_is_refused():
    with pytest.raises(NotInSystem):
        distance.within_distance_m(24.9, 60.0, [24.9], [60.0], -1.0)


def test_an_unturned_plan_points_north_and_east():
    plan = distance.Placement(lon=24.9, lat=60.0, metres_per_unit=10.0, x=5.0, y=5.0)
    lon, lat = distance.placed([5.0, 5.0, 15.0], [5.0, 15.0, 5.0], plan)
    np.testing.assert_allclose((lon[0], lat[0]), (24.9, 60.0), atol=1e-12)
    assert lon[1] == pytest.approx(24.9, abs=1e-12)
    np.testing.assert_allclose(
        distance.distances_m(24.9, 60.0, lon, lat), [0.0, 100.0, 100.0], atol=1e-6
    )
    assert lon[2] > 24.9


def test_a_quarter_turn_lays_north_to_the_east():
    plan = distance.Placement(lon=24.9, lat=60.0, rotation_deg=90.0)
    lon, lat = distance.placed(0.0, 100.0, plan)
    assert float(lon) > 24.9
    assert float(lat) == pytest.approx(60.0, abs=1e-7)


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0, 360), st.floats(0.1, 20))
def test_distances_from_the_anchor_are_kept(x, y, turn, scale):
    plan = distance.Placement(lon=24.9, lat=60.0, metres_per_unit=scale, rotation_deg=turn)
    lon, lat = distance.placed(x, y, plan)
    found = distance.distances_m(24.9, 60.0, lon, lat)
    assert found[0] == pytest.approx(np.hypot(x, y) * scale, abs=1e-5)


@pytest.mark.parametrize("bad", [{"metres_per_unit": 0.0}, {"lon": 200.0}, {"lat": 90.0}])
def test_a_plan_without_size_or_anchor_is_refused(bad):
    with pytest.raises(NotInSystem):
        distance.Placement(**{"lon": 24.9, "lat": 60.0, **bad})


@given(
    lon=st.floats(-179, 179),
    lat=st.floats(-85, 85),
    metres=st.floats(0, 50_000),
    azimuth=st.floats(0, 360),
)
def test_a_box_holds_its_circle(lon, lat, metres, azimuth):
    west, south, east, north = distance.box_around(lon, lat, metres)
    on_rim, at, _ = distance.ELLIPSOID.fwd(lon, lat, azimuth, metres)
    on_rim += 360 * ((lon - on_rim) > 180) - 360 * ((on_rim - lon) > 180)
    assert west - 1e-9 <= on_rim <= east + 1e-9
    assert south - 1e-9 <= at <= north + 1e-9
