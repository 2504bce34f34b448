import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chengan.core.geo.distance import distances_m
from chengan.core.geo.local import LocalPlan

HERE = LocalPlan(24.94, 60.17)


def test_the_point_itself_is_the_origin():
    np.testing.assert_allclose(HERE.to_metres(24.94, 60.17), 0, atol=1e-6)


def test_a_minute_north_is_about_a_sea_mile():  # by hand: 1' of a meridian at 60° is 1,857 m
    east, north = HERE.to_metres(24.94, 60.17 + 1 / 60)
    np.testing.assert_allclose([east, north], [0, 1857], atol=1)


@given(x=st.floats(-8000, 8000), y=st.floats(-8000, 8000))
def test_there_and_back_and_as_far_as_the_ellipsoid_says(x, y):
    lon, lat = HERE.to_degrees(x, y)
    np.testing.assert_allclose(HERE.to_metres(lon, lat), (x, y), atol=1e-3)
    np.testing.assert_allclose(
        distances_m(HERE.lon, HERE.lat, [lon], [lat]), np.hypot(x, y), atol=1e-2
    )
