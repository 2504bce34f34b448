import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.geo import datum
from chengan.core.geo.errors import NotInSystem, UnknownSystem

# Pairs that public converters print in their own tests (longitude, latitude).
GCJ = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),  # Shanghai
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),  # Shenzhen
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),  # Beijing
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]
CHINA_LON = st.floats(73.5, 135.0)
CHINA_LAT = st.floats(3.0, 53.5)


@pytest.mark.parametrize(("wgs", "gcj"), GCJ)
def test_published_points_are_shifted_as_published(wgs, gcj):
    np.testing.assert_allclose(datum.wgs84_to_gcj02(*wgs), gcj, rtol=0, atol=1e-9)


def test_published_baidu_points_are_met():
    np.testing.assert_allclose(
        datum.gcj02_to_bd09(116.404, 39.915),
        (116.41036949371029, 39.92133699351021),
        rtol=0,
        atol=1e-9,
    )


def test_the_published_approximate_way_back_from_baidu_is_met_to_a_few_centimetres():
    exact = datum.bd09_to_gcj02(116.404, 39.915)
    np.testing.assert_allclose(exact, (116.39762729119315, 39.90865673957631), rtol=0, atol=5e-7)


@given(CHINA_LON, CHINA_LAT)
def test_a_round_trip_through_gcj02_costs_less_than_a_billionth_degree(lon, lat):
    back = datum.gcj02_to_wgs84(*datum.wgs84_to_gcj02(lon, lat))
    np.testing.assert_allclose(back, (lon, lat), rtol=0, atol=1e-9)


@given(CHINA_LON, CHINA_LAT)
def test_a_round_trip_through_bd09_costs_less_than_a_billionth_degree(lon, lat):
    back = datum.bd09_to_wgs84(*datum.wgs84_to_bd09(lon, lat))
    np.testing.assert_allclose(back, (lon, lat), rtol=0, atol=1e-9)


@given(CHINA_LON, CHINA_LAT)
def test_the_shift_stays_below_a_kilometre(lon, lat):
    there = datum.wgs84_to_gcj02(lon, lat)
    assert abs(there[0] - lon) < 0.0135
    assert abs(there[1] - lat) < 0.009


@pytest.mark.parametrize("point", [(24.94, 60.17), (139.77, 35.68), (-0.1, 51.5), (121.0, -30.0)])
def test_outside_the_rectangle_nothing_moves(point):
    for turn in (
        datum.wgs84_to_gcj02,
        datum.gcj02_to_wgs84,
        datum.wgs84_to_bd09,
        datum.bd09_to_wgs84,
    ):
        np.testing.assert_array_equal(turn(*point), point)


def test_arrays_are_turned_like_their_points():
    lon, lat = np.array([[121.5272106, 24.94]]), np.array([[31.1774276, 60.17]])
    there = datum.wgs84_to_gcj02(lon, lat)
    assert there[0].shape == (1, 2)
    np.testing.assert_allclose(there[0][0], [121.531541859215, 24.94], atol=1e-9)


def test_missing_positions_stay_missing():
    lon, lat = datum.to_wgs84([np.nan, 116.404], [np.nan, 39.915], "gcj02")
    assert np.isnan(lon[0])
    assert np.isfinite(lat[1])


def test_geographic_cgcs2000_is_wgs84():
    np.testing.assert_array_equal(datum.to_wgs84(116.4, 39.9, "CGCS2000"), (116.4, 39.9))
    np.testing.assert_array_equal(datum.to_wgs84(116.4, 39.9, "EPSG:4490"), (116.4, 39.9))


@pytest.mark.parametrize(
    ("lon", "width", "zone_in_easting", "epsg"),
    [
        (117.0, 3, True, "epsg:4527"),  # zone 39, Hefei
        (117.0, 3, False, "epsg:4548"),  # central meridian 117
        (117.0, 6, True, "epsg:4498"),  # zone 20
        (75.0, 3, True, "epsg:4513"),
        (135.0, 6, False, "epsg:4512"),
    ],
)
def test_the_gauss_kruger_grid_of_a_longitude_is_named(lon, width, zone_in_easting, epsg):
    found = datum.gauss_kruger_epsg(lon, width=width, zone_in_easting=zone_in_easting)
    assert found == epsg


def test_the_central_meridian_lies_at_the_false_easting():  # zone 39: 39 500 000 m
    lon, lat = datum.to_wgs84(39_500_000.0, 3_524_000.0, "epsg:4527")
    assert lon == pytest.approx(117.0, abs=1e-9)
    assert 31.8 < lat < 31.9


@given(st.floats(115.6, 118.4), st.floats(20.0, 50.0))
def test_a_round_trip_through_a_survey_grid_costs_less_than_a_millionth_degree(lon, lat):
    back = datum.to_wgs84(*datum.from_wgs84(lon, lat, "epsg:4527"), "epsg:4527")
    np.testing.assert_allclose(back, (lon, lat), rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", ["mars", "epsg:", "epsg:999999", ""])
def test_an_unknown_system_is_refused(name):
    with pytest.raises(UnknownSystem):
        datum.to_wgs84(116.4, 39.9, name)


def test_figures_that_are_no_position_are_refused_with_the_figures():
    with pytest.raises(NotInSystem, match="39500000"):
        datum.to_wgs84(39_500_000.0, 3_524_000.0, "wgs84")


@pytest.mark.parametrize(("lon", "width"), [(10.0, 3), (117.0, 5)])
def test_a_longitude_or_width_without_a_chinese_zone_is_refused(lon, width):
    with pytest.raises(NotInSystem):
        datum.gauss_kruger_epsg(lon, width=width)
